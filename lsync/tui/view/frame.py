"""The frame around every screen: header, tabs and the banner of a lost link."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from lsync.core.control.messages import Hello, StatusMessage
from lsync.core.domain.job import JobState
from lsync.core.domain.order import SyncState
from lsync.tui.view.spans import Line, Span, Tone, clip, line, width_of
from lsync.tui.view.words import Moment, count


class LinkState(StrEnum):
    """How the dashboard and the daemon stand to each other."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"


INSTANCE_WIDTH = 24
"""Cells for the name of the shop and its machine; a third of a wide screen."""
TABS = (
    ("1", "overview", "Overview"),
    ("2", "orders", "Orders"),
    ("3", "jobs", "Jobs"),
    ("4", "log", "Log"),
    ("5", "webhooks", "Webhooks"),
    ("6", "api", "API"),
    ("7", "settings", "Settings"),
)
"""Key, mode and title of each tab."""


def header_line(
    link: LinkState,
    *,
    hello: Hello | None,
    status: StatusMessage | None,
    data_at: datetime | None,
    moment: Moment,
    width: int,
    host: str = "",
) -> Line:
    """Return instance and link state with the data's age on the left, counts on the right.

    A shop that is not a simulator's stands in brackets of its own, so that nobody mistakes one
    dashboard for the other.
    """
    left = [Span(" lsync ", Tone.TITLE)]
    name = " on ".join(part for part in (hello.instance if hello else "", host) if part)
    if name:
        left += clip(line(Span(name, Tone.NAME)), max(INSTANCE_WIDTH, width // 3))
        left.append(Span(" "))
    if hello and hello.production:
        left.append(Span("[LIVE SHOP] ", Tone.BAD))
    left.append(_link_span(link, data_at=data_at, moment=moment))
    if hello and hello.read_only:
        left.append(Span("  read-only", Tone.WARN))
    right = list(_counts(status)) if status else []
    spare = width - width_of(left) - width_of(right)
    while spare < 1 and right:
        spare += width_of([right.pop(0)])
    return (*left, Span(" " * max(0, spare)), *right)


def _link_span(link: LinkState, *, data_at: datetime | None, moment: Moment) -> Span:
    if link is LinkState.LIVE:
        return Span("● live", Tone.GOOD)
    if data_at is None:
        return Span("○ connecting" if link is LinkState.CONNECTING else "✗ no daemon", Tone.WARN)
    return Span(f"✗ stale, {moment.since(data_at)} old", Tone.BAD)


def _counts(status: StatusMessage) -> Line:
    jobs = status.queue.counts
    waiting = sum(jobs.get(JobState.PENDING.value, {}).values())
    failed = status.syncs.get(SyncState.FAILED.value, 0)
    drifted = status.syncs.get(SyncState.DRIFTED.value, 0)
    budget = status.budget
    return line(
        Span(f"budget {budget.remaining}/{budget.limit}  ", Tone.DIM),
        Span(f"○ {waiting} waiting  "),
        Span(f"≠ {drifted} drifted  ", Tone.WARN) if drifted else Span(""),
        Span(f"✗ {count(failed, 'order')} failed ", Tone.BAD) if failed else Span("✓ none failed "),
    )


def tabs_line(active: str, *, tabs: Sequence[tuple[str, str, str]] = TABS) -> Line:
    """Return the tabs; the active one stands in brackets as well as in its colour."""
    spans: list[Span] = []
    for key, mode, title in tabs:
        if mode == active:
            spans.append(Span(f"[{key} {title}]", Tone.TITLE))
        else:
            spans += [Span(" "), Span(key, Tone.KEY), Span(f" {title} ", Tone.DIM)]
    return tuple(spans)


def tab_at(offset: int) -> str | None:
    """Return the mode of the tab under column ``offset``, or ``None`` beside the tabs."""
    start = 0
    for key, mode, title in TABS:
        start += len(f" {key} {title} ")
        if offset < start:
            return mode
    return None


def banner_lines(
    link: LinkState,
    *,
    reason: str,
    next_step: str,
    data_at: datetime | None,
    retry_at: datetime | None,
    moment: Moment,
) -> list[Line]:
    """Return the banner of a lost link: what happened, how old the data is, what to do."""
    if link is LinkState.LIVE:
        return []
    if link is LinkState.CONNECTING and not reason:
        return [line(Span(" connecting to the daemon …", Tone.WARN))]
    age = (
        f"The data below is {moment.since(data_at)} old; actions are off."
        if data_at is not None
        else "Nothing to show yet."
    )
    wait = max(0, round((retry_at - moment.now).total_seconds())) if retry_at else 0
    trying = f"Trying again in {wait} s." if wait else "Trying again now."
    return [
        line(Span(f" ✗ {reason}", Tone.BAD)),
        line(Span(f"   {age} {trying} {next_step}", Tone.WARN)),
    ]


def still_line(*, since: str, new: int) -> Line:
    """Return what stands below a list that is held still: since when, and what it leaves out."""
    left_out = f"{new:,} new above" if new else "nothing new above"
    return line(
        Span(f" ‖ held still since {since}", Tone.WARN),
        Span(f"  {left_out}  "),
        Span("F", Tone.KEY),
        Span(" goes on", Tone.DIM),
    )
