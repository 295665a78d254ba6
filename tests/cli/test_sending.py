"""A send that did not send says so, why, and what to do; it exits 1."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import click
import pytest
import typer

from lsync.cli import sync_run
from lsync.cli.sending import ending, is_unsent, refusal
from lsync.core.control.messages import JobMessage, OrderDetail, ProblemMessage, SyncAccepted
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from tests.tui.samples import order

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DIFFERS = ProblemMessage(
    code="quantity_differs",
    message="SKU-1: 2 ordered, 5 in Lightspeed",
    fix="repair",
    severity="drift",
)


def job(state: str | None, *, ended: JobState = JobState.COMPLETED) -> JobMessage:
    return JobMessage(
        id=7,
        type="sync.push",
        state=ended,
        priority="high",
        attempts=1,
        max_attempts=3,
        payload={},
        available_at=NOW,
        created_at=NOW,
        result=None if state is None else {"state": state},
    )


@pytest.mark.parametrize(
    ("found", "unsent"),
    [
        (job("approved"), True),
        (job("submitted"), False),
        (job("receiving"), False),
        (job(None), False),
        (job(None, ended=JobState.FAILED), False),
    ],
)
def test_what_completed_and_left_its_order_unsent_is_told_apart(
    found: JobMessage, unsent: bool
) -> None:
    assert is_unsent(found) is unsent
    assert ending(found) == ("not sent" if unsent else found.state)


def drifted(*problems: ProblemMessage) -> OrderDetail:
    shown = order("B 3", state=OrderState.APPROVED, sync_state=SyncState.DRIFTED)
    return OrderDetail.model_validate(
        {
            **shown.model_dump(),
            "lines": (),
            "problems": problems,
        }
    )


def test_the_difference_and_the_ways_out_are_named() -> None:
    told = refusal(drifted(DIFFERS))
    assert (told.what, told.code) == ("B 3 was not sent.", 1)
    assert "2 ordered, 5 in Lightspeed" in told.why
    for command in ("sync diff", "sync repair", "decide list --order"):
        assert f"`lsync {command} 'B 3'`" in told.next_step
    assert "sync status" in refusal(drifted()).next_step


class Daemon:
    """One whose push of the order completes and finds a difference."""

    async def job(self, *_: object, **__: object) -> JobMessage:
        return job("approved")

    async def order(self, *_: object) -> OrderDetail:
        return drifted(DIFFERS)


@pytest.mark.parametrize(("sending", "code"), [(True, 1), (False, 0)])
def test_a_send_that_did_not_send_exits_1(
    sending: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(_: object, work: Callable[[Any], Awaitable[Any]], **__: object) -> object:
        async def session() -> object:
            return await work(Daemon())

        return asyncio.run(session())

    async def queue(*_: object) -> AsyncIterator[list[SyncAccepted]]:
        yield [SyncAccepted(order_number="B 3", job_id=7)]

    monkeypatch.setattr(sync_run, "ask", ask)
    context: Any = click.Context(click.Command("sync"))
    ended = 0
    try:
        sync_run.run_syncs(
            context, queue, wait=True, timeout_seconds=None, json=True, sending=sending
        )
    except typer.Exit as exiting:
        ended = exiting.exit_code
    assert ended == code
    said = capsys.readouterr().err
    assert ("B 3: not sent" in said, "B 3 was not sent." in said) == (sending, sending)
    assert ("B 3: completed" in said) is not sending
