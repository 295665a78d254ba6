"""Whatever a server answers, only errors of the tree come out, and writes are never misjudged."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsync.core.lightspeed import (
    ConsignmentDraft,
    LightspeedError,
    LineDraft,
    MemoryBudget,
    OutcomeUnknown,
    RateLimited,
    Refused,
    StaticToken,
    SupplierDraft,
    XSeries,
)

from .conftest import BASE_URL, Clock

Doing = Callable[[XSeries], Awaitable[Any]]

READS: list[Doing] = [
    lambda api: api.consignments.get("c-1"),
    lambda api: api.consignments.lines("c-1", expect=2),
    lambda api: api.consignments.totals("c-1"),
    lambda api: api.products.by_sku("SKU"),
    lambda api: api.webhooks.list(),
    lambda api: api.ping(),
]
WRITES: list[Doing] = [
    lambda api: api.consignments.create(ConsignmentDraft(name="x", outlet_id="o-1")),
    lambda api: api.consignments.add_lines_bulk(
        "c-1", [LineDraft(product_id="p-1", count=Decimal(1))]
    ),
    lambda api: api.consignments.delete("c-1"),
    lambda api: api.suppliers.create(SupplierDraft(name="x")),
]
JSON_TEXT = st.recursive(
    st.sampled_from(["null", "true", "NaN", "-1", "1e999", '"x"', '"\\ud800"', "9" * 5000, "1.5"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]"),
        inner.map(lambda part: f'{{"data":{part}}}'),
        inner.map(lambda part: f'{{"data":[{{"id":{part},"version":{part}}}]}}'),
        inner.map(lambda part: f'{{"error":{part}}}'),
        inner.map(lambda part: f'{{"version":{{"max":{part}}},"data":[]}}'),
    ),
    max_leaves=6,
)
BODIES = st.binary(max_size=60) | JSON_TEXT.map(str.encode)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "date", "x-ratelimit-limit", "x-ratelimit-remaining"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)
STATUSES = st.sampled_from([200, 201, 204, 206, 301, 400, 401, 404, 408, 409, 418, 429, 500, 503])


async def outcome(doing: Doing, status: int, headers: dict[str, str], body: bytes) -> Any:
    clock = Clock()

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, content=body)

    async with XSeries(
        base_url=BASE_URL,
        token=StaticToken("token"),
        budget=MemoryBudget(limit=350, clock=clock),
        transport=httpx.MockTransport(answer),
        clock=clock,
        sleep=clock.sleep,
    ) as api:
        try:
            return await doing(api)
        except LightspeedError as error:
            return error


@pytest.mark.parametrize("number", range(len(READS)))
@settings(max_examples=60)
@given(STATUSES, HEADERS, BODIES)
async def test_a_read_ends_in_a_value_or_an_error_that_changed_nothing(
    number: int, status: int, headers: dict[str, str], body: bytes
) -> None:
    found = await outcome(READS[number], status, headers, body)
    if isinstance(found, LightspeedError):
        assert not found.may_have_happened
        assert str(found).isprintable()


@pytest.mark.parametrize("number", range(len(WRITES)))
@settings(max_examples=60)
@given(STATUSES, HEADERS, BODIES)
async def test_a_write_is_done_refused_or_unknown(
    number: int, status: int, headers: dict[str, str], body: bytes
) -> None:
    found = await outcome(WRITES[number], status, headers, body)
    refused = 400 <= status < 500 and status != 408
    if refused:
        assert isinstance(found, Refused)
        assert isinstance(found, RateLimited) == (status == 429)
    elif isinstance(found, LightspeedError):
        assert isinstance(found, OutcomeUnknown)
    else:
        assert 200 <= status < 300
