"""From the bytes of a file to its orders: which format it is, and whether it is text at all."""

from collections.abc import Mapping
from types import MappingProxyType

from lsync.core.domain.order_file.csv_rows import read_csv
from lsync.core.domain.order_file.form import Renamed, decode_as, read_renaming
from lsync.core.domain.order_file.grouping import group_rows
from lsync.core.domain.order_file.json_rows import read_json, read_json_lines
from lsync.core.domain.order_file.rows import (
    MAX_FILE_BYTES,
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
    Table,
    UnreadableFileError,
)

_SIGNATURES = {
    b"PK\x03\x04": "a zip archive or Excel workbook; save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as CSV (UTF-8)",
    b"%PDF": "a PDF; export the orders as CSV",
    b"\x1f\x8b": "compressed; unpack it first",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8, or import it with --encoding utf-16",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8, or import it with --encoding utf-16",
}
_SAMPLE = 4096
_TEXT_CONTROLS = b"\t\n\r\x0c"


def parse_order_file(
    content: bytes,
    *,
    filename: str,
    decimal: DecimalMark = DecimalMark.POINT,
    encoding: str | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ParsedFile:
    """Return the orders of a file. Never raises: what is wrong is in ``problems``.

    The format follows from the name's ending (``.json``, ``.jsonl``, ``.ndjson``, else CSV).
    Without ``encoding`` it is UTF-8. ``columns`` gives the file's name for a column of ours.
    """
    try:
        renamed = read_renaming(columns)
        table = _read(content, filename=filename, encoding=encoding, renamed=renamed)
        if not table.rows:
            raise UnreadableFileError("the file has no rows")  # noqa: TRY301 - one way out
    except UnreadableFileError as error:
        problem = FileProblem(message=str(error), kind=FileProblemKind.FILE, line=error.line)
        return ParsedFile(problems=(problem,))
    parsed = group_rows(table.rows, decimal=decimal)
    notices = (FileProblem(message=text, kind=FileProblemKind.NOTICE) for text in table.notices)
    return ParsedFile(orders=parsed.orders, problems=(*parsed.problems, *notices))


def _read(content: bytes, *, filename: str, encoding: str | None, renamed: Renamed) -> Table:
    text = decode(content, encoding=encoding)
    ending = filename.lower().rpartition(".")[2]
    if ending in ("jsonl", "ndjson"):
        return read_json_lines(text, renamed=renamed)
    if ending == "json":
        return read_json(text, renamed=renamed)
    return read_csv(text, renamed=renamed)


def decode(content: bytes, *, encoding: str | None = None) -> str:
    """Return the text; bytes that are not UTF-8 stay marked, so that only their row is refused.

    In an ``encoding`` that was named, every byte has to fit.
    """
    if not content.strip():
        raise UnreadableFileError("the file is empty")
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFileError(f"the file is larger than {MAX_FILE_BYTES // 1024**2} MiB")
    if encoding is not None:
        return decode_as(content, encoding=encoding)
    for signature, meaning in _SIGNATURES.items():
        if content.startswith(signature):
            raise UnreadableFileError(f"the file is {meaning}")
    sample = content[:_SAMPLE]
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in sample)
    if b"\0" in sample or controls > len(sample) // 20:
        raise UnreadableFileError("the file is binary, not text; save it as CSV (UTF-8)")
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
