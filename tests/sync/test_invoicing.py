"""Invoices: imported once, differences asked about, an accepted cost carried everywhere."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.invoice import Limits
from lsync.core.domain.order import SyncState
from lsync.core.domain.order_file.rows import DecimalMark
from lsync.core.domain.outcome import Outcome, Retry
from lsync.core.store import decisions
from lsync.core.store.database import Database, Transaction
from lsync.core.store.decisions import DecisionConflict
from lsync.core.sync.deciding import Answer, decide
from lsync.core.sync.invoicing import ImportedInvoice, InvoiceFile, import_invoices
from lsync.core.sync.pricing import price_at
from tests.sync.retailer import Retailer, StillClock, done, orderable

D = Decimal
HEADER = "invoice_number,supplier,order_number,sku,quantity,unit_cost\n"


async def bring(
    retailer: Retailer, *rows: tuple[str, str, str], number: str = "R-1", dry_run: bool = False
) -> InvoiceFile:
    lines = [f"{number},northwind wholesale,PO-1,{','.join(row)}\n" for row in rows]
    return await import_invoices(
        retailer.database,
        (HEADER + "".join(lines)).encode(),
        filename="invoice.csv",
        decimal=DecimalMark.POINT,
        limits=Limits(),
        by="ada",
        dry_run=dry_run,
    )


async def take(retailer: Retailer, *rows: tuple[str, str, str], **options: str) -> ImportedInvoice:
    (taken,) = (await bring(retailer, *rows, **options)).invoices  # type: ignore[arg-type]  # number
    return taken


async def test_a_row_that_cannot_be_read_keeps_only_its_invoice_out(sent: Retailer) -> None:
    rows = (("R-1", FIRST, "2", "2.75"), ("R-2", SECOND, "x", "3"), ("R-2", FIRST, "2", "2.75"))
    lines = [f"{row[0]},northwind wholesale,PO-1,{','.join(row[1:])}\n" for row in rows]
    found = await import_invoices(
        sent.database,
        (HEADER + "".join(lines)).encode(),
        filename="invoice.csv",
        decimal=DecimalMark.POINT,
        limits=Limits(),
        by="ada",
    )
    assert not found.complete
    assert found.faults == ()
    assert [(it.number, it.result) for it in found.invoices] == [
        ("R-1", "imported"),
        ("R-2", "refused"),
    ]
    assert found.invoices[1].why.startswith("line 3: quantity is not a number")


async def questions(retailer: Retailer) -> list[Decision]:
    async with retailer.database.read() as tx:
        found = await decisions.listing(tx)
    return [it for it in found if it.state is DecisionState.OPEN]


async def accept(retailer: Retailer, decision: Decision) -> None:
    async def work(tx: Transaction) -> None:
        answer = Answer(state=DecisionState.ACCEPTED, by="ada")
        await decide(retailer.engine, tx, decision, answer)

    await retailer.database.run(work)


async def cost_there(retailer: Retailer) -> Decimal:
    (consigned,) = (await retailer.ledger()).values()
    products = {row.fields["sku"]: row.id for row in retailer.world.products}
    return consigned.lines[products[FIRST]][1]


FIRST, SECOND, _ = orderable(3)


@pytest.fixture
async def sent(retailer: Retailer) -> Retailer:
    """A retailer with a sent order: 2 at 2.75, 3 at 3.00, 4 at 3.25."""
    await retailer.approve()
    done(await retailer.push())
    return retailer


async def test_an_accepted_cost_is_carried_everywhere_once(
    either: Database, clock: StillClock
) -> None:
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    await retailer.approve()
    done(await retailer.push())
    taken = await take(retailer, (FIRST, "2", "4.00"), (SECOND, "3", "3"))
    assert [it.verdict.value for it in taken.lines] == ["decision", "equal"]
    (asked,) = await questions(retailer)
    assert (asked.kind, asked.source, asked.theirs) == (DecisionKind.INVOICE, "invoice R-1", D(4))
    await accept(retailer, asked)
    assert (await retailer.order()).lines[0].unit_cost == D(4)
    ran = dict(await retailer.run_jobs())
    assert set(ran) == {"cost.push", "price.update"}
    assert await cost_there(retailer) == D(4)
    product = await retailer.client.products.get(asked_product(retailer))
    assert D(4) in [price_at(product, it.supplier_id or "") for it in product.suppliers]
    assert (await retailer.order()).sync_state is SyncState.SYNCED
    done(await retailer.pull())
    assert await questions(retailer) == []
    with pytest.raises(DecisionConflict):
        await accept(retailer, asked)


def asked_product(retailer: Retailer) -> str:
    return next(row.id for row in retailer.world.products if row.fields["sku"] == FIRST)


async def test_the_same_invoice_again_changes_nothing(sent: Retailer) -> None:
    assert (await take(sent, (FIRST, "2", "4"))).result == "imported"
    assert (await take(sent, (FIRST, "2", "4.00"))).result == "known"
    other = await take(sent, (FIRST, "2", "5"))
    assert (other.result, "other lines" in other.why) == ("refused", True)
    assert len(await questions(sent)) == 1
    assert (await take(sent, (FIRST, "2", "4"), number="R-2")).result == "imported"
    assert len(await questions(sent)) == 2


async def test_of_two_questions_about_one_line_the_second_is_outdated(sent: Retailer) -> None:
    await take(sent, (FIRST, "2", "4"))
    await take(sent, (FIRST, "1", "5"), number="R-2")
    second, first = await questions(sent)
    await accept(sent, first)
    with pytest.raises(DecisionConflict, match="was not carried out"):
        await accept(sent, second)
    assert (await sent.order()).lines[0].unit_cost == D(4)


async def test_a_line_without_an_order_keeps_its_invoice_out(sent: Retailer) -> None:
    done_ = await bring(sent, (FIRST, "2", "4"), ("NOPE", "1", "1"))
    assert not done_.complete
    assert "no line with NOPE" in done_.invoices[0].why
    (twice,) = (await bring(sent, ("NOPE", "1", "1"), ("NOPE", "2", "1"))).invoices
    assert twice.why == "order PO-1 has no line with NOPE"
    many = [(f"NOPE-{number}", "1", "1") for number in range(30)]
    assert (await bring(sent, *many)).invoices[0].why.endswith("; and 10 more")
    assert await questions(sent) == []
    assert (await take(sent, (FIRST, "2", "4"))).result == "imported"


async def test_a_dry_run_writes_nothing(sent: Retailer) -> None:
    (shown,) = (await bring(sent, (FIRST, "2", "4"), dry_run=True)).invoices
    assert shown.lines[0].verdict.value == "decision"
    assert await questions(sent) == []
    assert (await take(sent, (FIRST, "2", "4"))).result == "imported"


async def test_a_small_difference_changes_nothing(sent: Retailer) -> None:
    taken = await take(sent, (FIRST, "2", "2.80"))
    assert taken.lines[0].verdict.value == "within"
    assert await questions(sent) == []
    assert (await sent.order()).lines[0].unit_cost == D("2.75")


async def test_a_received_consignment_keeps_its_cost_and_is_no_drift(sent: Retailer) -> None:
    consignment = (await sent.order()).consignment_id or ""
    await sent.receive(consignment)
    done(await sent.pull())
    await take(sent, (FIRST, "2", "4"))
    (asked,) = await questions(sent)
    await accept(sent, asked)
    before = await sent.ledger()
    ran = dict(await sent.run_jobs())
    assert "keeps its cost" in str(done(ran["cost.push"]).result)
    assert await sent.ledger() == before
    done(await sent.pull())
    order = await sent.order()
    assert (order.sync_state, order.lines[0].unit_cost) == (SyncState.SYNCED, D(4))
    assert await questions(sent) == []


async def test_a_lost_answer_is_resolved_by_looking(sent: Retailer) -> None:
    await take(sent, (FIRST, "2", "4"))
    (asked,) = await questions(sent)
    await accept(sent, asked)
    await sent.fault("lost_reply", count=1, method="PUT", path="consignments/")
    ran: list[tuple[str, Outcome]] = await sent.run_jobs()
    assert any(isinstance(outcome, Retry) for _, outcome in ran)
    sent.clock.move(timedelta(minutes=2))
    for _, outcome in await sent.run_jobs():
        done(outcome)
    assert await cost_there(sent) == D(4)
    assert (await sent.order()).sync_state is SyncState.SYNCED
