"""Limits above which a difference is asked about instead of being taken for granted."""

from pydantic import Field

from lsync.core.settings.section import Number, Section


class InvoiceSettings(Section):
    """When the cost on a supplier's invoice is asked about."""

    amount: Number = Field(
        default=50,
        ge=0,
        le=1e9,
        description="Difference of a line in money above which a person decides.",
        examples=["50"],
    )
    percent: Number = Field(
        default=5,
        ge=0,
        le=1e6,
        description="Difference of the unit cost in percent above which a person decides.",
        examples=["5"],
    )


class StockSettings(Section):
    """When a stock adjustment is asked about before it is posted."""

    amount: Number = Field(
        default=500,
        ge=0,
        le=1e9,
        description="Value of an adjustment at supply price above which a person decides.",
        examples=["500"],
    )
    quantity: Number = Field(
        default=100,
        ge=0,
        le=1e9,
        description="Units of an adjustment above which a person decides.",
        examples=["100"],
    )
