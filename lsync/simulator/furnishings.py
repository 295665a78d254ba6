"""What a shop has besides goods: taxes, payment types, people, labels, price books. Seeded."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator.entities import Kind, Record
from lsync.simulator.ids import IdSource

OPENED_AT: Final = "2024-02-01T08:00:00+00:00"
NO_TAX: Final = "No Tax"
TAX_NAME: Final = "Sales tax"
USERS: Final = (("owner", "admin"), ("cashier", "cashier"))
CUSTOMERS: Final = (("Walk", "in"), ("Ana", "Núñez"), ("Bo", "O'Hara"), ("Cleo", "Smith, senior"))

WALK_IN: Final = "Walk in"


def furnish(ids: IdSource, *, tax_rate: float) -> Mapping[Kind, list[Record]]:
    """The records of each kind, with ids that follow from names."""
    group = _record(ids, "customer_group", "All Customers", group_id="1111111111")
    return {
        "tax": [_tax(ids, NO_TAX, 0.0, default=False), _tax(ids, TAX_NAME, tax_rate)],
        "payment_type": [
            _record(ids, "payment_type", "Cash", type_id=1),
            _record(ids, "payment_type", "Credit Card", type_id=3),
        ],
        "user": [_user(ids, name, kind) for name, kind in USERS],
        "customer_group": [group],
        "customer": [_customer(ids, first, last, group.id) for first, last in CUSTOMERS],
        "tag": [_record(ids, "tag", name) for name in ("kitchen", "gift", "à la carte")],
        "product_type": [
            _record(ids, "product_type", name, leaf_category=True, category_path=[])
            for name in ("Crockery", "Utensils")
        ],
        "product_category": [_category(ids, name) for name in ("Kitchen", "Table")],
        "variant_attribute": [_record(ids, "variant_attribute", "Size")],
        "price_book": [_price_book(ids, group)],
        "button_layout": [_record(ids, "button_layout", "Default", nodes=[])],
    }


def tax_id(ids: IdSource) -> str:
    """The id of the tax that outlets charge."""
    return ids.named("tax", TAX_NAME)


def _record(ids: IdSource, kind: str, name: str, **fields: Any) -> Record:
    return Record(
        id=ids.named(kind, name),
        fields={"name": name, "created_at": OPENED_AT, "updated_at": OPENED_AT, **fields},
    )


def _tax(ids: IdSource, name: str, rate: float, *, default: bool = True) -> Record:
    rates = [{"id": ids.named("tax_rate", name), "name": name, "display_name": name, "rate": rate}]
    return _record(ids, "tax", name, display_name=name, is_default=default, rates=rates)


def _user(ids: IdSource, name: str, account_type: str) -> Record:
    return _record(
        ids,
        "user",
        name,
        username=name,
        display_name=name.title(),
        email=f"{name}@example.test",
        account_type=account_type,
        is_primary_user=account_type == "admin",
        enabled=True,
        restricted_outlet_ids=[],
        seen_at=OPENED_AT,
    )


def _customer(ids: IdSource, first: str, last: str, group_id: str) -> Record:
    return _record(
        ids,
        "customer",
        f"{first} {last}",
        first_name=first,
        last_name=last,
        customer_code=f"{first}-0001",
        customer_group_id=group_id,
        email=f"{first.lower()}@example.test",
        enable_loyalty=False,
        balance=0.0,
        loyalty_balance=0.0,
        year_to_date=0.0,
    )


def _category(ids: IdSource, name: str) -> Record:
    key = ids.named("product_category", name)
    return _record(
        ids,
        "product_category",
        name,
        root_category_id=key,
        leaf_category=True,
        category_path=[{"id": key, "name": name}],
    )


def _price_book(ids: IdSource, group: Record) -> Record:
    return _record(
        ids,
        "price_book",
        "General Price Book (All Products)",
        type="BASE",
        customer_group_id=group.id,
        customer_group_ids=[group.id],
        outlet_ids=[],
        valid_from=None,
        valid_to=None,
        restrict_to_platform_key="0",
        restrict_to_platform_label="All Platforms",
    )
