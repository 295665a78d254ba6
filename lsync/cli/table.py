"""Tables that fit the terminal: which columns stay, and cells that show outside text safely."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from lsync.core.domain.sanitise import visible

Row = TypeVar("Row")

SEPARATION = 2
"""Blank cells between two columns."""
NARROWEST = 12
"""Cells that a column which may be cut keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styled:
    """Text of a cell with a Rich style; the text is never read as markup."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column. ``rank`` 0 always stays; the highest rank goes first on a narrow terminal.

    ``elastic`` columns are cut, or with ``fold`` wrapped, before another column is dropped.
    """

    title: str
    cell: Callable[[Row], str | Styled]
    rank: int = 0
    right: bool = False
    elastic: bool = False
    fold: bool = False


def build_table(rows: Sequence[Row], columns: Sequence[Column[Row]], *, width: int | None) -> Table:
    """A table of ``rows``.

    ``width`` is the terminal's; ``None`` means that nothing has to be dropped or cut.
    """
    cells = [[_styled(column.cell(row)) for column in columns] for row in rows]
    widths = [
        max([cell_len(column.title), *(cell_len(line[place].text) for line in cells)])
        for place, column in enumerate(columns)
    ]
    kept = choose_columns(columns, widths=widths, width=width)
    final = share_width(columns, widths=widths, kept=kept, width=width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for place in kept:
        _add_column(table, columns[place], width=final[place])
    for line in cells:
        table.add_row(*(Text(line[place].text, style=line[place].style) for place in kept))
    return table


def choose_columns(
    columns: Sequence[Column[Row]], *, widths: Sequence[int], width: int | None
) -> list[int]:
    """Positions of the columns that fit ``width``: the highest rank is dropped first."""
    kept = list(range(len(columns)))
    while width is not None and _narrowest(columns, widths, kept) > width:
        worst = max(kept, key=lambda place: (columns[place].rank, place))
        if columns[worst].rank == 0:
            break
        kept.remove(worst)
    return kept


def share_width(
    columns: Sequence[Column[Row]],
    *,
    widths: Sequence[int],
    kept: Sequence[int],
    width: int | None,
) -> dict[int, int]:
    """The final width of each kept column: elastic ones share what the others leave fairly."""
    final = {place: widths[place] for place in kept}
    if width is None:
        return final
    elastic = sorted((p for p in kept if columns[p].elastic), key=lambda place: widths[place])
    left = width - sum(final[place] + SEPARATION for place in kept if place not in elastic)
    for number, place in enumerate(elastic):
        fair = left // (len(elastic) - number) - SEPARATION
        final[place] = max(min(widths[place], fair), min(widths[place], NARROWEST))
        left -= final[place] + SEPARATION
    return final


def _narrowest(columns: Sequence[Column[Row]], widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(
        (min(widths[place], NARROWEST) if columns[place].elastic else widths[place]) + SEPARATION
        for place in kept
    )


def _styled(cell: str | Styled) -> Styled:
    if isinstance(cell, str):
        return Styled(text=visible(cell))
    return Styled(text=visible(cell.text), style=cell.style)


def _add_column(table: Table, column: Column[Row], *, width: int) -> None:
    table.add_column(
        column.title,
        justify="right" if column.right else "left",
        no_wrap=not column.fold,
        overflow="fold" if column.fold else "ellipsis",
        width=width,
    )
