"""Lists and bulk commands choose by the same options, and bulk commands ask for the count."""

import io
import sys

import pytest
import typer

from lsync.cli.failures import Failure
from lsync.cli.questions import confirm_count
from tests.cli.conftest import Ran, Shell

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
ORDERS = HEADER + (
    "PO-1,Example Supplies,Harbour,SKU-1,2,3.50\n"
    "PO-2,Example Supplies,Main Street,SKU-1,10,1\n"
    "PO-3,Northwind,Harbour,SKU-2,5,1\n"
)


@pytest.fixture
def stocked(shell: Shell) -> Shell:
    """A shell with three draft orders."""
    file = shell.directory / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    assert shell("po", "import", str(file)).code == 0
    return shell


@pytest.fixture
def queued(stocked: Shell) -> Shell:
    """A shell whose orders are approved and queued."""
    assert stocked("po", "approve", "--all", "--yes").code == 0
    return stocked


def numbers(ran: Ran) -> list[str]:
    assert ran.code == 0, ran.err
    return sorted(order["order_number"] for order in ran.json)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--supplier", "north"], ["PO-3"]),
        (["--outlet", "harb"], ["PO-1", "PO-3"]),
        (["--order", "PO-1,PO-2"], ["PO-1", "PO-2"]),
        (["--state", "draft", "--outlet", "main"], ["PO-2"]),
        (["--filter", "outlet:Harbour !supplier:North"], ["PO-1"]),
        (["--filter", "ordered>4"], ["PO-2", "PO-3"]),
        (["--filter", "ordered>4", "--limit", "1"], ["PO-3"]),
        (["--filter", "supplier:example,northwind ordered<5"], ["PO-1"]),
        (["--since", "1h", "--filter", "!PO-2 !PO-3"], ["PO-1"]),
        (["--filter", "!order_number !null PO-1"], ["PO-1"]),
        (["--until", "1h"], []),
    ],
)
def test_orders_are_narrowed(args: list[str], expected: list[str], stocked: Shell) -> None:
    assert numbers(stocked("po", "list", "--json", *args)) == expected


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--filter", "stat:draft"], "Did you mean `state`?"),
        (["--filter", "age>soon"], "not finished"),
        (["--filter", "state:"], "not finished"),
        (["--filter", "'open"], "quotation"),
        (["--filter", "state:draft", "--state", "draft"], "given twice"),
        (["--state", "nonsense"], "--state cannot be nonsense"),
        (["--since", "soon"], "--since cannot be soon"),
    ],
)
def test_a_filter_that_cannot_be_understood_chooses_nothing(
    args: list[str], said: str, stocked: Shell
) -> None:
    for command in ("list", "approve"):
        ran = stocked("po", command, *(["--all", "--yes"] if command == "approve" else []), *args)
        assert (ran.code, said in ran.err) == (2, True), ran.err
    assert {each["state"] for each in stocked("po", "list", "--json").json} == {"draft"}


def test_a_bulk_command_touches_what_the_list_shows(stocked: Shell) -> None:
    approved = stocked("po", "approve", "--all", "--outlet", "harbour", "--yes", "--json")
    assert [each["order_number"] for each in approved.json] == ["PO-1", "PO-3"]
    held = stocked("po", "hold", "--all", "--filter", "state:approved ordered>4", "--yes", "--json")
    assert numbers(held) == ["PO-3"]
    assert numbers(stocked("po", "release", "--all", "--yes", "--json")) == ["PO-3"]
    assert numbers(stocked("po", "submit", "--all", "--yes", "--json")) == ["PO-2"]
    assert "No order matches." in stocked("po", "close", "--all").out
    cancelled = stocked("po", "cancel", "--all", "--supplier", "example", "--yes", "--json")
    assert numbers(cancelled) == ["PO-1", "PO-2"]
    assert stocked("po", "cancel", "--all", "--until", "1h", "--yes", "--json").json == []


def test_filters_alone_or_beside_names_are_refused(stocked: Shell) -> None:
    for command in ("approve", "submit", "hold", "release", "close", "cancel"):
        for args in (["--supplier", "x"], ["PO-1", "--supplier", "x"], ["PO-1", "--all"], []):
            ran = stocked("po", command, *args, "--yes")
            assert (ran.code, "Next: " in ran.err) == (2, True), (command, args)
    for command in ("retry", "discard", "cancel"):
        assert stocked("queue", command, "--supplier", "x").code == 2


def test_a_question_shows_what_is_touched_and_goes_no_further_alone(stocked: Shell) -> None:
    ran = stocked("po", "approve", "--all", "--supplier", "example")
    assert (ran.code, "Approve 2 orders (PO-1, PO-2)?" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--order", "PO-1"], ["PO-1"]),
        (["--supplier", "example"], ["PO-1", "PO-2"]),
        (["--outlet", "harbour", "--type", "sync.push"], ["PO-1", "PO-3"]),
        (["--supplier", "north", "--outlet", "main"], []),
        (["--filter", "order:PO-2"], ["PO-2"]),
        (["--filter", "!order:PO-2 tries<1"], ["PO-1", "PO-3"]),
        (["--filter", "!order:PO-2", "--limit", "1"], ["PO-3"]),
    ],
)
def test_jobs_are_narrowed_and_cancelled_by_the_same_options(
    args: list[str], expected: list[str], queued: Shell
) -> None:
    if "--limit" in args:
        listed = queued("queue", "list", "pending", "1", "--json", *args[:2])
        assert [job["payload"]["order_number"] for job in listed.json] == expected
        return
    listed = queued("queue", "list", "pending", "--json", *args)
    assert sorted(job["payload"]["order_number"] for job in listed.json) == expected
    done = queued("queue", "cancel", "--pending", "--yes", "--json", *args)
    assert done.json["changed"] == len(expected)
    left = queued("queue", "list", "pending", "--json").json
    assert not {job["payload"]["order_number"] for job in left} & set(expected)


def test_a_job_that_does_not_exist_is_told_before_anything_is_asked(queued: Shell) -> None:
    ran = queued("queue", "cancel", "999999")
    assert (ran.code, "no job 999999" in ran.err, "--yes" in ran.err) == (1, True, False)
    there = str(queued("queue", "list", "--json").json[0]["id"])
    both = queued("queue", "cancel", "999999", there)
    assert (both.code, f"Cancel 1 job ({there})?" in both.err) == (2, True)


class Person(io.StringIO):
    """Standard input with somebody at it."""

    def isatty(self) -> bool:
        return True


def test_many_things_need_their_count_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Person("12\n"))
    confirm_count("Cancel 12 orders?", 12, yes=False)
    assert capsys.readouterr().err.rstrip() == "Cancel 12 orders? Type 12 to do it:"
    for answer in ("y", "11"):
        monkeypatch.setattr(sys, "stdin", Person(f"{answer}\n"))
        with pytest.raises(Failure, match=f"about 12, and {answer} was typed"):
            confirm_count("Cancel 12 orders?", 12, yes=False)
    monkeypatch.setattr(sys, "stdin", Person("\n"))
    with pytest.raises(typer.Abort):
        confirm_count("Cancel 12 orders?", 12, yes=False)
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    confirm_count("Cancel 1 order?", 1, yes=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(Failure, match="Nobody is there"):
        confirm_count("Cancel 12 orders?", 12, yes=False)
    confirm_count("Cancel 12 orders?", 12, yes=True)


def test_the_log_is_narrowed_by_the_filter_language(queued: Shell) -> None:
    entries = queued("log", "--json").json
    approved = queued("log", "--filter", "operation:approve !PO-2", "--json").json
    assert sorted(each["order_number"] for each in approved) == ["PO-1", "PO-3"]
    assert len(queued("log", "--filter", "since:1h", "--json").json) == len(entries)
    assert queued("log", "--filter", "age>1h", "--json").json == []
    assert len(queued("log", "--filter", "!operation:import", "--limit", "1", "--json").json) == 1
    assert queued("log", "--filter", "status:ok", "--status", "ok").code == 2
    file = queued.directory / "log.jsonl"
    assert queued("log", "export", str(file), "--filter", "!step:nothing order:PO-1").code == 0
    assert '"order_number":"PO-2"' not in file.read_text(encoding="utf-8")
