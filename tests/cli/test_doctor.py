"""What the doctor makes of what it sees."""

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lsync.cli.doctor import judging
from lsync.cli.doctor.looking import look_at_source
from lsync.core.control.messages import Hello, WebhookSubscription
from lsync.core.settings import load_settings
from tests.cli.conftest import Shell

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TYPES = ("sale.update", "consignment.receive")


def subscription(kind: str, *, ours: bool = True, active: bool = True) -> WebhookSubscription:
    return WebhookSubscription(id=kind, type=kind, url="https://x", active=active, ours=ours)


def test_a_daemon_of_another_version_is_noticed() -> None:
    hello = Hello(version="0.1.0", boot="b", pid=7)
    assert judging.judge_daemon(hello, version="0.1.0").state == "ok"
    assert judging.judge_daemon(hello, version="0.2.0").state == "warning"
    assert judging.judge_daemon(None, version="0.1.0").state == "failed"


def test_secrets_that_others_can_read_are_noticed() -> None:
    assert judging.judge_secret_file("c", mode=0o644, secrets=1).state == "warning"
    assert judging.judge_secret_file("c", mode=0o600, secrets=1).state == "ok"
    assert judging.judge_secret_file("c", mode=0o644, secrets=0).state == "ok"


def test_an_open_socket_is_a_failure() -> None:
    assert judging.judge_socket("s", mode=0o666).state == "failed"
    assert judging.judge_socket("s", mode=0o660).state == "ok"


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (29, "ok"), (-31, "warning")])
def test_a_clock_that_is_off_is_noticed(seconds: int, state: str) -> None:
    assert judging.judge_clock(NOW, NOW + timedelta(seconds=seconds)).state == state


def test_a_full_disk_is_noticed() -> None:
    assert judging.judge_disk("/", free=10 * 2**20).state == "warning"
    assert judging.judge_disk("/", free=10 * 2**30).state == "ok"


def test_old_versions_are_named_and_compared_as_numbers() -> None:
    assert judging.judge_versions({"h11": "0.16.0", "sqlite": "3.53.10"}).state == "ok"
    found = judging.judge_versions({"h11": "0.9.0", "unknown": "0.1"})
    assert found.state == "warning"
    assert "h11 0.9.0" in found.message


@pytest.mark.parametrize(
    ("found", "public_url", "secret", "state"),
    [
        ([], None, True, "warning"),
        ([subscription("sale.update")], "https://x", True, "warning"),
        ([subscription(each) for each in TYPES], "https://x", True, "ok"),
        ([subscription(each) for each in TYPES], "https://x", False, "failed"),
        ([subscription(each, active=False) for each in TYPES], "https://x", True, "warning"),
        ([subscription(each, ours=False) for each in TYPES], "https://x", True, "warning"),
    ],
)
def test_webhooks_that_will_not_come_are_noticed(
    found: list[WebhookSubscription], public_url: str | None, secret: bool, state: str
) -> None:
    judged = judging.judge_subscriptions(
        found, expected=TYPES, public_url=public_url, secret=secret
    )
    assert judged.state == state


@pytest.mark.parametrize(
    ("current", "pending", "too_new", "state"),
    [
        ("2", (), False, "ok"),
        ("1", ("2",), False, "failed"),
        (None, ("1",), False, "failed"),
        ("9", (), True, "failed"),
    ],
)
def test_tables_of_another_age_are_noticed(
    current: str | None, pending: tuple[str, ...], too_new: bool, state: str
) -> None:
    judged = judging.judge_schema("db", current=current, pending=pending, too_new=too_new)
    assert judged.state == state


def test_a_source_without_approved_orders_is_noticed() -> None:
    assert judging.judge_source("headers", approved=3, states=("approved",)).state == "ok"
    found = judging.judge_source("headers", approved=0, states=("approved", "void"))
    assert (found.state, "approved, void" in found.fix) == ("warning", True)


async def test_a_source_is_tried_and_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lsync.db"
    flags = {"database.url": f"sqlite:///{path}", "source.orders_table": "headers"}
    flags |= {"source.lines_table": "lines", "source.sku_column": "article"}
    settings = load_settings(environment={}, directory=tmp_path, flags=flags)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE headers (id, order_number, state, supplier, outlet)")
        connection.execute("INSERT INTO headers VALUES (1, 'PO-1', 'approved', 'A', 'B')")
        connection.execute("CREATE TABLE lines (id, order_id, sku, quantity, unit_cost)")
        connection.commit()
    (found,) = await look_at_source(settings)
    assert (found.state, "source.sku_column" in found.message) == ("failed", True)
    assert "there is no column article of lines" in found.message
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE lines RENAME COLUMN sku TO article")
    (found,) = await look_at_source(settings)
    assert (found.state, found.message) == ("ok", "headers can be used; 1 order is approved there.")
    assert await look_at_source(load_settings(environment={}, directory=tmp_path)) == []


def test_everything_that_is_not_well_has_a_fix(empty_shell: Shell) -> None:
    ran = empty_shell("doctor", "--json")
    assert ran.code == 1
    states = {each["check"]: each["state"] for each in ran.json}
    assert (states["settings"], states["database"], states["daemon"]) == ("ok", "failed", "failed")
    assert all(each["fix"] for each in ran.json if each["state"] != "ok")
    assert "lsync daemon" in empty_shell("doctor").out
