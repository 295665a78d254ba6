"""The bytes of a file as text, piece by piece: whether it is text at all, and in which encoding.

What the text says is for the readers of its format.
"""

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import IO

from lsync.core.domain.order_file.foreign_bytes import ForeignBytes, is_marked
from lsync.core.domain.order_file.rows import (
    MAX_FILE_BYTES,
    MAX_ROW_BYTES,
    UnreadableFileError,
    quoted,
)

PIECE_BYTES = 64 * 1024

_SIGNATURES = {
    b"PK\x03\x04": "a zip archive or Excel workbook; save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV (UTF-8)",
    b"%PDF": "a PDF; export the orders as CSV",
    b"\x1f\x8b": "compressed; unpack it first",
    codecs.BOM_UTF16_LE: "UTF-16 text; import it with --encoding utf-16, or save it as UTF-8",
    codecs.BOM_UTF16_BE: "UTF-16 text; import it with --encoding utf-16, or save it as UTF-8",
}
_MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
"""Encodings whose text says at its beginning in which order its bytes are."""
USUAL = ("utf-8", "utf-16", "cp1252", "latin-1")
"""Encodings that a message names."""

_SAMPLE = 4096
_TEXT_CONTROLS = b"\t\n\r\x0c"


def text_of(content: bytes, *, encoding: str | None = None) -> str:
    """Return the whole text of a small file.

    Raises:
        UnreadableFileError: as of ``pieces_of``; or it is not UTF-8 and no ``encoding`` was named.
    """
    file = io.BytesIO(content)
    foreign = ForeignBytes(marked=is_marked(file))
    pieces = pieces_of(file, encoding=encoding)
    text = "".join(pieces if encoding is not None else foreign.watched(pieces))
    if foreign.advice is not None:
        raise UnreadableFileError(foreign.advice)
    return text


def pieces_of(file: IO[bytes], *, encoding: str | None = None) -> Iterator[str]:
    """Yield the text; bytes that are not UTF-8 stay marked, so that only their row is refused.

    In an ``encoding`` that was named, every byte has to fit.

    Raises:
        UnreadableFileError: it is empty, too large, no text, or not written in the encoding.
    """
    _check_size(file)
    if encoding is not None:
        yield from _decoded_as(file, encoding)
        return
    _check_sample(file)
    yield from _decoded(file, codecs.getincrementaldecoder("utf-8-sig")("surrogateescape"))


def lines_of(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the lines without the line feeds that end them.

    Of a line longer than ``MAX_ROW_BYTES`` only the beginning is kept, which is longer as well.
    """
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        yield from whole
        rest = rest[: MAX_ROW_BYTES + 1]
    yield rest


def with_line_feeds(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the text with every usual end of a line written as a line feed."""
    translator = io.IncrementalNewlineDecoder(None, translate=True)
    for piece in pieces:
        yield translator.decode(piece)
    yield translator.decode("", final=True)


def _check_size(file: IO[bytes]) -> None:
    if file.seek(0, io.SEEK_END) > MAX_FILE_BYTES:
        raise UnreadableFileError(f"the file is larger than {MAX_FILE_BYTES // 1024**2} MiB")
    file.seek(0)
    while piece := file.read(PIECE_BYTES):
        if piece.strip():
            file.seek(0)
            return
    raise UnreadableFileError("the file is empty")


def _check_sample(file: IO[bytes]) -> None:
    """Check that it looks like text."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    for signature, meaning in _SIGNATURES.items():
        if sample.startswith(signature):
            raise UnreadableFileError(f"the file is {meaning}")
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in sample)
    if b"\0" in sample or controls > len(sample) // 20:
        raise UnreadableFileError("the file is binary, not text; save it as CSV (UTF-8)")


def _decoded(file: IO[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    while piece := file.read(PIECE_BYTES):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _decoded_as(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = _decoder(encoding)
    _check_mark(file, encoding)
    pieces = _decoded(file, decoder)
    mark = "\ufeff"
    while (piece := _next(pieces, file, encoding=encoding)) is not None:
        yield piece.removeprefix(mark)
        if piece:
            mark = ""


def check_encoding(encoding: str) -> None:
    """Check that there is such an encoding of text.

    Raises:
        UnreadableFileError: there is none; the text names the usual ones.
    """
    _decoder(encoding)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """The decoder of an encoding that was named. Raises like ``check_encoding``."""
    try:
        found = codecs.lookup(encoding)
        b" ".decode(found.name)
        return codecs.getincrementaldecoder(found.name)()
    except LookupError:
        raise UnreadableFileError(
            f"there is no encoding {quoted(encoding)}; usual are {', '.join(USUAL)}"
        ) from None
    except UnicodeError:
        return codecs.getincrementaldecoder(found.name)()
    except ValueError:
        raise UnreadableFileError(f"the file is not written in {quoted(encoding)}") from None


def _check_mark(file: IO[bytes], encoding: str) -> None:
    name = codecs.lookup(encoding).name
    if is_marked(file) and not name.startswith("utf-8"):
        raise UnreadableFileError(
            f"the file says at its beginning that it is UTF-8; leave out --encoding {encoding}"
        )
    marks = _MARKS.get(name)
    if marks is not None and not file.read(4).startswith(marks):
        raise UnreadableFileError(
            f"the file is not written in {quoted(encoding)}: it does not begin with a byte order"
            f" mark; try --encoding {name}-le"
        )
    file.seek(0)


def _next(pieces: Iterator[str], file: IO[bytes], *, encoding: str) -> str | None:
    try:
        return next(pieces, None)
    except UnicodeDecodeError as error:
        # What failed is what was read last, behind what the decoder had kept of the time before.
        place = file.tell() - len(error.object) + error.start + 1
        raise UnreadableFileError(
            f"the file is not written in {quoted(encoding)}: byte {place} does not fit"
        ) from None
    except (UnicodeError, ValueError):
        raise UnreadableFileError(f"the file is not written in {quoted(encoding)}") from None
