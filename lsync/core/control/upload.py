"""A file on its way to the daemon, read piece by piece. Knows no route and no connection."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from lsync.core.control.errors import ControlError
from lsync.core.control.messages.base import ErrorMessage

PIECE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An open file, of which ``size`` bytes from its beginning are sent."""

    file: IO[bytes]
    size: int

    @classmethod
    def of(cls, content: bytes) -> Upload:
        """What is in memory already."""
        return cls(file=io.BytesIO(content), size=len(content))

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes; what was added to the file meanwhile is left out.

        Raises:
            ControlError: it cannot be read to its end any more.
        """
        self.file.seek(0)
        left = self.size
        while left:
            try:
                piece = self.file.read(min(PIECE_BYTES, left))
            except OSError as failure:
                raise _lost(f"{failure.strerror}.") from failure
            if not piece:
                raise _lost("It became shorter while it was sent.")
            left -= len(piece)
            yield piece


def _lost(why: str) -> ControlError:
    return ControlError(
        ErrorMessage(
            error="The file cannot be read to its end.",
            why=why,
            next_step="Nothing was changed. Look at the file, and give it to the command anew.",
        )
    )
