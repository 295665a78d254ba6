"""Order files: bytes in, whole orders and plain-language problems out.

CSV, JSON and JSON lines, one row per line of an order; which columns there are is in ``fields``.
Rows come one after the other, so that a file is never held whole; an order's rows may stand
anywhere in it, and setting them aside is not done here. Nothing here opens a file or a database.
"""

from lsync.core.domain.order_file.grouping import Gathering, Reading, read, stray_problems
from lsync.core.domain.order_file.parsing import read_rows
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
    Refusal,
    UnreadableFileError,
)

__all__ = [
    "DecimalMark",
    "FileProblem",
    "FileProblemKind",
    "Gathering",
    "ParsedFile",
    "Reading",
    "Refusal",
    "UnreadableFileError",
    "read",
    "read_rows",
    "stray_problems",
]
