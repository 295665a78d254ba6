"""Questions as commands: listed with both values, answered by id or all that match."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lsync.cli.matters import gather
from lsync.core.control.messages import AdjustmentMessage, DecisionMessage, JobMessage
from lsync.core.domain.adjustment import AdjustmentState
from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.job import JobState
from lsync.core.store import decisions, orders
from lsync.core.store.database import Database
from tests.cli.conftest import Shell
from tests.cli.test_matters import NOW, TODAY, status
from tests.store.samples import order


@pytest.fixture
def asked(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell whose database holds three questions about two orders."""
    path = empty_shell.directory / "lsync.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    asyncio.run(_ask(url))
    empty_shell.variables |= {
        "LSYNC_DATABASE__URL": url,
        "LIGHTSPEED_DOMAIN_PREFIX": "example",
        "LIGHTSPEED_API_TOKEN": "token",
    }
    return empty_shell


async def _ask(url: str) -> None:
    now = datetime.now(UTC)
    async with await Database.open(url) as database, database.write() as tx:
        for number, kinds in (("PO-1", ("cost", "quantity")), ("PO-2", ("cost",))):
            stored = await orders.insert(tx, order(number), now=now)
            for kind in kinds:
                await decisions.add(
                    tx,
                    Decision(
                        kind=DecisionKind(kind),
                        question=f"{number} {kind}: 4 at Lightspeed and 3.5 here \x1b[2J",
                        consequence="the line costs 4",
                        ground=f"{number}:{kind}",
                        ours=Decimal("3.5"),
                        theirs=Decimal(4),
                        order_id=stored.id,
                        line_no=1,
                        product_id="p",
                        raised_at=now,
                    ),
                )


def ids(shell: Shell, *options: str) -> list[int]:
    return [each["id"] for each in shell("decide", "list", "--json", *options).json]


def test_the_list_shows_values_and_what_accepting_does(asked: Shell) -> None:
    ran = asked("decide", "list")
    assert ran.code == 0
    assert "3.50" in ran.out
    assert "PO-2 cost" in ran.out
    assert "\x1b[2J" not in ran.out
    assert (ids(asked), ids(asked, "--order", "PO-1")) == ([3, 2, 1], [2, 1])
    assert ids(asked, "--kind", "cost", "--limit", "1") == [3]
    assert ids(asked, "--state", "rejected") == []


def test_rejecting_by_id_says_who_and_keeps_the_note(asked: Shell) -> None:
    ran = asked("decide", "reject", "1", "2", "--note", "agreed", "--json")
    assert ran.code == 0, ran.err
    assert [each["done"] for each in ran.json] == [True, True]
    assert ran.json[0]["decision"]["note"] == "agreed"
    assert ids(asked) == [3]
    assert ids(asked, "--state", "all") == [3, 2, 1]
    asked.variables["COLUMNS"] = "200"
    assert "rejected by" in asked("decide", "list", "--state", "all").out


def test_an_answer_that_cannot_be_carried_out_exits_1_and_says_why(asked: Shell) -> None:
    ran = asked("decide", "accept", "1", "77")
    assert ran.code == 1
    assert "There is no decision 77" in ran.out
    assert "has changed since" in ran.out
    assert ids(asked) == [3, 2, 1]


def test_all_that_match_are_asked_about_first(asked: Shell) -> None:
    refused = asked("decide", "reject", "--all", "--order", "PO-1")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert asked("decide", "reject", "--kind", "cost", "--order", "PO-1", "--yes").code == 0
    assert ids(asked) == [3, 2]
    assert asked("decide", "reject", "--all", "--yes").code == 0
    assert asked("decide", "list").out.strip() == "Nothing waits for a decision."


@pytest.mark.parametrize("args", [("accept",), ("accept", "1", "--all"), ("list", "--kind", "x")])
def test_unclear_wishes_are_refused(asked: Shell, args: tuple[str, ...]) -> None:
    ran = asked("decide", *args)
    assert ran.code == 2
    assert ids(asked) == [3, 2, 1]


def test_attention_and_status_tell_of_them(asked: Shell) -> None:
    found = [each for each in asked("attention", "--json").json if each["kind"] == "decision"]
    assert {each["about"] for each in found} == {"PO-1", "PO-2"}
    assert found[0]["next_step"].startswith("lsync decide list --order PO-")
    assert asked("status", "--json").json["decisions"] == 3
    assert "3 decisions wait" in asked("status").out


def test_questions_of_one_order_are_one_matter() -> None:
    def question(number: int, about: str | None) -> DecisionMessage:
        return DecisionMessage(
            id=number,
            kind=DecisionKind.STOCK if about is None else DecisionKind.COST,
            state=DecisionState.OPEN,
            question=f"question {number}",
            consequence="",
            order_number=about,
            raised_at=NOW - timedelta(minutes=number),
        )

    matters = gather(
        status(),
        orders=[],
        failed_jobs=[],
        decisions=[question(1, "PO-1"), question(2, "PO-1"), question(3, None)],
        today=TODAY,
    )
    assert [(each.about, each.what, each.next_step) for each in matters] == [
        ("PO-1", "question 1 (and 1 more question)", "lsync decide list --order PO-1"),
        ("stock", "question 3", "lsync decide list --kind stock"),
    ]


def test_failures_that_no_order_shows_are_matters_of_their_own() -> None:
    def failed(number: int, kind: str) -> JobMessage:
        return JobMessage(
            id=number,
            type=kind,
            state=JobState.FAILED,
            priority="low",
            attempts=1,
            max_attempts=4,
            payload={"order_number": "PO-1"},
            error="no such product",
            created_at=NOW,
            available_at=NOW,
        )

    lost = AdjustmentMessage(
        id=1,
        name="COUNT-7",
        state=AdjustmentState.FAILED,
        outlet="Main",
        quantity=Decimal(-1),
        reason="DAMAGE",
        error="Lightspeed has no one outlet Main",
    )
    matters = gather(
        status(),
        orders=[],
        failed_jobs=[failed(1, "sync.push"), failed(2, "price.update")],
        adjustments=[lost, lost],
        today=TODAY,
    )
    assert {(each.kind, each.about) for each in matters} == {
        ("job", "job 2"),
        ("stock", "2 adjustments"),
    }
    (stock,) = [each for each in matters if each.kind == "stock"]
    assert stock.what == "COUNT-7: Lightspeed has no one outlet Main (and 1 more)"


def test_questions_are_narrowed_by_order_supplier_text_and_date(asked: Shell) -> None:
    supplier = asked("po", "show", "PO-1", "--json").json["supplier"]
    assert len(ids(asked, "--supplier", supplier[:3])) == 3
    assert ids(asked, "--supplier", "nobody") == []
    assert len(ids(asked, "--outlet", "nowhere")) == 0
    assert len(ids(asked, "--text", "po-2 COST")) == 1
    assert len(ids(asked, "--since", "1h", "--limit", "2")) == 2
    assert ids(asked, "--until", "1h") == []
    assert asked("decide", "list", "--since", "soon").code == 2


def test_an_answer_to_all_takes_the_same_filters(asked: Shell) -> None:
    ran = asked("decide", "reject", "--all", "--text", "po-2", "--yes", "--json")
    assert [each["decision"]["order_number"] for each in ran.json] == ["PO-2"]
    assert len(ids(asked)) == 2
