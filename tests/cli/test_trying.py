"""`vend test`: whose settings are tried, and what they need."""

from pathlib import Path

import pytest

from lsync.cli.trying import differences
from lsync.cli.vend_view import tried_text
from lsync.core.control.messages import VendTest
from lsync.core.settings import Settings, load_settings
from lsync.simulator.server import BoundSimulator
from tests.cli.conftest import Shell
from tests.cli.test_vend import TOKEN, simulator

__all__ = ["simulator"]


@pytest.fixture
def bare_shell(empty_shell: Shell, simulator: BoundSimulator) -> Shell:
    """A shell that knows the shop, but has neither daemon nor database."""
    empty_shell.variables |= {
        "LIGHTSPEED_BASE_URL": simulator.url,
        "LIGHTSPEED_API_TOKEN": TOKEN,
    }
    return empty_shell


def test_no_database_is_needed_and_none_is_made(bare_shell: Shell) -> None:
    ran = bare_shell("vend", "test")
    assert ran.code == 0, ran.err
    assert "the settings of this shell, token from environment LIGHTSPEED_API_TOKEN" in ran.out
    assert "There is no database" in ran.err
    assert list(bare_shell.directory.rglob("*")) == []


def test_a_database_that_is_down_does_not_matter(bare_shell: Shell) -> None:
    bare_shell.variables["LSYNC_DATABASE__URL"] = "mysql://u:p@127.0.0.1:1/x"
    ran = bare_shell("vend", "test", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["ok"], ran.json["tested_by"]) == (True, "in_process")


def test_a_wrong_token_exits_1_and_a_wrong_port_69(bare_shell: Shell) -> None:
    bare_shell.variables["LIGHTSPEED_API_TOKEN"] = "wrong"
    wrong = bare_shell("vend", "test")
    assert (wrong.code, "Check the token" in wrong.out) == (1, True)
    bare_shell.variables["LIGHTSPEED_BASE_URL"] = "http://127.0.0.1:9"
    nobody = bare_shell("vend", "test")
    assert (nobody.code, "Check the network" in nobody.out) == (69, True)


def test_the_budget_is_shown_only_when_lightspeed_answered(bare_shell: Shell) -> None:
    assert bare_shell("vend", "test", "--json").json["budget"]["used"] > 0
    bare_shell.variables["LIGHTSPEED_API_TOKEN"] = "wrong"
    assert "Calls left in this window" in bare_shell("vend", "test").out
    bare_shell.variables["LIGHTSPEED_BASE_URL"] = "http://127.0.0.1:9"
    assert "Calls left" not in bare_shell("vend", "test").out
    assert bare_shell("vend", "test", "--json").json["budget"] is None


def test_a_missing_token_is_named_whatever_the_database_is(bare_shell: Shell) -> None:
    del bare_shell.variables["LIGHTSPEED_API_TOKEN"]
    ran = bare_shell("vend", "test")
    assert ran.code == 78
    assert "lightspeed.api_token" in ran.err


def test_a_login_without_the_database_that_keeps_it_says_so(bare_shell: Shell) -> None:
    del bare_shell.variables["LIGHTSPEED_API_TOKEN"]
    bare_shell.variables |= {
        "LSYNC_LIGHTSPEED__CLIENT_ID": "app",
        "LSYNC_LIGHTSPEED__CLIENT_SECRET": "secret",
    }
    ran = bare_shell("vend", "test")
    assert ran.code == 69
    assert "There is no database" in ran.err


def here(directory: Path, **variables: str) -> Settings:
    return load_settings(environment=variables, directory=directory)


OF_DAEMON = VendTest(
    ok=True,
    message="m",
    base_url="https://example.retail.lightspeed.app/api/2026-07",
    domain_prefix="example",
    token_source="/etc/lsync/config.toml line 3",
)


def test_a_shell_without_settings_differs_in_nothing(tmp_path: Path) -> None:
    assert list(differences(here(tmp_path), OF_DAEMON)) == []
    assert "of the running daemon" in tried_text(OF_DAEMON)


def test_each_setting_that_the_daemon_does_not_use_is_named(tmp_path: Path) -> None:
    settings = here(
        tmp_path,
        LIGHTSPEED_DOMAIN_PREFIX="other",
        LIGHTSPEED_BASE_URL="http://127.0.0.1:8760",
        LIGHTSPEED_API_TOKEN="canary",
    )
    remarks = tuple(differences(settings, OF_DAEMON))
    assert [remark.split()[0] for remark in remarks] == [
        "lightspeed.domain_prefix",
        "lightspeed.base_url",
        "lightspeed.api_token",
    ]
    assert "other here (from environment LIGHTSPEED_DOMAIN_PREFIX)" in remarks[0]
    assert "canary" not in "".join(remarks)
    shown = tried_text(OF_DAEMON.model_copy(update={"remarks": remarks}))
    assert all(f"! {remark}" in shown for remark in remarks)


def test_the_same_settings_from_the_same_place_differ_in_nothing(tmp_path: Path) -> None:
    settings = here(tmp_path, LIGHTSPEED_DOMAIN_PREFIX="example", LIGHTSPEED_API_TOKEN="t")
    same = OF_DAEMON.model_copy(update={"token_source": "environment LIGHTSPEED_API_TOKEN"})
    assert list(differences(settings, same)) == []


def test_an_address_that_lacks_its_prefix_is_named_as_it_stands(tmp_path: Path) -> None:
    address = "https://{domain_prefix}.example.com"
    settings = here(tmp_path, LIGHTSPEED_BASE_URL=address)
    (remark,) = differences(settings, OF_DAEMON)
    assert address in remark
