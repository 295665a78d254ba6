"""Log lines carry no secret and no control character."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from lsync.core.settings import load_settings
from lsync.daemon.logs import secrets_of, set_up_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    set_up_logs(secrets=["s3cret-value"], stream=stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def line(written: io.StringIO) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(written.getvalue().splitlines()[-1])
    return parsed


def test_a_line_is_json_with_time_level_and_logger(written: io.StringIO) -> None:
    structlog.get_logger("lsync.test").warning("order failed", order="PO-1")
    entry = line(written)
    assert entry["event"] == "order failed"
    assert (entry["level"], entry["logger"], entry["order"]) == ("warning", "lsync.test", "PO-1")
    assert str(entry["timestamp"]).endswith("Z")


def test_libraries_come_out_in_the_same_shape(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("odd: %s", "value")
    assert line(written)["event"] == "odd: value"


@pytest.mark.parametrize(
    "hostile", ["\x1b]52;c;AAAA\x07", "\x1b[2J", "a\nlevel=critical", "\u202egnp.exe", "\x9b31m"]
)
def test_outside_text_is_shown_not_executed(written: io.StringIO, hostile: str) -> None:
    structlog.get_logger().info("read " + hostile, name=hostile)
    raw = written.getvalue()
    assert raw.count("\n") == 1
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in raw.rstrip("\n"))
    assert "\u202e" not in raw


@pytest.mark.parametrize(
    "fields",
    [
        {"api_token": "abc"},
        {"headers": {"Authorization": "Bearer abc"}},
        {"note": "Bearer abc"},
        {"note": "it was abc-s3cret-value-abc"},
        {"url": "mysql://lsync:abc@db/lsync"},
    ],
)
def test_secrets_are_hidden(written: io.StringIO, fields: dict[str, object]) -> None:
    structlog.get_logger().info("call", **fields)
    assert "[hidden]" in written.getvalue()
    assert "s3cret-value" not in written.getvalue()
    assert '"abc"' not in written.getvalue()
    assert ":abc@" not in written.getvalue()


def test_a_traceback_is_kept_and_cleaned(written: io.StringIO) -> None:
    try:
        int("bad s3cret-value")
    except ValueError:
        structlog.get_logger().exception("failed")
    entry = line(written)
    assert "ValueError: invalid literal" in str(entry["exception"])
    assert "'bad [hidden]'" in str(entry["exception"])


def test_every_secret_setting_is_hidden(tmp_path: Path) -> None:
    settings = load_settings(
        environment={},
        directory=tmp_path,
        flags={
            "database.url": "mysql://lsync:db-canary@db.example/lsync",
            "lightspeed.api_token": "token-canary",
            "lightspeed.webhook_secret": "hook-canary",
            "webhooks.secret_previous": "old-canary",
        },
    )
    assert set(secrets_of(settings)) == {
        "db-canary",
        "token-canary",
        "hook-canary",
        "old-canary",
    }
