"""What a webhook's body names, whatever its shape."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.hint import UNTYPED, Hint, Look, hint_of

NOTHING = Hint(look=None, entity_id=None)


@pytest.mark.parametrize(
    ("event_type", "body", "hint"),
    [
        ("consignment.receive", '{"id": "l", "consignment_id": "c"}', (Look.CONSIGNMENT, "c")),
        (
            "consignment.send",
            urlencode({"payload": '{"consignment_id": "c"}', "domain_prefix": "example"}),
            (Look.CONSIGNMENT, "c"),
        ),
        (
            "consignment.created",
            '{"type": "consignment.created", "id": "c", "status": "OPEN"}',
            (Look.CONSIGNMENT, "c"),
        ),
        (
            "consignment.updated",
            '{"type": "consignment.updated", "id": "c", "status": "SENT"}',
            (Look.CONSIGNMENT, "c"),
        ),
        (
            "consignment_product.created",
            ' {"type": "consignment_product.created", "id": "l", "consignment_id": "c"}',
            (Look.CONSIGNMENT, "c"),
        ),
        (
            "consignment_product.updated",
            '{"id": "l", "consignment_id": "c", "count": "2.0", "cost": 4}',
            (Look.CONSIGNMENT, "c"),
        ),
        ("product.update", urlencode({"payload": '{"id": "p"}'}), (Look.PRODUCT, "p")),
        ("inventory.update", '{"id": "i", "product_id": "p"}', (Look.STOCK, "p")),
        ("sale.update", '{"id": "s"}', (None, "s")),
        ("gift_card.update", '{"id": "g"}', (None, "g")),
    ],
)
def test_a_hint_names_what_to_look_at(
    event_type: str, body: str, hint: tuple[Look | None, str]
) -> None:
    assert hint_of(event_type, body) == Hint(look=hint[0], entity_id=hint[1])


@pytest.mark.parametrize(
    "body",
    [
        '{"consignment_id": 7}',
        '{"consignment_id": ""}',
        '{"consignment_id": "' + "x" * 65 + '"}',
        '{"consignment_id": "\\ud800"}',
        '{"consignment_id": "a\\u0000b"}',
        "[1]",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 5000,
        "&".join("a=b" for _ in range(99)),
        "",
    ],
)
def test_no_body_is_too_strange(body: str) -> None:
    assert hint_of("consignment.receive", body) == NOTHING


@given(st.text(max_size=500), st.sampled_from(["consignment.receive", "sale.update", "x.y"]))
def test_no_text_breaks_the_reader(body: str, event_type: str) -> None:
    assert hint_of(event_type, body).entity_id != ""


@pytest.mark.parametrize(
    ("event_type", "body", "reason"),
    [
        ("consignment.receive", "nonsense", "Its body is neither JSON nor a form"),
        ("consignment.receive", "[1]", "Its JSON is not an object."),
        ("consignment.receive", '{"id": "l"}', "Its body has no consignment_id"),
        ("product.update", '{"id": 7}', "Its id is not a text of 1 to 64 printable characters."),
        ("sale.update", '{"id": "s"}', "sale.update are kept to be searched"),
        ("nope", '{"id": "s"}', "lsync knows no webhooks of type nope."),
        (UNTYPED, '{"id": "s"}', "It names no type of webhook"),
    ],
)
def test_a_webhook_that_leads_to_nothing_says_why(event_type: str, body: str, reason: str) -> None:
    assert reason in hint_of(event_type, body).reason


def test_a_webhook_that_leads_to_a_look_needs_no_reason() -> None:
    assert hint_of("product.update", '{"id": "p"}').reason == ""
