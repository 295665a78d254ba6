"""What an import says, under which heading, and when it counts as incomplete."""

import pytest

from lsync.cli.import_view import print_import, row_lines, stayed_out
from lsync.cli.output import Output
from lsync.core.control.messages import ImportedOrder, ImportReport, ProblemMessage, RowProblem

NOTICE = RowProblem(line=None, order_number=None, message="a column was ignored", notice=True)
KEPT = ImportedOrder(
    order_number="PO-1",
    result="kept",
    changes=("note: nothing → new",),
    problems=(RowProblem(line=None, order_number="PO-1", message="it is submitted"),),
)


def told(report: ImportReport, capsys: pytest.CaptureFixture[str]) -> str:
    print_import(Output(), report)
    return capsys.readouterr().out


def test_a_remark_keeps_nothing_out(capsys: pytest.CaptureFixture[str]) -> None:
    report = ImportReport(filename="f.csv", problems=(NOTICE,))
    assert not stayed_out(report)
    assert row_lines(report) == []
    text = told(report, capsys)
    assert text.index("Remarks") < text.index("a column was ignored")
    assert "could not be read" not in text


def test_an_order_left_as_it_is_counts_as_stayed_out(capsys: pytest.CaptureFixture[str]) -> None:
    report = ImportReport(filename="f.csv", orders=(KEPT,))
    assert stayed_out(report)
    text = told(report, capsys)
    assert text.index("Left as they are") < text.index("it is submitted")
    assert "could not be read" not in text


def test_only_what_stops_a_sync_is_said_to_stop_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = (
        ProblemMessage(code="no_lines", message="first", fix="", severity="blocking"),
        ProblemMessage(code="large_quantity", message="second", fix="", severity="warning"),
    )
    order = ImportedOrder(order_number="PO-1", result="created", warnings=found)
    text = told(ImportReport(filename="f.csv", orders=(order,)), capsys)
    places = [text.index(each) for each in ("will stop", "first", "Worth a look", "second")]
    assert places == sorted(places)
    assert "line -" not in text


def test_rows_are_counted_not_what_is_wrong_with_them(capsys: pytest.CaptureFixture[str]) -> None:
    found = (
        RowProblem(line=2, order_number="PO-1", message="sku is missing"),
        RowProblem(line=None, order_number="PO-1", message="and 39 more problems"),
    )
    refused = ImportedOrder(order_number="PO-1", result="refused", problems=found, wrong_rows=30)
    assert "30 rows could not be read" in told(
        ImportReport(filename="f.csv", orders=(refused,)), capsys
    )
    none_of_its_own = refused.model_copy(update={"wrong_rows": 0})
    text = told(ImportReport(filename="f.csv", orders=(none_of_its_own,)), capsys)
    assert "see below" in text
    assert "0 rows" not in text


def test_an_element_is_named_with_its_line_only_where_that_says_something() -> None:
    def named(line: int | None, element: int | None) -> str:
        problem = RowProblem(line=line, element=element, order_number="PO-1", message="x")
        (text,) = row_lines(ImportReport(filename="f.json", problems=(problem,)))
        return text

    assert named(1, 3) == "✗ element 3, order PO-1: x"
    assert named(7, 3) == "✗ line 7 (element 3), order PO-1: x"
    assert named(1, None) == "✗ line 1, order PO-1: x"
    assert named(None, None) == "✗ order PO-1: x"
