"""One API call and its answer as plain values, without a web framework."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs

from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.tokens import EVERYTHING, Grant


class Shown(Protocol):
    """A row that can be put on a page."""

    version: int

    def text(self) -> str:
        """Its JSON text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, body and headers; `effect` is what a write did, for the ledger."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    effect: Effect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request. `segments` is the path below `/api/{version}`."""

    method: str
    path: str
    version: str = ""
    segments: tuple[str, ...] = ()
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    grant: Grant = EVERYTHING

    def query(self) -> dict[str, list[str]]:
        """The query parameters."""
        return parse_qs(self.query_string, keep_blank_values=True) if self.query_string else {}

    def json(self) -> Any:
        """The body as JSON; refuses with 400 when it is none."""
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refusal(400, "the body is not valid JSON") from None

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object, out of its `data` envelope when it wears one.

        The schemas ask for the envelope, the published tutorial sends the bare object.
        """
        body = self.json()
        if isinstance(body, dict) and isinstance(body.get("data"), dict):
            body = body["data"]
        if not isinstance(body, dict):
            raise Refusal(400, "the body must be a JSON object")
        return body


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def data_answer(data: Any, *, status: int = 200, effect: Effect | None = None) -> Answer:
    """The `{data: …}` envelope."""
    return json_answer({"data": data}, status=status, effect=effect)


def json_answer(body: Any, *, status: int = 200, effect: Effect | None = None) -> Answer:
    """Any JSON body."""
    return Answer(status=status, body=json.dumps(body).encode(), effect=effect)


def row_answer(row: Shown, *, status: int = 200, effect: Effect | None = None) -> Answer:
    """One entity in its envelope."""
    return Answer(status=status, body=f'{{"data":{row.text()}}}'.encode(), effect=effect)


def page_answer(rows: Iterable[Shown]) -> Answer:
    """A page of a versioned collection: `{data, version: {min, max}}`, nulls when it is empty."""
    page = list(rows)
    lowest = page[0].version if page else "null"
    highest = page[-1].version if page else "null"
    data = ",".join(row.text() for row in page)
    body = f'{{"data":[{data}],"version":{{"min":{lowest},"max":{highest}}}}}'
    return Answer(body=body.encode())
