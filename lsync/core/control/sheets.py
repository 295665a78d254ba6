"""Values as cells of a CSV sheet; a spreadsheet would run one that begins like a formula."""

import json

from lsync.core.domain.sanitise import csv_cell, visible


def sheet_cell(value: object) -> str:
    """A JSON-ready value as text that shows everything and does nothing; empty for None."""
    if value is None:
        return ""
    text = json.dumps(value) if isinstance(value, dict | list | bool) else str(value)
    return csv_cell(visible(text))
