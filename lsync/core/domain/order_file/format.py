"""Which format a text is written in: by the file's name, else by how the text begins."""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain

from lsync.core.domain.order_file.json_window import DECODER
from lsync.core.domain.order_file.rows import MAX_ROW_BYTES, UnreadableFileError

_BLANK = " \t\r\n"
_JSON = re.compile(r"\[\s*(?:[{\]]|$)|\{\s*(?:[\"}]|$)")


class Format(StrEnum):
    """How a file's rows are written."""

    CSV = "csv"
    JSON = "json"
    JSON_LINES = "jsonl"


_BY_ENDING = {
    "csv": Format.CSV,
    "tsv": Format.CSV,
    "txt": Format.CSV,
    "json": Format.JSON,
    "jsonl": Format.JSON_LINES,
    "ndjson": Format.JSON_LINES,
}


def recognise(pieces: Iterator[str], *, filename: str) -> tuple[Format, Iterator[str]]:
    """Return the format of a text that comes in pieces, and all of the pieces.

    A name without a known ending (that of a pipe, say) tells nothing: what begins with ``[`` or
    ``{`` is JSON then. No more is looked at than a row may be long.

    Raises:
        UnreadableFileError: the name says that it is a table, the text that it is JSON.
    """
    told = _BY_ENDING.get(filename.lower().rpartition(".")[2])
    if told in (Format.JSON, Format.JSON_LINES):
        return told, pieces
    start, line, follows, read = _beginning(pieces)
    if told is Format.CSV and _JSON.match(start):
        raise UnreadableFileError(
            "this looks like JSON; name the file .json, or .jsonl with one object on each line"
        )
    found = told or _format(start[:1], line, follows=follows)
    return found, chain(read, pieces)


def _format(first: str, line: str, *, follows: bool) -> Format:
    if first not in ("[", "{"):
        return Format.CSV
    return Format.JSON_LINES if first == "{" and follows and _is_whole(line) else Format.JSON


def _is_whole(line: str) -> bool:
    try:
        DECODER.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def _beginning(pieces: Iterator[str]) -> tuple[str, str, bool, list[str]]:
    """Return the text without blanks before it, its first line, whether more follows, all read."""
    read: list[str] = []
    text, size = "", 0
    for piece in pieces:
        read.append(piece)
        size += len(piece)
        text = (text + piece).lstrip(_BLANK)
        line, _, rest = text.partition("\n")
        if (text and text[0] not in "[{") or rest.strip(_BLANK) or size > MAX_ROW_BYTES:
            return text, line, bool(rest.strip(_BLANK)), read
    return text, text.partition("\n")[0], False, read
