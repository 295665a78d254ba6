"""Purchase orders as rows and as a detail page."""

from collections.abc import Callable, Sequence

from lsync.core.control.messages import (
    ConsignmentMessage,
    LineMessage,
    LogEntry,
    OrderDetail,
    OrderSummary,
    ProblemMessage,
)
from lsync.core.domain.order import AMENDABLE, OrderState, SyncState
from lsync.core.domain.problem import ProblemCode as Code
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.marks import SYNC_MARKS, order_state, severity_mark, status_mark
from lsync.tui.view.spans import Line, Span, TableLine, Tone, fit, line, wrap
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import NOTHING, Moment, count, quantity

MAPPED: frozenset[str] = frozenset(
    {Code.UNKNOWN_SKU, Code.UNKNOWN_SUPPLIER, Code.UNKNOWN_OUTLET, Code.INACTIVE_PRODUCT}
)
"""Problems that end when somebody says what a word of the order means."""
EDITED: frozenset[str] = frozenset(
    {
        Code.INACTIVE_PRODUCT,
        Code.COMPOSITE_PRODUCT,
        Code.ZERO_QUANTITY,
        Code.NEGATIVE_QUANTITY,
        Code.NEGATIVE_COST,
        Code.TOO_MANY_DECIMALS,
        Code.DUPLICATE_LINE,
        Code.TOTAL_ZERO,
        Code.LARGE_QUANTITY,
    }
)
"""Problems that end when the order's lines are edited."""
COLUMNS = (
    Column(title="sync", least=12, most=12),
    Column(title="order", least=10, most=20),
    Column(title="state", least=10, most=18),
    Column(title="supplier", least=10),
    Column(title="outlet", least=8, drop=3),
    Column(title="lines", least=5, most=5, right=True, drop=2),
    Column(title="received", least=9, most=13, right=True),
    Column(title="problem", least=12, drop=4),
    Column(title="last sync", least=11, most=11, drop=1),
)


def orders_table(moment: Callable[[], Moment]) -> Table[OrderSummary]:
    """Return the table of orders; times are written as of ``moment()``."""
    return Table(
        columns=COLUMNS,
        key=lambda order: order.order_number,
        cells=lambda order: order_cells(order, moment()),
        sort_keys=(
            lambda order: list(SyncState).index(order.sync_state),
            lambda order: order.order_number,
            lambda order: list(OrderState).index(order.state),
            lambda order: order.supplier.casefold(),
            lambda order: order.outlet.casefold(),
            lambda order: order.lines,
            lambda order: order.received,
            lambda order: len(order.problems),
            lambda order: order.last_synced_at.timestamp() if order.last_synced_at else 0.0,
        ),
        empty="no purchase orders here: i imports a file of them",
    )


def order_cells(order: OrderSummary, moment: Moment) -> Sequence[Span]:
    """Return the cells of one row."""
    return (
        _sync_mark(order),
        Span(order.order_number, Tone.STRONG),
        order_state(order.state),
        Span(order.supplier),
        Span(order.outlet),
        Span(str(order.lines)),
        _received(order),
        _first_problem(order.problems),
        Span(moment.clock(order.last_synced_at), Tone.DIM),
    )


def _sync_mark(order: OrderSummary) -> Span:
    if order.held:
        return Span("‖ held", Tone.WARN)
    return SYNC_MARKS[order.sync_state].span()


def _received(order: OrderSummary) -> Span:
    tone = Tone.DIM if not order.received else Tone.PLAIN
    if order.received > order.ordered:
        tone = Tone.WARN
    return Span(f"{quantity(order.received)}/{quantity(order.ordered)}", tone)


def _first_problem(problems: Sequence[ProblemMessage]) -> Span:
    if not problems:
        return Span("")
    more = f" +{len(problems) - 1}" if len(problems) > 1 else ""
    first = problems[0]
    return Span(f"{first.message}{more}", severity_mark(first.severity).tone)


def order_detail(order: OrderDetail, moment: Moment) -> list[Line]:
    """Return the detail page: state, what to do next, problems, lines, consignments, log."""
    return [
        *_title(order),
        *_next_step(order),
        *field_lines(_facts(order, moment)),
        *_problems("Problems", order.problems),
        *_problems("Its sync will find", order.warnings),
        *_lines(order.lines),
        *_consignments(order.consignments, moment),
        *_log(order, moment),
    ]


def _title(order: OrderDetail) -> list[Line]:
    parts = [
        Span(order.order_number, Tone.TITLE),
        Span("  "),
        SYNC_MARKS[order.sync_state].span(),
        Span("  "),
        order_state(order.state),
    ]
    if order.held:
        parts += [Span("  "), Span("‖ held", Tone.WARN)]
    return [tuple(parts)]


def _next_step(order: OrderDetail) -> list[Line]:
    lines: list[Line] = []
    if order.last_error:
        lines += wrap(line(Span("✗ ", Tone.BAD), Span(order.last_error, Tone.BAD)), 10_000)
    lines += [line(Span("‖ ", Tone.WARN), Span(each, Tone.WARN)) for each in order.waits]
    codes = [problem.code for problem in (*order.problems, *order.warnings)]
    keys = next_keys(order.state, order.sync_state, held=order.held, codes=codes)
    for key, words in keys:
        lines.append(line(Span("→ ", Tone.DIM), Span(key, Tone.KEY), Span(f"  {words}")))
    return lines


def next_keys(
    state: OrderState, sync: SyncState, *, held: bool, codes: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return the keys that make sense for an order now, and what each does.

    ``codes`` are those of its problems: what puts them right comes before trying again.
    """
    if state in {OrderState.DRAFT, OrderState.PENDING_APPROVAL}:
        soon = "it is synced once h releases it" if held else "its sync is queued at once"
        return [
            *([("h", "release it")] if held else []),
            ("a", f"approve it; {soon}"),
            *_mending(state, codes),
            ("d", "see what a sync would do"),
        ]
    if held:
        return [("h", "release it"), ("d", "see what a sync would do once it is released")]
    if state in {OrderState.CANCELLED, OrderState.CLOSED}:
        return []
    return _by_sync_state(sync, _mending(state, codes))


def _by_sync_state(sync: SyncState, mending: list[tuple[str, str]]) -> list[tuple[str, str]]:
    match sync:
        case SyncState.FAILED:
            return [
                *mending,
                ("d", "see what a sync would do, and what still stops it"),
                ("r", "retry: lsync looks at Lightspeed before it writes anything"),
            ]
        case SyncState.DRIFTED:
            return [("f", "compare it with Lightspeed; y repairs"), ("D", "decide what is asked")]
        case SyncState.QUEUED | SyncState.SYNCING:
            return []
        case _:
            return [("s", "sync now")]


def _mending(state: OrderState, codes: Sequence[str]) -> list[tuple[str, str]]:
    keys = []
    if MAPPED.intersection(codes):
        keys.append(("m", "say what the unknown words mean: the nearest are offered"))
    if EDITED.intersection(codes) and state in AMENDABLE:
        keys.append(("e", "correct its quantities and costs, or take a line out"))
    return keys


def _facts(order: OrderDetail, moment: Moment) -> list[tuple[str, str]]:
    facts = [
        ("supplier", order.supplier),
        ("outlet", order.outlet),
        ("ordered", f"{quantity(order.ordered)} on {count(len(order.lines), 'line')}"),
        ("received", quantity(order.received)),
        ("due", order.due_date.isoformat() if order.due_date else ""),
        ("invoice", order.supplier_invoice or ""),
        ("note", order.note or ""),
        ("revision", str(order.revision)),
        ("approved", moment.stamp(order.approved_at) if order.approved_at else ""),
        ("last sync", moment.stamp(order.last_synced_at) if order.last_synced_at else "never"),
        ("push step", order.push_step or ""),
        ("API calls", str(order.api_calls)),
    ]
    return [(name, value) for name, value in facts if value]


def _problems(title: str, problems: Sequence[ProblemMessage]) -> list[Line]:
    if not problems:
        return []
    lines = [*heading(f"{title} ({len(problems)})")]
    for problem in problems:
        mark = severity_mark(problem.severity)
        place = f"line {problem.line_no}: " if problem.line_no is not None else ""
        lines.append(line(Span(f"{mark.sign} ", mark.tone), Span(place), Span(problem.message)))
        lines.append(line(Span("  fix: ", Tone.DIM), Span(problem.fix)))
        lines.append(line(Span(f"  {problem.code}", Tone.DIM)))
    return lines


def _lines(lines: Sequence[LineMessage]) -> list[Line]:
    rows = [*heading(f"Lines ({len(lines)})")]
    head = " no  product           ordered  received      cost  name"
    rows.append(TableLine((Span(head, Tone.DIM),)))
    return [*rows, *(_order_line(each) for each in lines)]


def _order_line(each: LineMessage) -> Line:
    tone = Tone.WARN if each.received > each.quantity else Tone.PLAIN
    product = each.sku or each.product_id or NOTHING
    return TableLine(
        (
            fit(Span(str(each.line_no), Tone.DIM), 3, right=True),
            Span("  "),
            fit(Span(product, Tone.STRONG), 16),
            fit(Span(quantity(each.quantity)), 9, right=True),
            fit(Span(quantity(each.received), tone), 10, right=True),
            fit(Span(quantity(each.unit_cost)), 10, right=True),
            Span("  "),
            Span(each.name or "", Tone.DIM),
        )
    )


def _consignments(family: Sequence[ConsignmentMessage], moment: Moment) -> list[Line]:
    if not family:
        return []
    return [
        *heading(f"Consignments ({len(family)})"),
        *(_consignment(each, moment) for each in family),
    ]


def _consignment(each: ConsignmentMessage, moment: Moment) -> Line:
    return line(
        Span(f"{each.status}  ", Tone.STRONG),
        Span(each.consignment_id),
        Span(f"  {each.role}, version {each.version}", Tone.DIM),
        Span(f", reference {each.reference or NOTHING}", Tone.DIM),
        Span(f", seen {moment.clock(each.observed_at)}", Tone.DIM),
    )


def _log(order: OrderDetail, moment: Moment) -> list[Line]:
    if not order.log:
        return []
    return [*heading("Log, newest first"), *(_log_line(entry, moment) for entry in order.log)]


def _log_line(entry: LogEntry, moment: Moment) -> Line:
    mark = status_mark(entry.status)
    return line(
        Span(f"{mark.sign} ", mark.tone),
        Span(f"{moment.clock(entry.created_at)}  ", Tone.DIM),
        Span(f"{entry.operation} {entry.step}  "),
        Span(entry.message),
    )
