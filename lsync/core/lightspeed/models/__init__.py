"""What the API's answers and requests are made of. Values only: no calls, no rules of use."""

from lsync.core.lightspeed.models.consignments import (
    Consignment,
    ConsignmentChange,
    ConsignmentDraft,
    ConsignmentLine,
    ConsignmentTotals,
    CountedLine,
    LineDraft,
)
from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.models.outlets import Outlet, Register
from lsync.core.lightspeed.models.products import Product, ProductSupplier, VariantOption
from lsync.core.lightspeed.models.suppliers import Supplier, SupplierDraft
from lsync.core.lightspeed.models.webhooks import WEBHOOK_TYPES, Webhook

__all__ = [
    "WEBHOOK_TYPES",
    "Consignment",
    "ConsignmentChange",
    "ConsignmentDraft",
    "ConsignmentLine",
    "ConsignmentTotals",
    "CountedLine",
    "Entity",
    "LineDraft",
    "Outlet",
    "Product",
    "ProductSupplier",
    "Register",
    "Supplier",
    "SupplierDraft",
    "VariantOption",
    "Webhook",
]
