"""Matching changes that polling finds with the webhooks that should have announced them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from lsync.core.domain.consignment import ConsignmentStatus
from lsync.core.domain.gap_meter import METERED, Announcement
from lsync.core.lightspeed import Consignment
from lsync.core.store import announcements, subscriptions, webhooks
from lsync.core.store.database import Transaction

RECEIPT = "consignment.receive"
PRODUCT = "product.update"

HEARD_WITHIN = timedelta(days=14)
"""A type that came in so recently is expected, also if its subscription cannot be seen."""

RECENT = timedelta(days=2)
"""A consignment received longer ago was not received just now, whatever else changed on it."""


async def expected_types(tx: Transaction, *, now: datetime) -> set[str]:
    """Return the metered types that should come: subscribed by us, or heard of lately."""
    listed = await subscriptions.listed(tx)
    subscribed = {each.event_type for each in listed.found if each.ours and each.active}
    heard = await webhooks.types_since(tx, METERED, since=now - HEARD_WITHIN)
    return set(METERED) & (subscribed | heard)


async def note_observed(
    tx: Transaction, event_type: str, entities: Collection[str], *, at: datetime
) -> None:
    """Note changes found by polling, if a webhook should have told of them."""
    if entities and event_type in await expected_types(tx, now=at):
        await announcements.observed(tx, event_type, entities, at=at)


async def note_receipts(tx: Transaction, found: Iterable[Consignment], *, at: datetime) -> None:
    """Note each consignment that was received lately, once in its life."""
    received = {each.id for each in found if _is_fresh_receipt(each, at=at)}
    if received:
        known = await announcements.observed_before(tx, RECEIPT, received)
        await note_observed(tx, RECEIPT, received - known, at=at)


async def changes_since(tx: Transaction, moment: datetime) -> list[Announcement]:
    """Return every metered change that polling has found since then."""
    return await announcements.since(tx, moment)


def _is_fresh_receipt(consignment: Consignment, *, at: datetime) -> bool:
    when = consignment.received_at
    fresh = when is not None and when > at - RECENT
    return fresh and consignment.status == ConsignmentStatus.RECEIVED.value
