"""A peer that holds the client to the published OpenAPI documents.

It finds the operation of each request, validates the request, answers with an example made from
the response schema, and validates that answer as well. It knows nothing of the client.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

FOLDER = Path(__file__).parent.parent / "contract"
METHODS = ("get", "post", "put", "patch", "delete")
EXAMPLE_ID = "0b7d1a1e-5f3c-4c55-9a53-3f1f6d0c2a11"
EXAMPLE_TIME = "2026-11-23T10:00:00Z"
EXAMPLE_QUANTITY = "10.00000"

_QUANTITY_NAME = re.compile(r"count|received|cost|quantity|amount|total|price|delta")


@dataclass(frozen=True)
class Operation:
    """One operation of one document."""

    document: "Document"
    name: str
    method: str
    template: str
    content: Mapping[str, Any]

    def matches(self, method: str, path: str) -> bool:
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(self.template))
        return method.lower() == self.method and re.fullmatch(pattern, path) is not None


@dataclass(frozen=True)
class Document:
    """One OpenAPI document and the validator for it."""

    content: dict[str, Any] = field(repr=False)
    openapi: OpenAPI = field(repr=False)

    @property
    def host(self) -> str:
        return str(self.content["servers"][0]["url"]).replace("{domain_prefix}", "example")

    def operations(self) -> list[Operation]:
        return [
            Operation(self, item["operationId"], method, template, item)
            for template, methods in self.content["paths"].items()
            for method, item in methods.items()
            if method in METHODS
        ]

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self.content
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema


@cache
def document(name: str) -> Document:
    text = (FOLDER / name).read_text("utf-8")
    content = yaml.safe_load(text) if name.endswith(".yml") else json.loads(text)
    return Document(content=content, openapi=OpenAPI.from_dict(content))


def dated() -> Document:
    return document("openapi-2026-07-consignments.yml")


def selling() -> Document:
    """What the first 2026-07 document leaves out and 2.0 has otherwise or not at all."""
    return document("openapi-2026-07-selling.yml")


def legacy() -> Document:
    return document("openapi-2.0.json")


def example(document: Document, schema: Mapping[str, Any], *, name: str = "") -> Any:
    """A value that fits the schema, with everything the schema names filled in."""
    schema = document.resolve(schema)
    if "allOf" in schema:
        merged: dict[str, Any] = {}
        for part in (*schema["allOf"], {k: v for k, v in schema.items() if k != "allOf"}):
            value = example(document, part, name=name)
            merged.update(value if isinstance(value, dict) else {})
        return merged
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        # 2.0 requires a property here and there that it does not describe.
        undescribed = {key: {"type": "string"} for key in schema.get("required", ())}
        return {
            key: example(document, part, name=key)
            for key, part in {**undescribed, **schema.get("properties", {})}.items()
        }
    if schema.get("type") == "array":
        return [example(document, schema.get("items", {}), name=name)]
    return _scalar(schema, name)


def _scalar(schema: Mapping[str, Any], name: str) -> Any:
    match schema.get("type"):
        case "integer":
            return 7
        case "number":
            return 2.5
        case "boolean":
            return True
        case "string":
            return _text(schema, name)
        case _:
            return {}


def _text(schema: Mapping[str, Any], name: str) -> str:
    style = str(schema.get("format", "")).lower()
    if style == "uuid" or name == "id" or name.endswith(("_id", "_ids")):
        return EXAMPLE_ID
    if style == "email":
        return "somebody@example.com"
    if style in {"date-time", "date"} or name.endswith(("_at", "_time", "_date", "date_from")):
        return EXAMPLE_TIME
    return EXAMPLE_QUANTITY if _QUANTITY_NAME.search(name) else f"some {name}"[:30]


DEVIATIONS = {
    "UploadImage": "the documents have bytes that are an object; the guide sends a form (multipart)"
}
"""Requests that are sent otherwise than the documents say, with the reason."""


class ContractPeer:
    """Answers as the documents say; remembers which operations were asked for.

    `items` names the schema of the elements of a collection that the documents leave open;
    `spoil` changes the valid answer before it is sent.
    """

    def __init__(
        self,
        *documents: Document,
        items: Mapping[str, str] | None = None,
        spoil: Callable[[Any], Any] = lambda value: value,
        validates: bool = True,
    ) -> None:
        self._items = items or {}
        self._spoil = spoil
        self._validates = validates
        self._operations = [found for item in documents for found in item.operations()]
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = re.sub(r"^/api/[^/]+", "", request.url.path)
        operation = self._find(request.method, path)
        self.asked.append(operation.name)
        mock = self._mock(request, path, operation.document)
        if self._validates and operation.name not in DEVIATIONS:
            operation.document.openapi.validate_request(mock)
        return self._answer(mock, operation)

    def _find(self, method: str, path: str) -> Operation:
        literal_first = sorted(self._operations, key=lambda found: found.template.count("{"))
        for operation in literal_first:
            if operation.matches(method, path):
                return operation
        raise AssertionError(f"no document has {method} {path}")

    def _mock(self, request: httpx.Request, path: str, source: Document) -> MockRequest:
        base = httpx.URL(source.host)
        arguments = parse_qs(request.url.query.decode(), keep_blank_values=True)
        return MockRequest(
            host_url=f"{base.scheme}://{base.host}",
            method=request.method.lower(),
            path=base.path + path,
            args={name: many if len(many) > 1 else many[0] for name, many in arguments.items()},
            headers=dict(request.headers),
            data=request.content or None,
            content_type=request.headers.get("content-type", ""),
        )

    def _answer(self, request: MockRequest, operation: Operation) -> httpx.Response:
        status, described = next(
            (status, item)
            for status, item in operation.content["responses"].items()
            if status.startswith("2")
        )
        described = operation.document.resolve(described)
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return httpx.Response(int(status))
        value = self._finite(request, example(operation.document, schema))
        if operation.name in self._items:
            item = {"$ref": f"#/components/schemas/{self._items[operation.name]}"}
            value["data"] = [example(operation.document, item)]
        body = json.dumps(value).encode()
        if self._validates:
            mock = MockResponse(body, status_code=int(status))
            operation.document.openapi.validate_response(request, mock)
        spoiled = json.dumps(self._spoil(value)).encode()
        return httpx.Response(
            int(status), content=spoiled, headers={"content-type": "application/json"}
        )

    @staticmethod
    def _finite(request: MockRequest, value: Any) -> Any:
        """An example page is always full; the second one has to be empty."""
        if isinstance(value, dict) and "page_info" in value:
            value["page_info"]["has_next"] = False
        if isinstance(value, dict) and "version" in value and "after" in request.parameters.query:
            value["data"] = []
        return value
