"""Finds out on a real account what the API documents leave open.

It writes: one OPEN consignment of one product, which it deletes again. Nothing is sent or received
and no stock moves. Ask the person before running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from lsync.core.lightspeed.client import XSeries
from lsync.core.lightspeed.errors import Refused
from lsync.core.lightspeed.models.consignments import (
    Consignment,
    ConsignmentChange,
    ConsignmentDraft,
    LineDraft,
)
from lsync.core.lightspeed.models.products import Product
from lsync.core.lightspeed.requests import Envelope

NAME = "lsync probe, can be deleted"
RENAMED = "lsync probe, renamed"
LARGE_PAGE = 10_000
ONE, TWO = Decimal(1), Decimal(2)

RepeatedLine = Literal["adds up", "replaces", "is refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What this account does.

    `envelopes` are the request envelopes it accepts. `repeated_line` is what a second
    `POST …/products` for one product does. `largest_page` is how many products one answer held
    when far more were asked for; `page_was_cut` tells that there were more. `deletes_open` is
    whether an OPEN consignment with a line can be deleted. `left_behind` is the id of a probe
    consignment that could be neither deleted nor cancelled.
    """

    envelopes: tuple[Envelope, ...]
    repeated_line: RepeatedLine
    largest_page: int
    page_was_cut: bool
    deletes_open: bool
    left_behind: str | None = None

    @property
    def envelope(self) -> Envelope:
        """The envelope to configure: the contract's if it is accepted."""
        return "data" if "data" in self.envelopes else "bare"


class ProbeImpossible(LookupError):  # noqa: N818  says what happened, like the errors of calls
    """The account lacks what a probe needs: an outlet and a product that can be ordered."""


async def probe(api: XSeries) -> Findings:
    """Probe the account behind the client; about ten calls.

    Whatever goes wrong on the way, the consignment is cleaned up before the error is raised.
    """
    outlets = await api.outlets.list()
    products, cut = await _large_page(api)
    product = _orderable(products)
    if not outlets or product is None:
        raise ProbeImpossible("a probe needs an outlet and a product that is not a composite")
    draft = ConsignmentDraft(name=NAME, outlet_id=outlets[0].id, reference=NAME)
    order, first = await _create(api, draft)
    try:
        findings = Findings(
            envelopes=await _envelopes(api, order, first),
            repeated_line=await _repeat_line(api.enveloped(first), order, product),
            largest_page=len(products),
            page_was_cut=cut,
            deletes_open=False,
        )
    except BaseException:
        await _clean_up(api.enveloped(first), order)
        raise
    deleted, left_behind = await _clean_up(api.enveloped(first), order)
    return replace(findings, deletes_open=deleted, left_behind=left_behind)


async def _large_page(api: XSeries) -> tuple[tuple[Product, ...], bool]:
    pages = api.products.pages(page_size=LARGE_PAGE)
    first = await anext(pages, None)
    second = await anext(pages, None)
    return (first.items if first else ()), second is not None


def _orderable(products: Sequence[Product]) -> Product | None:
    fitting = (found for found in products if found.active and not found.is_composite)
    return next((found for found in fitting if found.deleted_at is None), None)


async def _create(api: XSeries, draft: ConsignmentDraft) -> tuple[Consignment, Envelope]:
    try:
        return await api.enveloped("bare").consignments.create(draft), "bare"
    except Refused:
        return await api.enveloped("data").consignments.create(draft), "data"


async def _envelopes(api: XSeries, order: Consignment, first: Envelope) -> tuple[Envelope, ...]:
    """The envelope that created the order, and the other one if it can rename the order."""
    if first == "data":
        return ("data",)
    change = ConsignmentChange(name=RENAMED)
    try:
        await api.enveloped("data").consignments.update(order, change)
    except Refused:
        return ("bare",)
    # A server that ignores the envelope may say yes and change nothing.
    renamed = (await api.consignments.get(order.id)).name == RENAMED
    return ("bare", "data") if renamed else ("bare",)


async def _repeat_line(api: XSeries, order: Consignment, product: Product) -> RepeatedLine:
    await api.consignments.add_line(order.id, LineDraft(product_id=product.id, count=ONE))
    try:
        await api.consignments.add_line(order.id, LineDraft(product_id=product.id, count=TWO))
    except Refused:
        return "is refused"
    (line,) = await api.consignments.lines(order.id, expect=1)
    return "replaces" if line.count == TWO else "adds up"


async def _clean_up(api: XSeries, order: Consignment) -> tuple[bool, str | None]:
    """Whether the order could be deleted, and its id if it could not even be cancelled."""
    try:
        await api.consignments.delete(order.id)
    except Refused:
        return False, await _cancel(api, order)
    return True, None


async def _cancel(api: XSeries, order: Consignment) -> str | None:
    try:
        await api.consignments.cancel(order.id)
    except Refused:
        return order.id
    return None
