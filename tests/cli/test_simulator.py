"""``lsync simulator``: what it is started with is checked before it listens."""

import pytest

from lsync.cli.failures import Failure
from lsync.cli.simulator import read_webhook_url
from lsync.simulator.__main__ import main
from tests.cli.conftest import Shell

BAD = [
    ("notaurl", "http://"),
    ("127.0.0.1:8750/hook", "http://"),
    ("ftp://127.0.0.1/hook", "http://"),
    ("http://", "no host"),
    ("http:///hook", "no host"),
    ("http://127.0.0.1:99999/hook", "out of range"),
    ("http://127.0.0.1:0/hook", "port 0"),
    ("http://127.0.0.1:x/hook", "Port"),
    ("http://127.0.0.1:8750/a b", "{event_type}"),
    ("http://127.0.0.1:8750/{type}", "{event_type}"),
    ("", "http://"),
]


@pytest.mark.parametrize(("url", "why"), BAD)
def test_webhooks_that_can_go_nowhere_are_refused(empty_shell: Shell, url: str, why: str) -> None:
    ran = empty_shell("simulator", "--port", "0", "--webhook-url", url)
    assert ran.code == 2
    assert "Webhooks cannot be sent to" in ran.err
    assert why in ran.err


def test_its_own_module_refuses_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--port", "0", "--webhook-url", "notaurl"])
    assert ended.value.code == 2
    assert "http://" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8750/webhooks/lightspeed/{event_type}",
        "https://shop.example/hook?type={event_type}",
        "http://[::1]:8750/hook",
        "http://{event_type}.example/",
    ],
)
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert read_webhook_url(url) == url


def test_the_refusal_shows_a_whole_example() -> None:
    with pytest.raises(Failure) as refused:
        read_webhook_url("notaurl")
    assert read_webhook_url(refused.value.next_step.split()[-1])
