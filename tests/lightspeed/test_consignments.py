from decimal import Decimal

import pytest

from lsync.core.lightspeed import (
    ConsignmentChange,
    ConsignmentDraft,
    LineDraft,
    NotFound,
    OutcomeUnknown,
    Quarantined,
    SchemaError,
    XSeries,
)
from lsync.core.lightspeed.resources.lines import LINES_PER_CALL

from .conftest import MakeClient, Peer, answer, listing
from .test_models import CONSIGNMENT, LINE


async def test_create_sends_only_what_was_given(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": CONSIGNMENT}, 201))
    draft = ConsignmentDraft(name="PO-1001", outlet_id="o-1", reference="PO-1001")
    created = await api.consignments.create(draft)
    assert created.id == "c-1"
    assert peer.asked == ["POST /consignments"]
    assert peer.sent() == {
        "name": "PO-1001",
        "outlet_id": "o-1",
        "type": "SUPPLIER",
        "status": "OPEN",
        "reference": "PO-1001",
    }


async def test_the_data_envelope_wraps_consignments_and_lines_but_not_bulk(
    make_client: MakeClient, peer: Peer
) -> None:
    peer.will(answer({"data": CONSIGNMENT}, 201), answer({"data": {}}), answer({"data": {}}))
    async with make_client(request_envelope="data") as api:
        await api.consignments.create(ConsignmentDraft(name="x", outlet_id="o-1"))
        await api.consignments.set_line("c-1", "p-1", count=Decimal(2))
        await api.consignments.add_lines_bulk("c-1", [LineDraft(product_id="p", count=Decimal(1))])
    assert peer.sent(0)["data"]["outlet_id"] == "o-1"
    assert peer.sent(1) == {"data": {"product_id": "p-1", "count": "2.00000"}}
    assert peer.sent(2) == [{"product_id": "p", "count": "1.00000"}]


async def test_a_status_change_repeats_every_writable_field_as_last_read(
    api: XSeries, peer: Peer
) -> None:
    peer.will(answer({"data": CONSIGNMENT}), answer({"data": {**CONSIGNMENT, "status": "SENT"}}))
    known = await api.consignments.get("c-1")
    sent = await api.consignments.set_status(known, "SENT")
    assert sent.status == "SENT"
    assert peer.asked == ["GET /consignments/c-1", "PUT /consignments/c-1"]
    assert peer.sent() == {
        "name": "Spring order",
        "outlet_id": "o-1",
        "type": "SUPPLIER",
        "status": "SENT",
        "supplier_id": "s-1",
        "reference": "PO-1001",
        "due_at": "2026-12-01T11:00:00Z",
    }


async def test_an_update_by_id_reads_first_and_can_clear_a_field(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": CONSIGNMENT}), answer({"data": CONSIGNMENT}))
    await api.consignments.update("c-1", ConsignmentChange(due_at=None))
    assert peer.asked == ["GET /consignments/c-1", "PUT /consignments/c-1"]
    assert peer.sent()["due_at"] is None
    assert "status" not in peer.sent()


async def test_pages_filter_and_continue_from_a_cursor(api: XSeries, peer: Peer) -> None:
    peer.will(listing(CONSIGNMENT, last=7), listing())
    pages = [page async for page in api.consignments.pages(type="SUPPLIER", after=3)]
    assert [page.cursor for page in pages] == [7]
    assert peer.asked == [
        "GET /consignments?type=SUPPLIER&after=3",
        "GET /consignments?type=SUPPLIER&after=7",
    ]


async def test_nothing_changed_costs_one_call(api: XSeries, peer: Peer) -> None:
    peer.will(listing())
    assert [page async for page in api.consignments.pages(after=7)] == []
    assert len(peer.requests) == 1


BROKEN = {**CONSIGNMENT, "id": "c-2", "due_at": "0000-00-00"}


async def test_one_broken_consignment_stops_a_list_that_must_be_whole(
    api: XSeries, peer: Peer
) -> None:
    peer.will(listing(CONSIGNMENT, BROKEN, last=9))
    with pytest.raises(SchemaError) as caught:
        await anext(api.consignments.pages())
    assert caught.value.paths == ("data.1.due_at",)


async def test_one_broken_consignment_does_not_stop_following_the_others(
    api: XSeries, peer: Peer
) -> None:
    left_out: list[Quarantined] = []
    peer.will(listing(BROKEN, last=8), listing({**CONSIGNMENT, "version": 9}, last=9), listing())
    follower = api.scoped(quarantine=left_out.append)
    pages = [page async for page in follower.consignments.pages(after=3)]
    assert [[found.id for found in page.items] for page in pages] == [["c-1"]]
    assert [(found.kind, found.id, found.paths) for found in left_out] == [
        ("Consignment", "c-2", ("data.0.due_at",))
    ]


async def test_delete_answers_nothing(api: XSeries, peer: Peer) -> None:
    peer.will(answer(None, 204), answer({"error": "gone"}, 404))
    await api.consignments.delete("c-1")
    with pytest.raises(NotFound):
        await api.consignments.delete("c-1")


def line(number: int, **changes: object) -> dict[str, object]:
    return {**LINE, "product_id": f"p-{number}", "version": number, **changes}


async def test_expected_lines_cost_one_call(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), line(2), last=2))
    lines = await api.consignments.lines("c-1", expect=2)
    assert [found.product_id for found in lines] == ["p-1", "p-2"]
    assert peer.asked == ["GET /consignments/c-1/products?page_size=3"]


async def test_few_lines_cost_one_call_however_many_there_are(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), last=1), listing(line(1), line(2), last=2), listing())
    few = await api.consignments.few_lines("c-1", most=2)
    assert few is not None
    assert [found.product_id for found in few] == ["p-1"]
    assert await api.consignments.few_lines("c-1", most=1) is None
    assert peer.asked == [
        "GET /consignments/c-1/products?page_size=3",
        "GET /consignments/c-1/products?page_size=2",
    ]
    with pytest.raises(ValueError, match="fewer than no lines"):
        await api.consignments.few_lines("c-1", most=-1)


async def test_more_lines_than_expected_are_all_read(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), line(2), last=2), listing(line(3), last=3), listing())
    lines = await api.consignments.lines("c-1", expect=1)
    assert len(lines) == 3
    assert peer.asked[1] == "GET /consignments/c-1/products?after=2&page_size=2"


async def test_a_page_cut_by_the_server_is_not_taken_for_the_end(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), last=1), listing(line(2), line(3), last=3))
    lines = await api.consignments.lines("c-1", expect=3)
    assert len(lines) == 3
    assert len(peer.requests) == 2


async def test_missing_lines_are_looked_for_until_an_empty_page(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), last=1), listing())
    assert len(await api.consignments.lines("c-1", expect=2)) == 1
    assert len(peer.requests) == 2


async def test_lines_that_may_be_missing_are_an_error(api: XSeries, peer: Peer) -> None:
    """Fewer lines than expected and no way to ask for more: never taken for all there are."""
    nameless = {name: value for name, value in line(1).items() if name != "version"}
    peer.will(answer({"data": [nameless]}))
    with pytest.raises(SchemaError, match="lines may be missing"):
        await api.consignments.lines("c-1", expect=2)


async def test_expected_lines_need_no_cursor(api: XSeries, peer: Peer) -> None:
    nameless = {name: value for name, value in line(1).items() if name != "version"}
    peer.will(answer({"data": [nameless]}))
    assert len(await api.consignments.lines("c-1", expect=1)) == 1


async def test_no_lines_expected_and_none_there(api: XSeries, peer: Peer) -> None:
    peer.will(listing())
    assert await api.consignments.lines("c-1", expect=0) == ()


async def test_deleted_lines_are_no_lines(api: XSeries, peer: Peer) -> None:
    peer.will(listing(line(1), line(2, deleted_at="2026-11-23T10:00:00Z"), last=2))
    lines = await api.consignments.lines("c-1", expect=2)
    assert [found.product_id for found in lines] == ["p-1"]


async def test_the_later_version_of_a_line_wins(api: XSeries, peer: Peer) -> None:
    again = {**line(3, count="5"), "product_id": "p-1"}
    peer.will(listing(line(1), line(2), last=2), listing(again, last=3), listing())
    lines = await api.consignments.lines("c-1")
    assert {found.product_id: found.count for found in lines} == {
        "p-1": Decimal(5),
        "p-2": Decimal(10),
    }


@pytest.mark.parametrize("count", [0, LINES_PER_CALL + 1])
async def test_a_bulk_call_is_one_call_or_an_error(api: XSeries, peer: Peer, count: int) -> None:
    lines = [LineDraft(product_id=f"p-{n}", count=Decimal(1)) for n in range(count)]
    with pytest.raises(ValueError, match="1 to 500"):
        await api.consignments.add_lines_bulk("c-1", lines)
    assert peer.requests == []


async def test_500_lines_are_one_call(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": {}}))
    lines = [LineDraft(product_id=f"p-{n}", count=Decimal(1)) for n in range(LINES_PER_CALL)]
    await api.consignments.add_lines_bulk("c-1", lines)
    assert len(peer.sent()) == LINES_PER_CALL


async def test_a_bulk_call_is_never_repeated(api: XSeries, peer: Peer) -> None:
    peer.will(answer({}, 503))
    with pytest.raises(OutcomeUnknown):
        await api.consignments.add_lines_bulk("c-1", [LineDraft(product_id="p", count=Decimal(1))])
    assert len(peer.requests) == 1


async def test_an_ordered_line_never_mentions_received(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": {"data": []}}))
    await api.consignments.set_line("c-1", "p-1", count=Decimal("2.5"), cost=Decimal(4))
    assert peer.sent() == {"product_id": "p-1", "count": "2.50000", "cost": "4.00000"}
    with pytest.raises(ValueError, match="nothing"):
        await api.consignments.set_line("c-1", "p-1")


async def test_a_line_is_deleted_by_its_product(api: XSeries, peer: Peer) -> None:
    peer.will(answer(None, 204))
    await api.consignments.delete_line("c-1", "p-1")
    assert peer.asked == ["DELETE /consignments/c-1/products/p-1"]


@pytest.mark.parametrize("shape", [list, dict])
async def test_totals_are_read_as_array_or_object(api: XSeries, peer: Peer, shape: type) -> None:
    totals = {"total_sent_count": "7.00000", "total_sent_cost": "28.00000"}
    peer.will(answer({"data": [totals] if shape is list else totals}))
    read = await api.consignments.totals("c-1")
    assert (read.total_sent_count, read.total_received_count) == (Decimal(7), None)
