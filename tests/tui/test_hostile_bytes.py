"""Twenty thousand hostile strings through every page, and what reaches a real terminal."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest

from lsync.core.control import messages as m
from lsync.core.domain.adjustment import AdjustmentState
from lsync.core.domain.filter_language import holds, parse_filter
from lsync.tui.view.adjustments import adjustment_lines, adjustments_table
from lsync.tui.view.api import api_detail, api_table
from lsync.tui.view.jobs import job_detail, jobs_table
from lsync.tui.view.log import log_detail, log_table
from lsync.tui.view.orders import order_detail, orders_table
from lsync.tui.view.settings import setting_detail, settings_table
from lsync.tui.view.spans import Line, width_of, wrap
from lsync.tui.view.table import Table
from lsync.tui.view.webhooks import webhook_detail, webhooks_table
from lsync.tui.view.words import Moment
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.test_hostile_text import hostile, poisoned, unsafe, wire
from tests.tui.test_terminal import dashboard_on_a_terminal

STRINGS = 20_000
BATCH = 500
TOGETHER = 8
"""Strings that make one text, so that a row holds several."""
OURS = re.compile(
    rb"\x1b\[[0-9;?<>=]*\$?[A-Za-z]|\x1b\][0-9]+;[a-z]*\x07|\x1b[78=>]|\x1b\[>[0-9;]*[a-z]"
)
"""What the toolkit itself writes: cursor, colours, modes, the pointer's shape."""


def rows(daemon: FakeDaemon) -> Iterable[Line]:
    """Every row of every list of a poisoned daemon."""
    moment = Moment(now=samples.NOW)
    tables: tuple[Callable[..., Table[Any]], ...] = (
        orders_table,
        jobs_table,
        log_table,
        webhooks_table,
        api_table,
    )
    lists: tuple[Iterable[Any], ...] = (
        daemon.orders.values(),
        daemon.jobs.values(),
        daemon.log,
        daemon.webhooks,
        daemon.calls,
    )
    for table, items in zip(tables, lists, strict=True):
        made: Table[Any] = table(lambda: moment)
        yield from (tuple(made.cells(item)) for item in items)
    yield from (tuple(settings_table().cells(item)) for item in daemon.settings)


def pages(daemon: FakeDaemon) -> Iterable[Sequence[Line]]:
    """The detail pages: each string on one of the six kinds, in turn."""
    moment = Moment(now=samples.NOW)
    orders, jobs = list(daemon.orders.values()), list(daemon.jobs.values())
    yield from (order_detail(samples.detail(each), moment) for each in orders[0::6])
    yield from (job_detail(each, moment) for each in jobs[1::6])
    yield from (log_detail(each, moment) for each in daemon.log[2::6])
    yield from (webhook_detail(each, moment) for each in daemon.webhooks[3::6])
    widths = cycle((0, 120))
    for each, width in zip(daemon.calls[4::6], widths, strict=False):
        yield api_detail(each, moment, width=width)
    yield from (setting_detail(each) for each in daemon.settings[5::6])


def test_twenty_thousand_strings_leave_nothing_raw_on_any_page() -> None:
    strings = hostile(STRINGS)
    texts = ["".join(strings[start : start + TOGETHER]) for start in range(0, STRINGS, TOGETHER)]
    found: set[str] = set()
    for start in range(0, len(texts), BATCH):
        daemon = FakeDaemon()
        poisoned(daemon, texts[start : start + BATCH])
        lines = [*rows(daemon), *(each for page in pages(daemon) for each in page)]
        found |= unsafe("".join(span.text for each in lines for span in each))
    assert not found


def test_requests_of_the_log_forms_of_webhooks_and_adjustments_leave_nothing_raw() -> None:
    moment = Moment(now=samples.NOW)
    found: set[str] = set()
    for text in map(wire, hostile(600)):
        call = samples.whole_call(samples.API_CALLS[0]).model_copy(
            update={"path": text, "response_body": text, "request_headers": {text: text}}
        )
        entry = samples.LOG[0].model_copy(update={"calls": (call,), "detail": {text: text}})
        form = m.WebhookDetail(
            **samples.WEBHOOKS[0].model_dump(), body=urlencode({text: text}), headers={}
        )
        failed = m.AdjustmentMessage(
            id=1,
            name=text,
            state=AdjustmentState.FAILED,
            outlet=text,
            quantity=Decimal(1),
            reason=text,
            error=text,
        )
        lines: list[Line] = [
            *log_detail(entry, moment, width=120),
            *webhook_detail(form, moment),
            *adjustment_lines(failed, lambda: moment),
            tuple(adjustments_table().cells(failed)),
        ]
        found |= unsafe("".join(span.text for each in lines for span in each))
    assert not found


def test_hostile_text_wraps_within_its_width() -> None:
    daemon = FakeDaemon()
    poisoned(daemon, hostile(120))
    for page in pages(daemon):
        for each in page:
            assert all(width_of(row) <= 20 for row in wrap(each, 20, hang=2))


def test_hostile_text_as_a_filter_is_no_error() -> None:
    for text in hostile(2000):
        holds(parse_filter(text, names=("state", "age")), facts={"state": text}, text=text)


@pytest.mark.process
def test_no_escape_byte_of_others_reaches_the_terminal() -> None:
    with dashboard_on_a_terminal(module="tests.tui.hostile_on_a_terminal", shows=b"q\x1b") as term:
        for tab in b"234567":
            os.write(term.main, bytes([tab]))
            for key in (b"\x1b[6~", b"\x1b[6~", b"\r", b"j", b"G"):
                os.write(term.main, key)
                term.read(0.3)
            os.write(term.main, b"\x1b")
            term.read(0.5)
        os.write(term.main, b"\x03")
        assert term.wait() == 0
    rest = OURS.sub(b"", term.written)
    assert b"\x1b" not in rest, rest[max(0, rest.find(b"\x1b") - 80) :][:200]
    text = rest.decode("utf-8", "replace")
    assert not unsafe(text) - {"\n", "\r"}, unsafe(text)
