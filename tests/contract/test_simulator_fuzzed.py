"""Requests made from the documents, as schemathesis invents them, against the simulator.

Half of the ids are replaced by those of things that exist, so that calls get past a 404.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from tests.contract.test_client_legacy import FOREIGN_FAMILIES
from tests.lightspeed.contract import Document, dated, legacy, selling

CHECKS: Final = [not_a_server_error, content_type_conformance, response_schema_conformance]
HEADERS: Final = {"Authorization": "Bearer simulator-token"}

DOCUMENTS: Final = {"2026-07": dated, "2026-07 selling": selling, "2.0": legacy}

ODD: Final = {
    "CreateProduct": "its 2.0 schema answers objects without content, its example ids",
    "DeleteCustomersFromCustomerGroup": "a 204 with a text in it, which HTTP does not allow",
    "GetConsignments": "typed as a bare array in 2.0, answered in an envelope by every example",
}
"""2.0 operations whose schema contradicts their example; the 2026-07 document checks them."""


@cache
def published(version: str) -> Any:
    """The document as schemathesis reads it, bound to a shop of its own."""
    document = DOCUMENTS[version]()
    app = create_app(SimulatorConfig(products=40))
    app.state.world.budget.limit = 10**9
    content = deepcopy(document.content)
    content["servers"] = [{"url": f"http://testserver/api/{version.partition(' ')[0]}"}]
    for bound in content["components"]["schemas"]["Version"]["properties"].values():
        bound["nullable"] = True  # what 2.0 forgot: the paging guide has null for an empty page

    async def show(_request: Request) -> JSONResponse:
        return JSONResponse(content)

    app.routes.append(Route("/openapi.json", show))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@cache
def operations(version: str) -> dict[str, Any]:
    """The operations of a document by their operationId."""
    found = [result.ok() for result in published(version).get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def names(document: Document, *without: str) -> list[str]:
    return sorted(
        operation.name
        for operation in document.operations()
        if not operation.template.startswith(FOREIGN_FAMILIES)
        and operation.name not in {"DeleteCustomerGroup", *without}
    )


PAIRS: Final = [
    *(("2026-07", name) for name in names(dated())),
    *(("2026-07 selling", name) for name in names(selling())),
    *(("2.0", name) for name in names(legacy(), *ODD)),
]


@pytest.mark.parametrize(("version", "name"), PAIRS)
def test_invented_requests_are_answered_by_the_contract(version: str, name: str) -> None:
    hold(version, name, examples=5)


@pytest.mark.parametrize(("version", "name"), PAIRS)
def test_requests_that_break_the_contract_are_no_server_errors(version: str, name: str) -> None:
    hold(version, name, examples=3, mode=GenerationMode.NEGATIVE)


@pytest.mark.long
@pytest.mark.parametrize(("version", "name"), PAIRS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_many_invented_requests_are_answered_by_the_contract(
    version: str, name: str, mode: GenerationMode
) -> None:
    hold(version, name, examples=60, mode=mode)


def hold(
    version: str, name: str, *, examples: int, mode: GenerationMode = GenerationMode.POSITIVE
) -> None:
    schema = published(version)
    operation = operations(version)[name]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), seed=st.integers(0, 2**32))
    def hold_to_contract(case: Any, seed: int) -> None:
        # A source of its own: what exists changes from call to call, and must not steer hypothesis.
        seasoned = Seasoning(schema.app, Random(seed))
        case.path_parameters = seasoned.parameters(case.path_parameters or {})
        case.body = seasoned.value("", case.body)
        answer = case.call(headers=HEADERS)
        case.validate_response(answer, checks=CHECKS)

    hold_to_contract()


class Seasoning:
    """Replaces half of the ids in a request by those of things in the shop."""

    def __init__(self, app: Starlette, rng: Random) -> None:
        self._world = app.state.world
        self._rng = rng

    def parameters(self, given_parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.value(name, value) for name, value in given_parameters.items()}

    def value(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.value(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(name, item) for item in value]
        if isinstance(value, str) and self._rng.random() < 0.5:
            return self._existing(name.removesuffix("s").removesuffix("_id")) or value
        return value

    def _existing(self, kind: str) -> str | None:
        tables = {**self._world.records, "consignment": self._world.consignments}
        tables["webhookId"] = self._world.webhooks
        tables["custom_reason"] = self._world.records["adjustment_reason"]
        tables["attribute"] = self._world.records["variant_attribute"]
        rows = [row.key for row in tables.get(kind, ())]
        return self._rng.choice(rows) if rows else None
