"""Goods over the control protocol and from the command line."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from lsync.cli.failures import Failure
from lsync.cli.receive import read_line
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import CountedLine
from lsync.core.domain.order import OrderState
from lsync.core.store import jobs, orders
from lsync.core.store.jobs import JobFilter
from lsync.daemon.control_app import create_control_app
from tests.daemon.application import opened
from tests.store.samples import NOW, line, order

D = Decimal


@pytest.fixture(params=[False, True], ids=["kept", "pushed"])
async def client(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> AsyncIterator[ControlClient]:
    """A client of an application with one submitted order of 2.5 and 10 pieces."""
    async with opened(
        database_url, tmp_path, sync__push_receipts=str(request.param).lower()
    ) as application:
        async with application.database.write() as tx:
            lines = (line(1), line(2, quantity=D(10)))
            submitted = order("PO/1", state=OrderState.SUBMITTED, lines=lines)
            await orders.insert(tx, submitted, now=NOW)
        transport = httpx.ASGITransport(create_control_app(application))
        async with ControlClient(transport, address="this process") as client:
            yield client
        async with application.database.read() as tx:
            queued = await jobs.listing(tx, JobFilter(type="receipt.push"))
        assert len(queued) <= int(request.param)


async def test_a_count_is_shown_with_the_order(client: ControlClient) -> None:
    given = [
        CountedLine(sku="sku-0002", received=D(7), damaged=D(1), short=D(2), reason="wet box"),
        CountedLine(line_no=1, received=D("3.5")),
    ]
    report = await client.receive("PO/1", given, delivery="DN-1")
    assert report.recorded
    assert report.remarks == ("line 1 SKU-0001: 3.5 counted, 1 more than ordered",)
    first, second = (await client.order("PO/1")).goods
    assert (first.received, first.ordered, first.at_lightspeed) == (D("3.5"), D("2.5"), D(0))
    assert (second.damaged, second.short, second.reasons) == (D(1), D(2), ("wet box",))
    again = await client.receive("PO/1", given, delivery="DN-1")
    assert (again.recorded, again.job_id) == (False, None)
    await client.receive("PO/1", delivery="DN-2", everything=True)
    assert [it.received for it in (await client.order("PO/1")).goods] == [D("3.5"), D(10)]
    again = await client.receive("PO/1", delivery="DN-2", everything=True)
    assert not again.recorded


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (CountedLine(sku="SKU-9", received=D(1)), "no line with SKU-9"),
        (CountedLine(received=D(1)), "its number or its SKU"),
        (CountedLine(line_no=1, received=D(-1)), "below zero"),
        (CountedLine(line_no=1, received=D("NaN")), "not a number"),
    ],
)
async def test_a_wrong_line_keeps_the_whole_delivery_out(
    client: ControlClient, wrong: CountedLine, why: str
) -> None:
    with pytest.raises(ControlError) as refused:
        await client.receive(
            "PO/1", [CountedLine(line_no=2, received=D(1)), wrong], delivery="DN-1"
        )
    assert refused.value.status == 422
    assert why in refused.value.message.why
    assert (await client.order("PO/1")).goods == ()


async def test_an_order_that_is_not_out_is_sent_first(client: ControlClient) -> None:
    file = b"order_number,supplier,outlet,sku,quantity,unit_cost\nD-1,S,O,SKU-0001,1,1\n"
    await client.import_orders("orders.csv", file)
    with pytest.raises(ControlError) as refused:
        await client.receive("D-1", delivery="DN-1", everything=True)
    assert refused.value.status == 409
    assert "`lsync sync plan D-1`" in refused.value.message.next_step
    await client.move_order("D-1", "cancel")
    with pytest.raises(ControlError) as refused:
        await client.receive("D-1", delivery="DN-1", everything=True)
    assert "`lsync po show D-1`" in refused.value.message.next_step


async def test_an_unknown_order_is_404(client: ControlClient) -> None:
    with pytest.raises(ControlError, match="no order PO-9"):
        await client.receive("PO-9", delivery="DN-1", everything=True)


def test_a_line_reads_as_people_write_it() -> None:
    read = read_line("A=B=3,damaged=1,short=2,reason=wet, torn = bad")
    assert (read.sku, read.received, read.damaged) == ("A=B", D(3), D(1))
    assert read.short == 2
    assert read.reason == "wet, torn = bad"
    assert read_line(" X-1 = -2.5 ").received == D("-2.5")


@pytest.mark.parametrize("text", ["SKU", "=3", "SKU=x", "SKU=1,lost=2", "SKU=1,damaged=", "S=1,"])
def test_an_unreadable_line_is_named(text: str) -> None:
    with pytest.raises(Failure) as refused:
        read_line(text)
    assert text in str(refused.value)
