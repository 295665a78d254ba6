"""Opening the dashboard: what it shows first, which socket it takes, and how SSH is called."""

from pathlib import Path

import pytest

from lsync.cli.browser import command as browser_command
from lsync.cli.dashboard import Opening, kept_in
from lsync.cli.failures import Failure
from lsync.cli.options import General
from lsync.cli.remote import command


def test_an_order_or_a_job_opens_on_its_tab() -> None:
    assert Opening(order="PO-1").arguments() == {"start": "orders", "typed": None, "key": "PO-1"}
    assert Opening(view="jobs", job=7).arguments() == {"start": "jobs", "typed": None, "key": 7}


@pytest.mark.parametrize(
    "opening",
    [
        Opening(order="PO-1", job=7),
        Opening(view="log", order="PO-1"),
        Opening(typed="state:failed"),
        Opening(view="overview", typed="x"),
    ],
)
def test_what_cannot_be_opened_together_is_refused(opening: Opening) -> None:
    with pytest.raises(Failure):
        opening.arguments()


def test_what_is_remembered_lies_in_the_persons_state() -> None:
    assert kept_in({"XDG_STATE_HOME": "/s"}) == Path("/s/lsync/dashboard.json")


def test_ssh_forwards_the_socket_runs_nothing_and_takes_no_host_for_an_option() -> None:
    words = command("ssh", "-oProxyCommand=x", here=Path("/h"), there=Path("/t"), asks=False)
    assert words[-2:] == ["--", "-oProxyCommand=x"]
    assert "-N" in words
    assert "/h:/t" in words
    assert "BatchMode=yes" in words


def test_a_browser_gets_a_dashboard_that_only_reads_unless_asked() -> None:
    given = General(config=Path("/c d.toml"), socket=None)
    assert "--read-only" in browser_command(given, read_only=True)
    assert "--read-only" not in browser_command(given, read_only=False)
    assert "'/c d.toml'" in browser_command(given, read_only=True)
