"""Rows as CSV on stdout, with a header; for lists of any length."""

import csv
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from lsync.core.control.sheets import sheet_cell


class Sheet:
    """Writes the header, with the first row unless its names are known; all rows have the same."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        """Write the header if ``names`` are given: there may be no row."""
        self._rows = csv.writer(sys.stdout, lineterminator="\n")
        self._names = tuple(names)
        if self._names:
            self._rows.writerow(self._names)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write one row of JSON-ready values."""
        if not self._names:
            self._names = tuple(row)
            self._rows.writerow(self._names)
        self._rows.writerow([sheet_cell(row[name]) for name in self._names])
