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
DEEP = st.builds(
    lambda depth, opening, inner, closed: (
        opening * depth + inner + {"[": "]", '{"data":': "}"}[opening] * (depth if closed else 0)
    ),
    st.sampled_from([1, 60, 64, 65, 1_000, 100_000]),
    st.sampled_from(["[", '{"data":']),
    st.sampled_from(["", "1", '"x"']),
    st.booleans(),
)
NUMBERS = st.builds(
    lambda sign, whole, rest: sign + whole + rest,
    st.sampled_from(["", "-", "+"]),
    st.sampled_from(["0", "7", "9" * 5_000, "1" + "0" * 400]),
    st.sampled_from(["", ".0", "." + "3" * 5_000, "e5", "e999999999", "E-999999999", "e", "."]),
)
BODIES = (
    st.binary(max_size=60)
    | JSON_TEXT.map(str.encode)
    | DEEP.map(str.encode)
    | NUMBERS.map(lambda number: f'{{"data":{{"id":"x","version":{number}}}}}'.encode())
    | NUMBERS.map(lambda number: f'{{"data":[{{"id":"x","count":{number}}}]}}'.encode())
)
HEADER_NAMES = st.sampled_from(
    [
        *("retry-after", "date", "x-ratelimit-limit", "x-ratelimit-remaining"),
        *("x-ratelimit-reset", "content-type", "content-encoding", "location", "set-cookie"),
    ]
)
HEADERS = st.dictionaries(
    HEADER_NAMES,
    st.binary(max_size=40)
    | st.sampled_from([b"gzip", b"deflate", b"utf-16", b"application/json; charset=nonsense"])
    | st.integers().map(lambda number: str(number).encode())
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40).map(str.encode),
)
STATUSES = st.sampled_from([200, 201, 204, 206, 301, 400, 401, 404, 408, 409, 418, 429, 500, 503])


async def outcome(doing: Doing, status: int, headers: dict[str, bytes], body: bytes) -> Any:
    clock = Clock()

    def answer(_: httpx.Request) -> httpx.Response:
        raw = [(name.encode(), value) for name, value in headers.items()]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))

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
    number: int, status: int, headers: dict[str, bytes], body: bytes
) -> None:
    found = await outcome(READS[number], status, headers, body)
    if isinstance(found, LightspeedError):
        assert not found.may_have_happened
        assert str(found).isprintable()


@pytest.mark.parametrize("number", range(len(WRITES)))
@settings(max_examples=60)
@given(STATUSES, HEADERS, BODIES)
async def test_a_write_is_done_refused_or_unknown(
    number: int, status: int, headers: dict[str, bytes], body: bytes
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
