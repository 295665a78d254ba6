"""The settings that name a back office's own order tables, and the layout they add up to."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from lsync.core.settings.section import Number, Section
from lsync.core.settings.values import check_database_url, matching
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.urls import SqliteUrl, parse_url

_WORD = r"[\w$][\w$ -]{0,63}"
_COLUMN = matching(
    _WORD,
    "it must be the name of a column: at most 64 letters, digits, spaces and _ - $",
)
_TABLE = matching(
    rf"(?:{_WORD}\.)?{_WORD}",
    "it must be the name of a table, or DATABASE.TABLE: letters, digits, spaces and _ - $",
)


def _check_url(url: SecretStr) -> SecretStr:
    """Refuse another SQLite file: lsync's way of opening one would change how it is kept."""
    checked = check_database_url(url)
    if isinstance(parse_url(checked.get_secret_value()), SqliteUrl):
        raise ValueError(  # noqa: TRY004 - pydantic collects ValueError
            "it must be mysql://USER:PASSWORD@HOST/DATABASE; SQLite tables are read from "
            "lsync's own file, without this setting"
        )
    return checked


def _read_states(value: Any) -> Any:
    """Read ``"approved,ordered"``, a number, or a list of either."""
    if isinstance(value, str):
        parts: list[Any] = value.split(",")
    else:
        parts = list(value) if isinstance(value, list | tuple) else [value]
    states = tuple(str(part).strip() for part in parts if str(part).strip())
    if any(not re.fullmatch(r"[^\x00-\x1f\x7f]{1,64}", state) for state in states):
        raise ValueError("it must hold the values of a state column, separated by commas")
    return states


def _read_day(value: Any) -> date:
    """Read ``2026-11-23``, or a day or time that TOML has read already."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("it must be a day like 2026-11-23") from None


def _some(states: tuple[str, ...]) -> tuple[str, ...]:
    if not states:
        raise ValueError("it must name at least one value")
    return states


Column = Annotated[str, AfterValidator(_COLUMN)]
Table = Annotated[str, AfterValidator(_TABLE)]
States = Annotated[tuple[str, ...], BeforeValidator(_read_states)]


class SourceSettings(Section):
    """A back office's own order tables. Nothing is read until ``orders_table`` is set."""

    url: Annotated[SecretStr, AfterValidator(_check_url)] | None = Field(
        default=None,
        description="Database of the tables, if it is not lsync's own.",
        examples=["mysql://lsync:PASSWORD@db.example/shop"],
    )
    orders_table: Table | None = Field(
        default=None,
        description="Table or view with one row for each order.",
        examples=["shop.purchase_headers"],
    )
    lines_table: Table | None = Field(
        default=None,
        description="Table or view with one row for each line.",
        examples=["shop.purchase_lines"],
    )
    id_column: Column = Field(
        default="id", description="Order: what its lines refer to; unique.", examples=["id"]
    )
    number_column: Column = Field(
        default="order_number", description="Order: its number.", examples=["order_no"]
    )
    state_column: Column = Field(
        default="state", description="Order: where it stands.", examples=["status"]
    )
    approved_states: Annotated[States, AfterValidator(_some)] = Field(
        default=("approved",),
        description="Values of the state column with which an order is to be at Lightspeed.",
        examples=["approved,ordered"],
    )
    cancelled_states: States = Field(
        default=("cancelled",),
        description="Values of the state column that cancel an order.",
        examples=["cancelled"],
    )
    supplier_column: Column = Field(
        default="supplier",
        description="Order: name, Lightspeed id, or any word that `lsync map set` explains.",
        examples=["supplier_name"],
    )
    outlet_column: Column = Field(
        default="outlet", description="Order: the same for the outlet.", examples=["store_code"]
    )
    outlet: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Outlet of every order; the outlet column is not read then.",
        examples=["Main Street"],
    )
    due_date_column: Column | None = Field(
        default=None, description="Order: day it is due.", examples=["due_date"]
    )
    invoice_column: Column | None = Field(
        default=None, description="Order: the supplier's invoice.", examples=["supplier_invoice"]
    )
    note_column: Column | None = Field(
        default=None, description="Order: a note.", examples=["remarks"]
    )
    changed_column: Column | None = Field(
        default=None,
        description="Order: time of its last change, indexed; looks are cheap with it.",
        examples=["updated_at"],
    )
    since: Annotated[date, BeforeValidator(_read_day)] | None = Field(
        default=None,
        description="Orders last changed before that day are left alone; needs changed_column.",
        examples=["2026-11-23"],
    )
    line_order_column: Column = Field(
        default="order_id", description="Line: id of its order.", examples=["header_id"]
    )
    line_id_column: Column = Field(
        default="id", description="Line: what puts the lines in sequence.", examples=["line_no"]
    )
    sku_column: Column | None = Field(
        default="sku", description="Line: SKU of the product.", examples=["article"]
    )
    product_id_column: Column | None = Field(
        default=None,
        description="Line: Lightspeed's product id, where it is known.",
        examples=["lightspeed_product_id"],
    )
    name_column: Column | None = Field(
        default=None, description="Line: name of the product.", examples=["description"]
    )
    quantity_column: Column = Field(
        default="quantity", description="Line: quantity ordered.", examples=["qty"]
    )
    cost_column: Column = Field(
        default="unit_cost", description="Line: cost per unit, ex tax.", examples=["net_price"]
    )
    consignment_column: Column | None = Field(
        default=None,
        description="Order: lsync writes the consignment's id there.",
        examples=["lightspeed_consignment_id"],
    )
    status_column: Column | None = Field(
        default=None,
        description="Order: lsync writes the sync state there.",
        examples=["lightspeed_status"],
    )
    synced_column: Column | None = Field(
        default=None,
        description="Order: lsync writes there when consignment or status changed, in UTC.",
        examples=["lightspeed_synced_at"],
    )
    compare_seconds: Number = Field(
        default=60,
        ge=1,
        le=86400,
        description="Between comparisons of every open order, for lines changed on their own.",
        examples=["60"],
    )

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if (self.orders_table is None) != (self.lines_table is None):
            missing = "orders_table" if self.orders_table is None else "lines_table"
            raise ValueError(f"source.{missing} must be set as well")
        if self.since is not None and self.changed_column is None:
            raise ValueError("source.since needs source.changed_column to be set as well")
        written = self.written
        if len(set(written)) < len(written):
            raise ValueError("two of its write-back columns are the same")
        twice = sorted(set(written) & self.read)
        if twice:
            raise ValueError(f"the column {twice[0]} cannot be read and written back both")
        return self

    @property
    def written(self) -> tuple[str, ...]:
        """The columns that lsync writes, as they are compared."""
        wanted = (self.consignment_column, self.status_column, self.synced_column)
        return tuple(name.casefold() for name in wanted if name is not None)

    @property
    def read(self) -> frozenset[str]:
        """The columns of an order that belong to the back office, as they are compared."""
        wanted = (
            self.id_column,
            self.number_column,
            self.state_column,
            self.supplier_column,
            self.outlet_column,
            self.due_date_column,
            self.invoice_column,
            self.note_column,
            self.changed_column,
        )
        return frozenset(name.casefold() for name in wanted if name is not None)

    def layout(self) -> SourceLayout | None:
        """Return the tables as the store reads them; None if none are named."""
        if self.orders_table is None or self.lines_table is None:
            return None
        order = {
            "supplier": self.supplier_column,
            "outlet": None if self.outlet else self.outlet_column,
            "due_date": self.due_date_column,
            "supplier_invoice": self.invoice_column,
            "note": self.note_column,
        }
        line = {
            "sku": self.sku_column,
            "product_id": self.product_id_column,
            "name": self.name_column,
            "quantity": self.quantity_column,
            "unit_cost": self.cost_column,
        }
        return SourceLayout(
            orders_table=self.orders_table,
            lines_table=self.lines_table,
            id_column=self.id_column,
            number_column=self.number_column,
            state_column=self.state_column,
            approved=frozenset(state.casefold() for state in self.approved_states),
            cancelled=frozenset(state.casefold() for state in self.cancelled_states),
            states=(*self.approved_states, *self.cancelled_states),
            order_columns={name: column for name, column in order.items() if column},
            line_order_column=self.line_order_column,
            line_id_column=self.line_id_column,
            line_columns={name: column for name, column in line.items() if column},
            outlet=self.outlet,
            changed_column=self.changed_column,
            since=self.since,
            consignment_column=self.consignment_column,
            status_column=self.status_column,
            synced_column=self.synced_column,
        )
