"""The history of an order, and the order as it stood at one point of it."""

from collections.abc import Sequence

from lsync.core.control.messages import HistoryEntry, LineMessage, OrderAt, OrderHistory
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.marks import SYNC_MARKS, order_state, status_mark
from lsync.tui.view.spans import Line, Span, TableLine, Tone, fit, line
from lsync.tui.view.words import NOTHING, Moment, count, quantity

AROUND = 5
"""Entries shown before and after the one the person stands at."""


def history_lines(
    history: OrderHistory, place: int, before: OrderAt | None, then: OrderAt | None, moment: Moment
) -> list[Line]:
    """Return the entries around ``place`` and the order as it stood then.

    ``before`` is how it stood one step earlier: what has changed since is marked.
    """
    entries = history.entries
    if not entries:
        return [line(Span("nothing has happened to this order yet", Tone.DIM))]
    start = max(0, min(place - AROUND, len(entries) - 2 * AROUND - 1))
    shown = entries[start : start + 2 * AROUND + 1]
    return [
        line(
            Span(f"{place + 1} of {len(entries)}  ", Tone.TITLE),
            Span(",", Tone.KEY),
            Span(" earlier  "),
            Span(".", Tone.KEY),
            Span(" later"),
        ),
        *(_entry(each, moment, here=start + i == place) for i, each in enumerate(shown)),
        *_requests(entries[place]),
        *(_order(then, before, moment) if then is not None else _unknown()),
    ]


def _entry(entry: HistoryEntry, moment: Moment, *, here: bool) -> Line:
    mark = status_mark(entry.status)
    tone = Tone.STRONG if here else Tone.PLAIN
    return TableLine(
        (
            Span("› " if here else "  ", Tone.KEY),
            Span(f"{mark.sign} ", mark.tone),
            Span(f"{moment.clock(entry.at)}  ", Tone.DIM),
            Span(f"{entry.what}  ", tone),
            Span(entry.message, tone),
        )
    )


def _requests(entry: HistoryEntry) -> list[Line]:
    if not entry.requests:
        return []
    return [line(Span("    requests ", Tone.DIM), Span(", ".join(entry.requests), Tone.DIM))]


def _unknown() -> list[Line]:
    return [(), line(Span("how the order stood then is not known", Tone.DIM))]


def _order(then: OrderAt, before: OrderAt | None, moment: Moment) -> list[Line]:
    facts = _facts(then)
    earlier = dict(_facts(before)) if before is not None else dict(facts)
    rows = [
        (name, value + (f"   (was {earlier[name] or NOTHING})" if earlier[name] != value else ""))
        for name, value in facts
        if value or earlier[name]
    ]
    title = [Span("state  ", Tone.DIM)]
    if then.state is not None:
        title += [order_state(then.state), Span("  ")]
    title.append(SYNC_MARKS[then.sync_state].span())
    return [
        *heading(f"As it stood at {moment.stamp(then.since)}"),
        tuple(title),
        *field_lines(rows),
        *(line(Span("✗ ", Tone.BAD), Span(problem.message)) for problem in then.problems),
        *_lines(then.lines, before.lines if before is not None else then.lines),
    ]


def _facts(order: OrderAt) -> list[tuple[str, str]]:
    return [
        ("supplier", order.supplier),
        ("outlet", order.outlet),
        ("due", order.due_date.isoformat() if order.due_date else ""),
        ("invoice", order.supplier_invoice or ""),
        ("note", order.note or ""),
        ("held", "yes" if order.held else ""),
        ("revision", str(order.revision or "")),
        ("consignment", order.consignment_id or ""),
    ]


def _lines(lines: Sequence[LineMessage], before: Sequence[LineMessage]) -> list[Line]:
    earlier = {each.line_no: each for each in before}
    rows: list[Line] = [*heading(count(len(lines), "line").capitalize())]
    for each in lines:
        changed = earlier.get(each.line_no) != each
        tone = Tone.WARN if changed else Tone.PLAIN
        rows.append(
            TableLine(
                (
                    Span("≠ " if changed else "  ", tone),
                    fit(Span(each.sku or each.product_id or NOTHING, Tone.STRONG), 16),
                    fit(Span(quantity(each.quantity), tone), 9, right=True),
                    fit(Span(quantity(each.received), tone), 9, right=True),
                    fit(Span(quantity(each.unit_cost), tone), 10, right=True),
                    Span(f"  {each.name or ''}", Tone.DIM),
                )
            )
        )
    return rows
