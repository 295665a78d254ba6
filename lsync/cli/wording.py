"""How values read in tables and texts: marks beside states, quantities, counts. Pure.

A state is never told by colour alone: each has its own mark.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lsync.cli.table import Styled

MARKS: Mapping[str, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "synced": ("✓", "green"),
    "completed": ("✓", "green"),
    "received": ("✓", "green"),
    "warning": ("!", "yellow"),
    "drifted": ("!", "yellow"),
    "failed": ("✗", "bold red"),
    "cancelled": ("-", "dim"),
    "not_synced": ("·", "dim"),
    "unknown": ("?", "dim"),
    "queued": ("…", "cyan"),
    "pending": ("…", "cyan"),
    "syncing": ("▸", "cyan"),
    "processing": ("▸", "cyan"),
    "info": ("i", "dim"),
}


def marked(state: str) -> Styled:
    """A state with its mark: ``✓ synced``."""
    mark, style = MARKS.get(state, (" ", ""))
    return Styled(text=f"{mark} {state.replace('_', ' ')}", style=style)


def quantity(value: Decimal | None) -> str:
    """A quantity without trailing zeros; empty without a value."""
    return "" if value is None else f"{value.normalize():f}"


def money(value: Decimal | None) -> str:
    """An amount with at least two decimal places; empty without a value."""
    if value is None:
        return ""
    shown = quantity(value)
    places = len(shown.partition(".")[2])
    return shown if places > 2 else f"{value:.2f}"


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 order``, ``3 orders``, ``no orders``."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def listing(items: Iterable[str], *, none: str = "none") -> str:
    """Names with commas between."""
    return ", ".join(items) or none
