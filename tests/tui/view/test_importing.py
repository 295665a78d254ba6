"""What an import would do, as lines of the dashboard."""

from lsync.core.control.messages import ImportedOrder, ImportReport, RowProblem
from lsync.tui.view.importing import import_lines


def text(report: ImportReport) -> list[str]:
    return ["".join(span.text for span in each) for each in import_lines(report)]


def test_a_row_is_named_by_its_line_or_by_its_element() -> None:
    places = ((2, None), (1, 4), (9, 4), (None, None))
    problems = tuple(
        RowProblem(line=line, element=element, order_number="PO-1", message="sku is missing")
        for line, element in places
    )
    order = ImportedOrder(order_number="PO-1", result="refused", problems=problems)
    told = text(ImportReport(filename="o.json", orders=(order,)))
    assert told[1:] == [
        "    ✗ line 2: sku is missing",
        "    ✗ element 4: sku is missing",
        "    ✗ line 9 (element 4): sku is missing",
        "    ✗ sku is missing",
    ]
