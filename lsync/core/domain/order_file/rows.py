"""The values an order file passes through: rows, problems, and what came of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.sanitise import visible

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
MAX_ROW_BYTES = 1024 * 1024
SHOWN = 60
"""How much of a value a message quotes, in characters."""


class DecimalMark(StrEnum):
    """How a file writes one and a half."""

    POINT = "point"
    COMMA = "comma"


class FileProblemKind(StrEnum):
    """What a problem keeps out."""

    FILE = "file"
    """Nothing of the file came in."""
    ROW = "row"
    """A row cannot be read; its order stays out."""
    NOTICE = "notice"
    """Worth knowing; nothing stays out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """One thing wrong with a file. ``line`` counts from 1, header included.

    ``element`` is set where lines are not enough: the elements of a JSON array, from 1.
    """

    message: str
    kind: FileProblemKind = FileProblemKind.ROW
    line: int | None = None
    element: int | None = None
    order_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an order stays out; ``rows`` counts those of its rows that are to blame."""

    problems: tuple[FileProblem, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """The orders that can be read whole, as drafts, and everything wrong with the others."""

    orders: tuple[PurchaseOrder, ...] = ()
    problems: tuple[FileProblem, ...] = ()

    @property
    def refused(self) -> dict[str, tuple[FileProblem, ...]]:
        """The problems of each order that stayed out, in the order of the file."""
        found: dict[str, list[FileProblem]] = {}
        for problem in self.problems:
            if problem.kind is FileProblemKind.ROW and problem.order_number is not None:
                found.setdefault(problem.order_number, []).append(problem)
        return {number: tuple(problems) for number, problems in found.items()}

    @property
    def general(self) -> tuple[FileProblem, ...]:
        """Problems that belong to no order."""
        return tuple(problem for problem in self.problems if problem.order_number is None)


def notice(message: str) -> FileProblem:
    """Something worth knowing about the file."""
    return FileProblem(message=message, kind=FileProblemKind.NOTICE)


class UnreadableFileError(ValueError):
    """Nothing of the file can be used. The text says why and what to do."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        """Keep the line, when one is to blame."""
        super().__init__(message)
        self.line = line

    def advised(self, advice: str) -> "UnreadableFileError":
        """The same, and what to do about something that may be behind it."""
        return UnreadableFileError(f"{self}; {advice}", line=self.line)


class UnreadableRowError(ValueError):
    """One value or row cannot be read. The text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row by column name, or the reason why it cannot be read.

    ``order_number`` is set on an unreadable row whose number could still be made out; ``element``
    counts the elements of a JSON array from 1, which may all stand on one line; ``order_line``
    counts the lines that an order holds in one element or line.
    """

    line: int
    cells: Mapping[str, object] = field(default_factory=dict)
    fault: str | None = None
    order_number: str | None = None
    element: int | None = None
    order_line: int | None = None

    def told(self, reason: str) -> str:
        """``reason`` with what it is about, where the place in the file is not enough."""
        return reason if self.order_line is None else f"its line {self.order_line}: {reason}"


def place_of(line: int | None, element: int | None = None) -> str:
    """Return how a message names a place in a file; empty for the file as a whole.

    All elements of a JSON array may stand on its first line, so that says nothing about one.
    """
    if element is None:
        return "" if line is None else f"line {line}"
    return f"element {element}" if line in (None, 1) else f"line {line} (element {element})"


def quoted(value: object) -> str:
    """Return ``value`` safe and short enough for a message."""
    text = visible(str(value))
    return f"“{text}”" if len(text) <= SHOWN else f"“{text[:SHOWN]}…”"
