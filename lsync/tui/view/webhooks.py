"""Received webhooks and subscriptions as rows and pages."""

from collections.abc import Callable, Sequence

from lsync.core.control.messages import WebhookEvent, WebhookSubscription
from lsync.tui.view.fields import field_lines
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment

COLUMNS = (
    Column(title="received", least=11, most=11),
    Column(title="type", least=19, most=30),
    Column(title="verdict", least=15, most=15),
    Column(title="status", least=10, most=14),
    Column(title="about", least=12),
    Column(title="again", least=5, most=5, right=True, drop=1),
    Column(title="job", least=7, most=7, right=True, drop=2),
)
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
        Span(event.status, Tone.BAD if event.error else Tone.PLAIN),
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
        ("received again", f"{event.duplicates} times" if event.duplicates else ""),
        ("led to job", str(event.job_id) if event.job_id is not None else "none"),
    )
    return [
        line(
            Span(f"Webhook {event.id}", Tone.TITLE),
            Span(f"  {event.event_type}  "),
            _verdict(event.verdict),
            Span(f"  {event.status}"),
        ),
        *(block(event.error, tone=Tone.BAD) if event.error else ()),
        *field_lines([(name, value) for name, value in facts if value]),
    ]


def subscription_lines(subscriptions: Sequence[WebhookSubscription]) -> list[Line]:
    """Return what Lightspeed is asked to send, and where to."""
    if not subscriptions:
        return [line(Span("Lightspeed sends nothing: c subscribes to all types.", Tone.WARN))]
    return [_subscription(each) for each in subscriptions]


def _subscription(each: WebhookSubscription) -> Line:
    mark = Span("✓ active  ", Tone.GOOD) if each.active else Span("– off     ", Tone.DIM)
    whose = Span("ours     ", Tone.PLAIN) if each.ours else Span("foreign  ", Tone.DIM)
    return line(mark, whose, Span(f"{each.type}  ", Tone.STRONG), Span(each.url))
