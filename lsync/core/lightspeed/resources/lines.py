"""The lines of consignments. What each call does differs: bulk adds up, a single PUT sets."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.errors import SchemaError
from lsync.core.lightspeed.models.consignments import (
    ConsignmentLine,
    ConsignmentTotals,
    LineDraft,
)
from lsync.core.lightspeed.paging import Page, page_of
from lsync.core.lightspeed.readers import anything, one
from lsync.core.lightspeed.requests import Envelope, read, wrap, write
from lsync.core.lightspeed.resources.resource import Resource
from lsync.core.lightspeed.wire import Json

LINES_PER_CALL = 500
"""More lines in one bulk call are "not recommended" because of timeouts (2026-07)."""


class Lines(Resource):
    """Operations on the lines of one consignment."""

    def __init__(self, caller: Caller, *, envelope: Envelope) -> None:
        super().__init__(caller)
        self._envelope = envelope

    async def lines(
        self, consignment_id: str, *, expect: int | None = None
    ) -> tuple[ConsignmentLine, ...]:
        """Every line that is not deleted.

        With `expect`, the number of lines there should be, one call is enough: one more line than
        that is asked for, and a shorter page that holds as many is the end. Otherwise pages are
        read until an empty one.
        """
        if expect is not None and expect < 0:
            raise ValueError("a consignment cannot hold fewer than no lines")
        page_size = LINES_PER_CALL if expect is None else expect + 1
        found: dict[str, ConsignmentLine] = {}
        after: int | None = None
        while True:
            page = await self._line_page(consignment_id, after=after, page_size=page_size)
            found.update((line.product_id, line) for line in page.items)
            complete = holds_all(page, found=len(found), page_size=page_size, expect=expect)
            repeated = after is not None and page.cursor == after
            if complete or repeated or not page.items:
                return tuple(line for line in found.values() if line.deleted_at is None)
            after = _following(page)

    async def few_lines(
        self, consignment_id: str, *, most: int
    ) -> tuple[ConsignmentLine, ...] | None:
        """Every line that is not deleted, in one call; None where there are more than `most`.

        A server that gives smaller pages than it is asked for makes many look like few.
        """
        if most < 0:
            raise ValueError("a consignment cannot hold fewer than no lines")
        page = await self._line_page(consignment_id, after=None, page_size=most + 1)
        if len(page.items) > most:
            return None
        return tuple(line for line in page.items if line.deleted_at is None)

    async def add_lines_bulk(self, consignment_id: str, lines: Sequence[LineDraft]) -> None:
        """Add up to 500 lines in one call and one attempt. ValueError for more, or for none.

        The call ADDS to the counts of lines that exist (to `received` once DISPATCHED) and
        replaces their costs: after OutcomeUnknown read back and send only the difference.
        """
        if not 1 <= len(lines) <= LINES_PER_CALL:
            raise ValueError(f"a bulk call takes 1 to {LINES_PER_CALL} lines, not {len(lines)}")
        body: Json = [line.body() for line in lines]
        call = write("add lines", "POST", "consignments", consignment_id, "bulk", body=body)
        await self._caller.run(call, anything)

    def add_lines(
        self, consignment_id: str, lines: Sequence[LineDraft]
    ) -> AsyncIterator[Sequence[LineDraft]]:
        """Add any number of lines, 500 a call; gives the lines of each call once it is done.

        After an error, what was given before has been added and nothing behind the failed call.
        """

        async def send(some: Sequence[LineDraft]) -> Sequence[LineDraft]:
            await self.add_lines_bulk(consignment_id, some)
            return some

        return in_batches(lines, size=LINES_PER_CALL, send=send)

    async def add_line(self, consignment_id: str, line: LineDraft) -> None:
        """Add one line. What a second call for the same product does is not documented."""
        body = wrap(line.body(), envelope=self._envelope)
        call = write("add the line", "POST", "consignments", consignment_id, "products", body=body)
        await self._caller.run(call, anything)

    async def set_line(
        self,
        consignment_id: str,
        product_id: str,
        *,
        count: Decimal | None = None,
        cost: Decimal | None = None,
        received: Decimal | None = None,
    ) -> None:
        """Set what is given of one line to exactly these values: doing it twice is harmless.

        `count` counts in OPEN and SENT, `received` in DISPATCHED (in SENT it moves the order
        there). The answer's shape is contradictory in the contract; read the lines back instead.
        """
        given = {"count": count, "cost": cost, "received": received}
        body = {name: value for name, value in given.items() if value is not None}
        if not body:
            raise ValueError("nothing to set")
        body_with_key: Json = {"product_id": product_id, **body}
        call = write(
            "set the line",
            "PUT",
            "consignments",
            consignment_id,
            "products",
            product_id,
            body=wrap(body_with_key, envelope=self._envelope),
        )
        await self._caller.run(call, anything)

    async def delete_line(self, consignment_id: str, product_id: str) -> None:
        """Remove one line; not possible in DISPATCHED, RECEIVED and CANCELLED."""
        path = ("consignments", consignment_id, "products", product_id)
        await self._caller.run(write("delete the line", "DELETE", *path), anything)

    async def totals(self, consignment_id: str) -> ConsignmentTotals:
        """Sums over the lines; not for stocktakes."""
        call = read("read the totals", "consignments", consignment_id, "totals")
        return await self._caller.run(call, _totals)

    async def _line_page(
        self, consignment_id: str, *, after: int | None, page_size: int
    ) -> Page[ConsignmentLine]:
        call = read(
            "read the lines",
            "consignments",
            consignment_id,
            "products",
            query={"after": after, "page_size": page_size},
        )
        return await self._caller.run(call, page_of(ConsignmentLine, after=after))


def holds_all(
    page: Page[ConsignmentLine], *, found: int, page_size: int, expect: int | None
) -> bool:
    """Whether a page was cut by the end of the list and not by the server's page maximum."""
    return expect is not None and found >= expect and len(page.items) < page_size


def _following(page: Page[ConsignmentLine]) -> int:
    if page.cursor is not None:
        return page.cursor
    # Lines that were not read would be ordered a second time.
    raise SchemaError(
        "Could not read the lines",
        why="the answer names no cursor, so that lines may be missing",
        paths=("version.max",),
    )


def _totals(value: Json) -> ConsignmentTotals:
    # The contract has an array of one; an object is as clear.
    inner = value.get("data") if isinstance(value, dict) else value
    return one(ConsignmentTotals)(inner[0] if isinstance(inner, list) and inner else value)
