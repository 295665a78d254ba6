"""Reading an order file from disk. What is in it is the import's business."""

from collections.abc import Iterable
from pathlib import Path

from lsync.cli.failures import USAGE, Failure

LARGEST = 64 * 1024 * 1024
"""Bytes of an order file; a larger one is not an order file."""


def read_order_file(file: Path) -> bytes:
    """The bytes of an order file.

    Raises:
        Failure: it cannot be read or is far too large.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise Failure(
                f"{file} is too large for an order file.",
                why=f"The limit is {LARGEST // 2**20} MiB.",
                next_step="Split it into several files; an order's rows must stay together.",
            )
        return file.read_bytes()
    except OSError as error:
        raise Failure(
            f"{file} cannot be read.",
            why=f"{error.strerror}.",
            next_step="Check the path and its permissions.",
        ) from error


def read_columns(given: Iterable[str]) -> dict[str, str]:
    """``OURS=THEIRS`` as pairs.

    Raises:
        Failure: it does not read so, or a column is named twice.
    """
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
        found[ours.strip()] = theirs.strip()
    return found
