"""Which tables and columns of a back office hold its orders. Names only; asks no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

_KEYS = {"supplier_invoice": "invoice", "unit_cost": "cost"}
"""Fields whose setting is called otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLayout:
    """The tables, the columns by what they hold, and the state values, as compared.

    ``order_columns`` and ``line_columns`` go from lsync's name of a field to the column that
    holds it. ``states`` are the values as they were written, to ask the database for.
    """

    orders_table: str
    lines_table: str
    id_column: str
    number_column: str
    state_column: str
    approved: frozenset[str]
    cancelled: frozenset[str]
    states: tuple[str, ...]
    order_columns: Mapping[str, str]
    line_order_column: str
    line_id_column: str
    line_columns: Mapping[str, str]
    outlet: str | None = None
    changed_column: str | None = None
    since: date | None = None
    consignment_column: str | None = None
    status_column: str | None = None
    synced_column: str | None = None

    @property
    def name(self) -> str:
        """What lsync's bookkeeping calls these orders, wherever their server is."""
        return self.orders_table

    @property
    def written(self) -> dict[str, str]:
        """The columns that lsync writes, by the setting that names them."""
        named = {
            "consignment_column": self.consignment_column,
            "status_column": self.status_column,
            "synced_column": self.synced_column,
        }
        return {key: name for key, name in named.items() if name is not None}

    def named_order_columns(self) -> Iterator[tuple[str, str]]:
        """Each setting that names a column of the order table, with that column."""
        yield "id_column", self.id_column
        yield "number_column", self.number_column
        yield "state_column", self.state_column
        yield from _settings(self.order_columns)
        if self.changed_column is not None:
            yield "changed_column", self.changed_column
        yield from self.written.items()

    def named_line_columns(self) -> Iterator[tuple[str, str]]:
        """The same for the line table."""
        yield "line_order_column", self.line_order_column
        yield "line_id_column", self.line_id_column
        yield from _settings(self.line_columns)


def _settings(columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, found in columns.items():
        yield f"{_KEYS.get(name, name)}_column", found
