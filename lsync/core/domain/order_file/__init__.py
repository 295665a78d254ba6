"""Order files: bytes in, whole orders and plain-language problems out.

CSV, JSON and JSON lines, one row per line of an order; which columns there are is in ``fields``.
Nothing here reads a disk or a database.
"""

from lsync.core.domain.order_file.parsing import parse_order_file
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
)

__all__ = [
    "DecimalMark",
    "FileProblem",
    "FileProblemKind",
    "ParsedFile",
    "parse_order_file",
]
