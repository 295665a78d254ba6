"""What a person decides about orders: edit, note, submit, cancel, close."""

import asyncio

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.store import orders
from lsync.core.store.database import Database
from tests.cli.conftest import Shell

ROWS = (
    "order_number,supplier,outlet,sku,quantity,unit_cost\n"
    "PO-1,Example Supplies,Harbour,SKU-1,2,3.50\n"
    "PO-1,Example Supplies,Harbour,SKU-2,1,1\n"
)


@pytest.fixture
def stocked(shell: Shell) -> Shell:
    """A shell whose database holds one draft."""
    file = shell.directory / "orders.csv"
    file.write_text(ROWS)
    assert shell("po", "import", str(file)).code == 0
    return shell


def put(shell: Shell, *states: OrderState) -> None:
    """Move the order through ``states``, as syncs would."""

    async def work() -> None:
        async with (
            await Database.open(shell.variables["LSYNC_DATABASE__URL"]) as database,
            database.write() as tx,
        ):
            for state in states:
                order = await orders.find(tx, "PO-1")
                assert order is not None
                await orders.set_state(tx, order, state=state, now=await tx.now())

    asyncio.run(work())


def test_an_edit_shows_what_changed_and_is_written_down(stocked: Shell) -> None:
    ran = stocked(
        *("po", "edit", "PO-1", "--due", "2026-12-01", "--line", "SKU-1=12@4.25"),
        *("--line", "SKU-9=1@2", "--remove", "SKU-2"),
    )
    assert ran.code == 0, ran.err
    for change in ("2026-12-01", "quantity 2 → 12", "3.5 → 4.25", "1 × SKU-9 at 2", "SKU-2"):
        assert change in ran.out
    shown = stocked("po", "show", "PO-1", "--json").json
    assert [(line["sku"], line["quantity"]) for line in shown["lines"]] == [
        ("SKU-1", "12"),
        ("SKU-9", "1"),
    ]
    assert shown["revision"] == 2
    assert shown["log"][0]["operation"] in {"operator", "edit"}
    again = stocked("po:edit", "PO-1", "--due", "2026-12-01", "--json")
    assert (again.json["changes"], again.json["order"]["revision"]) == ([], 2)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "Say what to change"),
        (["--line", "SKU-1"], "--line cannot be SKU-1"),
        (["--line", "SKU-1=many"], "not a number"),
        (["--supplier", ""], "Supplier may not be empty"),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(
    stocked: Shell, args: list[str], told: str
) -> None:
    ran = stocked("po", "edit", "PO-1", *args)
    assert (ran.code, told in ran.err) == (2, True), ran.err
    assert stocked("po", "show", "PO-1", "--json").json["revision"] == 1


def test_an_order_is_edited_until_its_goods_arrive(stocked: Shell) -> None:
    put(stocked, OrderState.APPROVED, OrderState.SUBMITTED)
    assert "quantity 2 → 5" in stocked("po", "edit", "PO-1", "--line", "SKU-1=5").out
    put(stocked, OrderState.RECEIVING)
    ran = stocked("po", "edit", "PO-1", "--line", "SKU-1=6")
    assert ran.code == 1
    assert "Lightspeed takes no more changes" in ran.err
    assert "under a new number" in ran.err


def test_a_changed_file_changes_a_sent_order_only_if_it_is_told_to(stocked: Shell) -> None:
    put(stocked, OrderState.APPROVED, OrderState.SUBMITTED)
    file = stocked.directory / "changed.csv"
    file.write_text(ROWS.replace("SKU-1,2", "SKU-1,7"))
    kept = stocked("po", "import", str(file))
    assert (kept.code, "--sent changes it here and in Lightspeed" in kept.out) == (1, True)
    taken = stocked("po", "import", str(file), "--sent")
    assert (taken.code, "quantity 2 → 7" in taken.out) == (0, True)
    shown = stocked("po", "show", "PO-1", "--json").json
    assert [line["quantity"] for line in shown["lines"]] == ["7", "1"]


def test_a_draft_is_handed_in_approved_and_cancelled(stocked: Shell) -> None:
    (order,) = stocked("po", "submit", "PO-1", "--json").json
    assert order["state"] == "pending_approval"
    assert stocked("po", "submit", "PO-1").code == 0, "it is there already"
    assert stocked("po", "approve", "PO-1", "--yes").code == 0
    assert "Only a draft" in stocked("po", "submit", "PO-1").err
    unasked = stocked("po", "cancel", "PO-1")
    assert (unasked.code, "Cancel 1 order (PO-1)?" in unasked.err) == (2, True)
    (cancelled,) = stocked("po", "cancel", "PO-1", "--yes", "--json").json
    assert cancelled["state"] == "cancelled"
    assert "cancelled by" not in stocked("po", "approve", "PO-1", "--yes").out
    messages = [entry["operation"] for entry in stocked("log", "--json").json]
    assert {"submit", "cancel"} <= set(messages)


def test_a_received_order_is_closed_and_not_cancelled(stocked: Shell) -> None:
    assert "Only a received order" in stocked("po", "close", "PO-1").err
    put(stocked, OrderState.APPROVED, OrderState.RECEIVED)
    refused = stocked("po", "cancel", "PO-1", "--yes")
    assert (refused.code, "lsync po close PO-1" in refused.err) == (1, True)
    (closed,) = stocked("po", "close", "PO-1", "--json").json
    assert closed["state"] == "closed"


def test_a_note_is_kept_with_the_order_and_who_took_it_on(stocked: Shell) -> None:
    assert stocked("po", "note", "PO-1").code == 2
    assert "two days late" in stocked("po", "note", "PO-1", "two days late").out
    taken = stocked("po", "note", "PO-1", "--taken", "--json").json
    assert taken["step"] == "taken"
    assert "two days late" in stocked("po", "show", "PO-1").out


@pytest.mark.parametrize("command", ["edit", "note", "submit", "cancel", "close"])
def test_an_unknown_order_names_the_nearest(stocked: Shell, command: str) -> None:
    more = {"edit": ["--note", "x"], "note": ["x"], "cancel": ["--yes"]}.get(command, [])
    ran = stocked("po", command, "PO-2", *more)
    assert ran.code == 1
    assert "Did you mean PO-1?" in ran.err
