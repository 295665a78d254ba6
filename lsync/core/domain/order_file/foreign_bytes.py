"""Bytes that are not UTF-8 in a text that was taken for it: what to advise, once for the file.

Which cells they are in is told row by row.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import IO

LIKELY = "cp1252"
"""What spreadsheets write on Windows in Western Europe and America; latin-1 texts read the same."""

_FOREIGN = re.compile("[\udc80-\udcff]+")
"""How ``surrogateescape`` keeps bytes that do not fit."""
_BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")


class ForeignBytes:
    """Looks at a text while it passes by."""

    def __init__(self, *, marked: bool = False) -> None:
        """``marked``: the text says at its beginning that it is UTF-8."""
        self._seen = False
        self._likely = not marked

    def watched(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield the pieces as they are."""
        for piece in pieces:
            if not piece.isascii():
                self._look(piece)
            yield piece

    @property
    def advice(self) -> str | None:
        """What to do about them; ``None`` if there are none so far."""
        if not self._seen:
            return None
        if self._likely:
            return (
                f"the file is not written in UTF-8, but {LIKELY} fits all of it; import it with "
                f"--encoding {LIKELY}"
            )
        return (
            f"the file is written neither in UTF-8 throughout nor in {LIKELY}; save it as UTF-8, "
            "or say what it is written in with --encoding"
        )

    def _look(self, piece: str) -> None:
        for found in _FOREIGN.findall(piece):
            self._seen = True
            self._likely = self._likely and _is_likely(found.encode("utf-8", "surrogateescape"))
        # What is UTF-8 in some places would read wrong there in any other encoding.
        if self._likely and _BEYOND_ASCII.search(piece):
            self._likely = False


def is_marked(file: IO[bytes]) -> bool:
    """Whether it begins with the byte order mark of UTF-8."""
    begins = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    file.seek(0)
    return begins


def _is_likely(content: bytes) -> bool:
    try:
        content.decode(LIKELY)
    except UnicodeDecodeError:
        return False
    return True
