"""Tables as values: columns, how they share a width, and rows that are drawn on demand."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lsync.tui.view.spans import Span

T = TypeVar("T")
GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column between ``least`` and ``most`` cells wide.

    ``most=None`` takes what is left over. Columns with the highest ``drop`` vanish first when
    the screen is narrow; zero never vanishes.
    """

    title: str
    least: int
    most: int | None = None
    drop: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """What a table shows of its items: a key that stays with an item, and its cells.

    ``sort_keys`` gives for each column the value it is ordered by, or ``None``.
    """

    columns: tuple[Column, ...]
    key: Callable[[T], Hashable]
    cells: Callable[[T], Sequence[Span]]
    sort_keys: tuple[Callable[[T], Any] | None, ...] = ()
    empty: str = "nothing here"


def holds_text(cells: Sequence[Span], text: str) -> bool:
    """Tell whether a row shows every word of ``text``, in any cell, whatever the case."""
    shown = " ".join(cell.text for cell in cells).casefold()
    return all(word in shown for word in text.casefold().split())


def share_width(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    """Return each column's width in cells, zero for one that is left out."""
    shown = list(range(len(columns)))
    while _needed(columns, shown) > width:
        droppable = [index for index in shown if columns[index].drop]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda index: columns[index].drop))
    widths = [columns[index].least if index in shown else 0 for index in range(len(columns))]
    _grow(columns, shown, widths, width - _needed(columns, shown))
    return tuple(widths)


def _needed(columns: Sequence[Column], shown: Sequence[int]) -> int:
    return sum(columns[index].least for index in shown) + GAP * max(0, len(shown) - 1)


def _grow(columns: Sequence[Column], shown: Sequence[int], widths: list[int], spare: int) -> None:
    """Hand out ``spare`` cells: half to columns without a limit, then to those with one."""
    greedy = [index for index in shown if columns[index].most is None]
    rest = spare - _deal(greedy, widths, spare // 2 if greedy else 0)
    for index in shown:
        most = columns[index].most
        if most is not None:
            extra = max(0, min(rest, most - widths[index]))
            widths[index] += extra
            rest -= extra
    _deal(greedy, widths, rest)


def _deal(indexes: Sequence[int], widths: list[int], spare: int) -> int:
    """Share ``spare`` cells evenly among columns and return how many were handed out."""
    left = max(0, spare)
    for place, index in enumerate(indexes):
        extra = left // (len(indexes) - place)
        widths[index] += extra
        left -= extra
    return max(0, spare) - left
