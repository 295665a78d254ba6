from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lsync.core.lightspeed.models import (
    Consignment,
    ConsignmentChange,
    ConsignmentLine,
    LineDraft,
    Product,
)
from lsync.core.lightspeed.readers import MalformedError, model

CONSIGNMENT: dict[str, Any] = {
    "id": "c-1",
    "name": "Spring order",
    "type": "SUPPLIER",
    "status": "OPEN",
    "outlet_id": "o-1",
    "supplier_id": "s-1",
    "reference": "PO-1001",
    "version": 7,
    "due_at": "2026-12-01T11:00:00Z",
    "created_at": "2026-11-23T10:00:00Z",
}
LINE: dict[str, Any] = {
    "product_id": "p-1",
    "count": "10.00000",
    "received": None,
    "cost": "4.25000",
    "version": 8,
}
PRODUCT: dict[str, Any] = {
    "id": "p-1",
    "sku": "SKU-1",
    "name": "Mug",
    "active": True,
    "version": 9,
    "supply_price": Decimal("4.25"),
    "product_suppliers": [{"supplier_id": "s-1", "price": Decimal(4), "code": "M1"}],
    "variant_options": [{"name": "Size", "value": "M"}],
}


def test_unknown_statuses_types_and_fields_survive() -> None:
    read = model(Consignment, {**CONSIGNMENT, "status": "AUDITED", "type": "LOAN", "mood": "good"})
    assert (read.status, read.type) == ("AUDITED", "LOAN")
    assert (read.model_extra or {})["mood"] == "good"


def test_quantities_are_exact_decimals() -> None:
    line = model(ConsignmentLine, {**LINE, "received": "3.50000", "cost": Decimal("0.1")})
    assert (line.count, line.received, line.cost) == (
        Decimal("10.00000"),
        Decimal("3.50000"),
        Decimal("0.1"),
    )


@pytest.mark.parametrize("count", [None, "", "many", True, 1.5, [], "NaN"])
def test_a_count_is_never_guessed(count: Any) -> None:
    with pytest.raises(MalformedError) as caught:
        model(ConsignmentLine, {**LINE, "count": count})
    assert caught.value.paths == ("data.count",)
    missing = {name: value for name, value in LINE.items() if name != "count"}
    with pytest.raises(MalformedError):
        model(ConsignmentLine, missing)


@pytest.mark.parametrize("identifier", [7, None, "", True, ["c-1"], "x" * 101])
def test_an_id_is_text(identifier: Any) -> None:
    with pytest.raises(MalformedError) as caught:
        model(Consignment, {**CONSIGNMENT, "id": identifier})
    assert caught.value.paths == ("data.id",)


@pytest.mark.parametrize("version", ["7", 7.0, True, -1, 2**63, None])
def test_a_version_is_a_whole_number(version: Any) -> None:
    with pytest.raises(MalformedError):
        model(Consignment, {**CONSIGNMENT, "version": version})


def test_times_that_only_inform_may_be_unreadable_but_not_those_that_decide() -> None:
    assert model(Consignment, {**CONSIGNMENT, "created_at": "yesterday"}).created_at is None
    for name in ("due_at", "deleted_at"):
        with pytest.raises(MalformedError):
            model(Consignment, {**CONSIGNMENT, name: "yesterday"})


def test_a_number_as_reference_is_its_text() -> None:
    assert model(Consignment, {**CONSIGNMENT, "reference": 1001}).reference == "1001"


def test_null_texts_and_lists_are_empty() -> None:
    read = model(Product, {**PRODUCT, "sku": None, "name": None, "product_suppliers": None})
    assert (read.sku, read.name, read.suppliers) == ("", "", ())


def test_a_product_tells_what_ordering_needs() -> None:
    read = model(Product, PRODUCT)
    assert read.suppliers[0].price == Decimal(4)
    assert read.variant_options[0].value == "M"
    assert (read.is_composite, read.active, read.supply_price) == (False, True, Decimal("4.25"))


def test_values_are_frozen() -> None:
    read = model(Consignment, CONSIGNMENT)
    with pytest.raises(ValidationError):
        read.status = "SENT"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize(
    ("kind", "sample"),
    [(Consignment, CONSIGNMENT), (ConsignmentLine, LINE), (Product, PRODUCT)],
    ids=["consignment", "line", "product"],
)
@given(data=st.data())
def test_mutated_answers_are_read_or_rejected_with_a_path(
    kind: Any, sample: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(sample)))
    junk = data.draw(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.decimals()
        | st.lists(st.none())
        | st.dictionaries(st.text(), st.none())
    )
    blamed: tuple[str, ...] = ()
    try:
        model(kind, {**sample, name: junk})
    except MalformedError as error:
        blamed = error.paths
    assert all(path.startswith(f"data.{name}") for path in blamed)


def test_a_line_to_add_leaves_out_what_is_not_given() -> None:
    draft = LineDraft(product_id="p-1", count=Decimal(3), cost=Decimal("1.5"))
    assert draft.body() == {"product_id": "p-1", "count": Decimal(3), "cost": Decimal("1.5")}


def test_a_line_to_add_needs_an_amount() -> None:
    with pytest.raises(ValidationError, match="count or a received"):
        LineDraft(product_id="p-1", cost=Decimal(1))


def test_a_change_tells_clearing_from_leaving_alone() -> None:
    due = datetime(2026, 12, 1, 11, tzinfo=UTC)
    change = ConsignmentChange(supplier_invoice=None, due_at=due)
    assert change.body() == {"supplier_invoice": None, "due_at": due}
