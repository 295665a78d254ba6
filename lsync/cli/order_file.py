"""Reading an order file from disk. What is in it is the import's business."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from lsync.cli.choices import check_choice
from lsync.cli.failures import USAGE, Failure

if TYPE_CHECKING:
    from lsync.core.control.upload import Upload

PIECE = 64 * 1024
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", help="How text is written: utf-8 unless given; cp1252, utf-16."),
]
LARGEST = 64 * 1024 * 1024
"""Bytes of an order file; a larger one is not an order file."""


def read_order_file(file: Path) -> bytes:
    """The bytes of a small file.

    Raises:
        Failure: it cannot be read or is far too large.
    """
    with open_order_file(file) as upload:
        return b"".join(upload.pieces())


@contextmanager
def open_order_file(file: Path) -> "Iterator[Upload]":
    """An order file to be sent piece by piece. What comes out of a pipe is kept on disk first.

    Raises:
        Failure: it cannot be read or is far too large.
    """
    from lsync.core.control.upload import Upload

    with ExitStack() as held:
        try:
            opened = held.enter_context(_opened(file))
            if not opened.seekable():
                opened = _on_disk(opened, held)
            size = opened.seek(0, os.SEEK_END)
        except OSError as error:
            raise Failure(
                f"{file} cannot be read.",
                why=f"{error.strerror}.",
                next_step="Check the path and its permissions.",
            ) from error
        if size > LARGEST:
            raise Failure(
                f"{file} is too large for an order file.",
                why=f"The limit is {LARGEST // 2**20} MiB.",
                next_step="Split it into several files; an order's rows must stay together.",
            )
        yield Upload(file=opened, size=size)


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    """The open file; ``-`` is what comes in on stdin, which stays open."""
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def _on_disk(pipe: IO[bytes], held: ExitStack) -> IO[bytes]:
    """What comes out of a pipe, but no more of it than shows that it is too much."""
    import tempfile

    kept = held.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - held by the caller
    left = LARGEST + 1
    while left and (piece := pipe.read(min(PIECE, left))):
        kept.write(piece)
        left -= len(piece)
    return kept


def read_columns(given: Iterable[str]) -> dict[str, str]:
    """``OURS=THEIRS`` as pairs.

    Raises:
        Failure: it does not read so, there is no such column, or one is named twice.
    """
    from lsync.core.domain.order_file.fields import COLUMNS

    found: dict[str, str] = {}
    for text in given:
        ours, equals, theirs = text.partition("=")
        if not equals or not ours.strip() or not theirs.strip() or ours.strip() in found:
            raise Failure(
                f"--column {text} cannot be used.",
                why="Each column is named once, as OURS=THEIRS.",
                next_step="Write it like --column quantity=Menge.",
                code=USAGE,
            )
        check_choice("--column", ours.strip(), COLUMNS)
        found[ours.strip()] = theirs.strip()
    return found


def check_known_encoding(encoding: str | None) -> None:
    """Let an encoding pass that is known here, or none.

    Raises:
        Failure: there is no such encoding.
    """
    from lsync.core.domain.order_file.rows import UnreadableFileError
    from lsync.core.domain.order_file.text import USUAL, check_encoding

    if encoding is None:
        return
    try:
        check_encoding(encoding)
    except UnreadableFileError:
        raise Failure(
            f"--encoding cannot be {encoding}.",
            why="There is no encoding of text of that name.",
            next_step=f"Choose one that Python knows; usual are {', '.join(USUAL)}.",
            code=USAGE,
        ) from None
