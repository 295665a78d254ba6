"""What separates the columns of a CSV text: a first line ``sep=;`` says it, else the header."""

import csv
import re
from collections.abc import Set as AbstractSet

from lsync.core.domain.order_file.columns import column_name
from lsync.core.domain.order_file.rows import UnreadableFileError

KNOWN = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "|"}
"""What is recognised by itself, as a message calls it."""

_SAID = re.compile(r'"?sep=(.*?)"?\r?\n?', re.IGNORECASE)
"""How spreadsheets say it, in a line before the header."""
_POSSIBLE = re.compile(r"""\t|[^\w\s"']""")


def announced_delimiter(line: str) -> str | None:
    """Return the delimiter that a file's first line names; ``None`` if it is no such line.

    Raises:
        UnreadableFileError: it names none that can be one.
    """
    found = _SAID.fullmatch(line)
    if found is None:
        return None
    if not _POSSIBLE.fullmatch(found[1]):
        raise UnreadableFileError(
            "the first line has to name one character that separates the columns, like sep=; or "
            "sep=|; correct it or leave it out",
            line=1,
        )
    return found[1]


def delimiter_of(header: str, columns: AbstractSet[str]) -> str:
    """Return what splits off most of the known ``columns``; of equals what makes more cells.

    Raises:
        UnreadableFileError: nothing splits it.
    """
    if not any(each in header for each in KNOWN) and column_name(header) not in columns:
        raise UnreadableFileError(
            "nothing separates the columns of the header: it has no comma, semicolon, tab or |; "
            "save the file with one of these, or write what it has into a line before the header, "
            "like sep=:"
        )
    cells = {each: _cells(header, each) for each in KNOWN}

    def fitness(delimiter: str) -> tuple[int, int]:
        names = cells[delimiter]
        return sum(column_name(name) in columns for name in names), len(names)

    return max(KNOWN, key=fitness)


def delimiter_name(delimiter: str) -> str:
    """Return what a message calls it."""
    return KNOWN.get(delimiter, delimiter)


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return []
