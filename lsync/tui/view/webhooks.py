"""Received webhooks and subscriptions as rows and pages."""

from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

from lsync.core.control.messages import (
    WebhookDetail,
    WebhookEvent,
    WebhookMeter,
    WebhookSubscription,
    WebhookTest,
)
from lsync.core.domain.records import WebhookStatus
from lsync.tui.view.charts import bar_chart
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.highlight import text_lines
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, count, milliseconds

COLUMNS = (
    Column(title="received", least=11, most=11),
    Column(title="type", least=19, most=30),
    Column(title="verdict", least=15, most=15),
    Column(title="status", least=10, most=14),
    Column(title="about", least=12),
    Column(title="again", least=5, most=5, right=True, drop=1),
    Column(title="job", least=7, most=7, right=True, drop=2),
)
MOST_FIELDS = 50
"""Fields of a form that are told apart; Lightspeed sends five or fewer."""
DISTRUSTED = ("bad", "missing", "unsigned", "refused")
"""What a verdict starts with when the sender could not be proved."""


def webhooks_table(moment: Callable[[], Moment]) -> Table[WebhookEvent]:
    """Return the table of received webhooks; times are written as of ``moment()``."""
    return Table(
        columns=COLUMNS,
        key=lambda event: event.id,
        cells=lambda event: webhook_cells(event, moment()),
        sort_keys=(
            lambda event: event.id,
            lambda event: event.event_type,
            lambda event: event.verdict,
            lambda event: event.status,
            lambda event: event.entity_id or "",
            lambda event: event.duplicates,
            lambda event: event.job_id or 0,
        ),
        empty="no webhook received yet: polling finds every change without them",
    )


def webhook_cells(event: WebhookEvent, moment: Moment) -> Sequence[Span]:
    """Return the cells of one row."""
    return (
        Span(moment.clock(event.received_at), Tone.DIM),
        Span(event.event_type),
        _verdict(event.verdict),
        Span(event.status, Tone.BAD if event.status == WebhookStatus.FAILED else Tone.PLAIN),
        Span(event.entity_id or "", Tone.DIM),
        Span(f"+{event.duplicates}" if event.duplicates else "", Tone.DIM),
        Span(str(event.job_id) if event.job_id is not None else "", Tone.STRONG),
    )


def _verdict(verdict: str) -> Span:
    if verdict.startswith(DISTRUSTED):
        return Span(f"! {verdict}", Tone.WARN)
    return Span(f"✓ {verdict}", Tone.GOOD)


def webhook_detail(event: WebhookEvent, moment: Moment) -> list[Line]:
    """Return the detail page of a received webhook."""
    facts = (
        ("received", moment.stamp(event.received_at)),
        ("about", event.entity_id or ""),
        ("from", event.source),
        ("received again", count(event.duplicates, "time") if event.duplicates else ""),
        ("led to job", str(event.job_id) if event.job_id is not None else "none"),
    )
    return [
        line(
            Span(f"Webhook {event.id}", Tone.TITLE),
            Span(f"  {event.event_type}  "),
            _verdict(event.verdict),
            Span(f"  {event.status}"),
        ),
        *_reason(event),
        *field_lines([(name, value) for name, value in facts if value]),
        *_body(event),
    ]


def _reason(event: WebhookEvent) -> list[Line]:
    """Why it failed, or why nothing followed from it."""
    if not event.error:
        return []
    failed = event.status == WebhookStatus.FAILED
    return block(event.error, tone=Tone.BAD if failed else Tone.DIM)


def subscriptions_table() -> Table[WebhookSubscription]:
    """Return the table of what Lightspeed is asked to send, and where to."""
    return Table(
        columns=(
            Column(title="state", least=8, most=8),
            Column(title="whose", least=7, most=7),
            Column(title="type", least=18, most=24),
            Column(title="address", least=24),
        ),
        key=lambda each: each.id,
        cells=_subscription,
        empty="Lightspeed sends nothing: c subscribes to all types",
    )


def _subscription(each: WebhookSubscription) -> Sequence[Span]:
    return (
        Span("✓ active", Tone.GOOD) if each.active else Span("– off", Tone.DIM),
        Span("ours") if each.ours else Span("foreign", Tone.DIM),
        Span(each.type, Tone.STRONG),
        Span(each.url),
    )


def meter_lines(meter: WebhookMeter | None, moment: Moment, *, width: int) -> list[Line]:
    """Return what came and what never came over a day, with a plot of each per hour."""
    if meter is None:
        return []
    last = f"last {moment.since(meter.last_received_at)} ago" if meter.last_received_at else "none"
    off = f"   off: {', '.join(meter.inactive)}" if meter.inactive else ""
    plot = min(48, max(1, width - 12))
    came = bar_chart([each.received for each in meter.hours], width=plot, height=1, tone=Tone.GOOD)
    lost = [each.missing for each in meter.hours]
    return [
        line(
            Span("24 hours  ", Tone.TITLE),
            Span(f"✓ {meter.received} came", Tone.GOOD),
            Span(f"  ! {meter.late} late", Tone.WARN if meter.late else Tone.DIM),
            Span(f"  ✗ {meter.missing} never came", Tone.BAD if meter.missing else Tone.DIM),
            Span(f"  {last}{off}", Tone.DIM),
        ),
        line(Span("came      ", Tone.DIM), *came[0]),
        line(
            Span("never     ", Tone.DIM),
            *bar_chart(lost, width=plot, height=1, tone=Tone.BAD)[0],
        ),
    ]


def tried_lines(tried: WebhookTest) -> list[Line]:
    """Return what became of a sample webhook."""
    rows = [
        line(
            Span("✓ " if step.ok else "✗ ", Tone.GOOD if step.ok else Tone.BAD),
            Span(f"{step.name}  ", Tone.STRONG),
            Span(step.message),
            Span(f"  {milliseconds(step.duration_ms)}" if step.duration_ms else "", Tone.DIM),
        )
        for step in tried.steps
    ]
    fix = [line(Span("→ ", Tone.DIM), Span(tried.next_step))] if tried.next_step else []
    return [line(Span(f"{tried.type} to {tried.address}", Tone.DIM)), *rows, *fix]


def _body(whole: WebhookEvent) -> list[Line]:
    if not isinstance(whole, WebhookDetail) or not whole.body:
        return []
    headers = [
        line(Span(f"{name}: ", Tone.NAME), Span(value)) for name, value in whole.headers.items()
    ]
    rest = [*heading("Headers"), *headers] if headers else []
    return [*heading("Body"), *_readable(whole.body), *rest]


def _readable(body: str) -> list[Line]:
    """A form by its fields, as Lightspeed sends it; JSON laid out; anything else as it is."""
    if body.lstrip()[:1] in {"{", "["}:
        return text_lines(body)
    try:
        fields = parse_qsl(body, strict_parsing=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return text_lines(body)
    rows: list[Line] = []
    for name, value in fields:
        rows += [line(Span(f"{name}:", Tone.NAME)), *text_lines(value)]
    return rows
