"""JSON values out of a text that comes piece by piece. Knows nothing of orders."""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from lsync.core.domain.order_file.columns import column_name
from lsync.core.domain.order_file.fields import JsonNumber
from lsync.core.domain.order_file.rows import MAX_ROW_BYTES, UnreadableFileError

LONGEST_WORD = 16
"""No number's sign, constant or escape that the end of the text cuts off is longer."""

_BLANK = re.compile(r"[ \t\r\n]*")
_UNTERMINATED = "Unterminated string"


class _TwiceNamedError(ValueError):
    """An object names a field twice; which of both is meant cannot be known."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = {column_name(key): value for key, value in pairs}
    if len(found) != len(pairs):
        raise _TwiceNamedError("an object names the same field twice")
    return found


DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=_refuse_constant,
)
"""Numbers stay as they are written; an object's names become those of columns."""


class JsonWindow:
    """The part of the text that is looked at. It grows until the value at hand ends in it."""

    def __init__(self, pieces: Iterator[str]) -> None:
        """Nothing is read yet."""
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._ended = False
        self._line, self._counted = 1, 0

    @property
    def line(self) -> int:
        """The line of the next character, counted from 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def next(self) -> str:
        """Return the next character that is not blank, or nothing at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = self._at if blank is None else blank.end()
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._grow()

    def drop(self) -> None:
        """Go on behind the next character."""
        self._at += 1

    def value(self, *, what: str) -> object:
        """Return the value that begins with the next character; ``what`` is what errors call it.

        Raises:
            UnreadableFileError: it is not JSON.
        """
        while True:
            found = self._decode(what)
            # A number that the end of the text cuts off reads as a shorter one.
            if found is not None and (self._ended or found[1] + LONGEST_WORD <= len(self._text)):
                value, self._at = found
                return value
            self._grow()

    def _decode(self, what: str) -> tuple[object, int] | None:
        """Return the value and where it ends, or ``None`` if more text may be missing."""
        try:
            return DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            if not self._is_certain(error):
                return None
            line = self.line + self._text.count("\n", self._at, error.pos)
            raise UnreadableFileError(f"{what} is not JSON: {error.msg}", line=line) from None
        except RecursionError:
            raise UnreadableFileError(f"{what} is nested too deeply") from None
        except ValueError as error:
            raise UnreadableFileError(f"{what}: {error}", line=self.line) from None

    def _is_certain(self, error: json.JSONDecodeError) -> bool:
        """Whether no further text could put it right."""
        left = len(self._text) - error.pos
        unclosed = error.msg.startswith(_UNTERMINATED)
        return self._ended or left > (MAX_ROW_BYTES if unclosed else LONGEST_WORD)

    def _grow(self) -> None:
        """Let go of what was read, and look at twice as much as is left.

        Doubling keeps the work of reading a long value again in proportion to its length.
        """
        _ = self.line
        parts = [self._text[self._at :]]
        missing = len(parts[0]) or 1
        while missing > 0 and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                parts.append(piece)
                missing -= len(piece)
        self._text, self._at, self._counted = "".join(parts), 0, 0
