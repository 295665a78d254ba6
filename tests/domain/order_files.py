"""Whole order files read at once, as tests like to have them."""

import io
from collections.abc import Mapping
from types import MappingProxyType

from lsync.core.domain.order_file import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
    UnreadableFileError,
    read_rows,
)
from lsync.core.domain.order_file.grouping import group_rows
from lsync.core.domain.order_file.rows import Row


def parse_order_file(
    content: bytes,
    *,
    filename: str,
    decimal: DecimalMark = DecimalMark.POINT,
    encoding: str | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> ParsedFile:
    """Return the orders of a file, and everything wrong with the others in ``problems``."""
    rows: list[Row] = []
    notices: list[FileProblem] = []
    try:
        for found in read_rows(
            io.BytesIO(content), filename=filename, encoding=encoding, columns=columns
        ):
            if isinstance(found, Row):
                rows.append(found)
            else:
                notices.append(found)
    except UnreadableFileError as error:
        problem = FileProblem(message=str(error), kind=FileProblemKind.FILE, line=error.line)
        return ParsedFile(problems=(problem,))
    parsed = group_rows(rows, decimal=decimal)
    return ParsedFile(orders=parsed.orders, problems=(*parsed.problems, *notices))
