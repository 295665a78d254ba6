"""Carries the actions of a push out over the client: one attempt each, and what came of it."""

from collections.abc import Sequence
from contextlib import suppress

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import Push
from lsync.core.domain.push.dialogue import (
    AddLines,
    Adopt,
    Adopted,
    Candidate,
    Create,
    Created,
    Event,
    Filled,
    Gone,
    LineWrite,
    Looked,
    LookForCreate,
    Lost,
    Read,
    ReadBack,
    RemoveLines,
    Send,
    Sent,
    SetHeader,
    SetLines,
    Write,
)
from lsync.core.lightspeed import (
    Consignment,
    ConsignmentChange,
    ConsignmentDraft,
    ConsignmentLine,
    LineDraft,
    NotFound,
    OutcomeUnknown,
    Refused,
    XSeries,
)
from lsync.core.sync.views import consignment_view
from lsync.core.sync.watermark import SUPPLIER

PAGE_SIZE = 500

Call = Write | LookForCreate | ReadBack | Adopt


class PushCalls:
    """The calls of one run. Remembers the consignment as last read: a send repeats its fields."""

    def __init__(self, client: XSeries, *, draft: ConsignmentDraft, expected_lines: int) -> None:
        self._client = client
        self._draft = draft
        self._expected_lines = expected_lines
        self._known: Consignment | None = None
        self._lines: tuple[ConsignmentLine, ...] = ()
        self._found: dict[str, Consignment] = {}

    async def perform(self, action: Call, push: Push) -> Event:
        """Carry ``action`` out once.

        A write whose outcome is unknown is the event ``Lost``; what was refused or never sent
        raises, as does a read that failed.
        """
        match action:
            case LookForCreate():
                return Looked(candidates=await self._look(action))
            case Adopt():
                return await self._adopt(action)
            case ReadBack():
                return await self._read(action, push)
            case _:
                return await self._write(action, push)

    async def _write(self, action: Write, push: Push) -> Event:
        try:
            match action:
                case Create():
                    self._known = await self._client.consignments.create(self._draft)
                    return Created(consignment=consignment_view(self._known))
                case Send():
                    return await self._send(push)
                case _:
                    await self._fill(action, push)
                    return Filled(action=action)
        except OutcomeUnknown:
            return Lost(action=action)

    async def _fill(self, action: LineWrite, push: Push) -> None:
        match action:
            case AddLines(lines=lines):
                await self._client.consignments.add_lines_bulk(_id(push), _drafts(lines))
            case SetLines(lines=lines):
                await self._set(_id(push), lines)
            case RemoveLines(product_ids=product_ids):
                await self._remove(_id(push), product_ids)
            case SetHeader():
                await self._set_header(push)

    async def _set(self, consignment_id: str, lines: Sequence[ResolvedLine]) -> None:
        for line in lines:
            await self._client.consignments.set_line(
                consignment_id, line.product_id, count=line.quantity, cost=line.unit_cost
            )

    async def _remove(self, consignment_id: str, product_ids: Sequence[str]) -> None:
        for product_id in product_ids:
            with suppress(NotFound):
                await self._client.consignments.delete_line(consignment_id, product_id)

    async def _set_header(self, push: Push) -> None:
        known = self._known or await self._client.consignments.get(_id(push))
        change = ConsignmentChange(
            supplier_id=self._draft.supplier_id,
            outlet_id=self._draft.outlet_id,
            due_at=self._draft.due_at,
            supplier_invoice=self._draft.supplier_invoice,
        )
        self._known = await self._client.consignments.update(known, change)

    async def _send(self, push: Push) -> Sent:
        known = self._known or await self._client.consignments.get(_id(push))
        self._known = await self._client.consignments.set_status(known, "SENT")
        return Sent(consignment=consignment_view(self._known, self._lines))

    async def _look(self, action: LookForCreate) -> tuple[Candidate, ...]:
        self._found = await consignments_of(self._client, action.reference, after=action.after)
        alone = len(self._found) == 1
        return tuple(
            [
                Candidate(
                    consignment=consignment_view(consignment),
                    has_lines=None if alone else await self._has_lines(consignment.id),
                )
                for consignment in self._found.values()
            ]
        )

    async def _has_lines(self, consignment_id: str) -> bool:
        return bool(await self._client.consignments.lines(consignment_id, expect=0))

    async def _adopt(self, action: Adopt) -> Adopted:
        self._known = self._found[action.chosen.consignment_id]
        deleted = [view for view in action.surplus if await self._delete(view)]
        kept = [view for view in action.surplus if view not in deleted]
        return Adopted(
            consignment=consignment_view(self._known),
            deleted=tuple(deleted),
            others=(*action.others, *kept),
        )

    async def _delete(self, surplus: ConsignmentView) -> bool:
        """Delete an empty duplicate; one that resists is reported instead."""
        try:
            await self._client.consignments.delete(surplus.consignment_id)
        except NotFound:
            return True
        except (Refused, OutcomeUnknown):
            return False
        return True

    async def _read(self, action: ReadBack, push: Push) -> Event:
        try:
            if action.whole or self._known is None:
                self._known = await self._client.consignments.get(_id(push))
            self._lines = await self._client.consignments.lines(
                _id(push), expect=self._expected_lines
            )
        except NotFound:
            return Gone()
        return Read(consignment=consignment_view(self._known, self._lines), action=action)


async def consignments_of(client: XSeries, reference: str, *, after: int) -> dict[str, Consignment]:
    """Return the SUPPLIER consignments after a version that carry exactly this reference."""
    pages = client.consignments.pages(type=SUPPLIER, after=after, page_size=PAGE_SIZE)
    return {
        consignment.id: consignment
        async for page in pages
        for consignment in page.items
        if consignment.reference == reference
    }


def _id(push: Push) -> str:
    if push.consignment_id is None:
        raise ValueError(f"the push of {push.reference} has no consignment yet")
    return push.consignment_id


def _drafts(lines: Sequence[ResolvedLine]) -> list[LineDraft]:
    return [
        LineDraft(product_id=line.product_id, count=line.quantity, cost=line.unit_cost)
        for line in lines
    ]
