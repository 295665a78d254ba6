"""What an answer means: its status, its JSON, its models. Pure; every judgement is made here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pydantic import ValidationError

from lsync.core.lightspeed.errors import (
    Conflict,
    Forbidden,
    Invalid,
    LightspeedError,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SchemaError,
    Unauthorized,
    Unavailable,
)
from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.requests import Call
from lsync.core.lightspeed.wire import Json, WireError, read_json

T = TypeVar("T")
E = TypeVar("E", bound=Entity)

Reader = Callable[[Json], T]
"""Turns the JSON of an answer into what the caller gets; raises MalformedError."""

DEFAULT_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(seconds=300)

_REFUSALS: dict[int, tuple[type[Refused], str]] = {
    400: (Invalid, "Correct the content; the same request would be refused again"),
    401: (Unauthorized, "Check the token: it may be mistyped, expired or revoked"),
    403: (Forbidden, "Give the token the missing scope or its user the missing permission"),
    404: (NotFound, "Check the id; it may have been deleted in Lightspeed"),
    409: (Conflict, "Look at what exists already"),
    422: (Invalid, "Correct the content; the same request would be refused again"),
}
_OTHER_REFUSAL = (Refused, "Read the logged answer; the same request would be refused again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Header names are lower-case; `at` is when, by our clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReading:
    """What an answer says about the budget; None where it says nothing."""

    limit: int | None
    remaining: int | None
    retry_at: datetime | None


class MalformedError(ValueError):
    """JSON that is not what the contract describes; `paths` are the places."""

    def __init__(self, message: str, *, paths: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.paths = paths


def judge(call: Call, answer: Answer, *, request_id: str) -> Json:
    """The JSON of a successful answer (None if it has no body); otherwise the error it means.

    A write is only known to be refused when Lightspeed says so with a 4xx. Everything else that is
    not a readable success leaves its outcome unknown.
    """
    if 200 <= answer.status < 300:
        return _read_success(call, answer, request_id=request_id)
    if answer.status == 429:
        raise RateLimited(
            f"Could not {call.doing}", retry_at=retry_at(answer), request_id=request_id
        )
    # 408 may come from a proxy that had already passed the request on.
    if 400 <= answer.status < 500 and answer.status != 408:
        raise _refusal(call, answer, request_id=request_id)
    raise undecided(call, why=_strange(answer), request_id=request_id, status=answer.status)


def undecided(
    call: Call, *, why: str, request_id: str, status: int | None = None
) -> LightspeedError:
    """The error for a call that got no usable answer after it was sent."""
    if call.writes:
        return OutcomeUnknown(
            f"Lightspeed did not confirm: {call.doing}",
            why=why,
            next_step="It may have happened: read back what is there before doing it again",
            request_id=request_id,
            status=status,
        )
    return Unavailable(
        f"Could not {call.doing}",
        why=why,
        next_step="Nothing was changed; try again later",
        request_id=request_id,
        status=status,
    )


def interpret(call: Call, value: Json, *, reader: Reader[T], request_id: str, status: int) -> T:
    """The value the caller gets. A write whose answer breaks the contract stays undecided."""
    try:
        return reader(value)
    except MalformedError as broken:
        if call.writes:
            why = f"its answer breaks the contract: {broken}"
            raise undecided(call, why=why, request_id=request_id, status=status) from broken
        raise SchemaError(
            f"Could not {call.doing}",
            why=f"the answer breaks the contract: {broken}",
            paths=broken.paths,
            request_id=request_id,
            status=status,
        ) from broken


def model(kind: type[E], value: Json, *, path: str = "data") -> E:
    """One entity; MalformedError names every field that does not fit."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = [".".join([path, *(str(step) for step in item["loc"])]) for item in found]
        told = "; ".join(
            f"{at}: {item['msg']}" for at, item in zip(places[:3], found, strict=False)
        )
        raise MalformedError(told, paths=tuple(places)) from None


def one(kind: type[E]) -> Reader[E]:
    """Reads `{"data": {…}}`."""
    return lambda value: model(kind, data_of(value))


def many(kind: type[E]) -> Reader[tuple[E, ...]]:
    """Reads `{"data": […]}` or a bare array."""
    return lambda value: tuple(
        model(kind, item, path=f"data.{index}") for index, item in enumerate(list_of(value))
    )


def anything(value: Json) -> None:
    """For answers whose content says nothing reliable; the status was what mattered."""


def data_of(value: Json) -> Json:
    """What is inside the envelope; an object without one is taken as it is."""
    return value["data"] if isinstance(value, dict) and "data" in value else value


def list_of(value: Json) -> list[Json]:
    """The array inside the envelope."""
    inner = data_of(value)
    if not isinstance(inner, list):
        raise MalformedError("data: expected an array", paths=("data",))
    return inner


def identifier(value: Json) -> str:
    """Reads `{"data": "id"}` or `{"data": {"id": "id"}}`, as creating a supplier answers."""
    inner = data_of(value)
    found = inner.get("id") if isinstance(inner, dict) else inner
    if not isinstance(found, str) or not found:
        raise MalformedError("data: expected an id", paths=("data",))
    return found


def budget_reading(answer: Answer) -> BudgetReading:
    """The rate-limit headers; nonsense is ignored."""
    return BudgetReading(
        limit=_count(answer.headers.get("x-ratelimit-limit"), at_least=1),
        remaining=_count(answer.headers.get("x-ratelimit-remaining"), at_least=0),
        retry_at=retry_at(answer) if answer.status == 429 else None,
    )


def retry_at(answer: Answer) -> datetime:
    """When a 429 allows the next call, by our clock.

    `Retry-After` is an RFC 1123 date (D:rate_limiting) or seconds. A date is measured against the
    server's own `Date`, so that a difference of clocks does not matter. Nonsense counts as 60 s;
    nothing is waited for longer than the 5 minutes of a budget window.
    """
    pause = _pause(answer)
    return answer.at + min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def _pause(answer: Answer) -> timedelta:
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:6]))
    until = _http_date(text)
    if until is None:
        return DEFAULT_PAUSE
    return until - (_http_date(answer.headers.get("date", "")) or answer.at)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _count(text: str | None, *, at_least: int) -> int | None:
    if text is None or not text.isascii() or not text.strip().isdigit() or len(text) > 9:
        return None
    return number if (number := int(text)) >= at_least else None


def _read_success(call: Call, answer: Answer, *, request_id: str) -> Json:
    if not answer.body.strip():
        return None
    try:
        return read_json(answer.body)
    except WireError as error:
        if error.hostile and not call.writes:
            raise SchemaError(
                f"Could not {call.doing}",
                why=f"the answer is not acceptable JSON: {error}",
                request_id=request_id,
                status=answer.status,
            ) from None
        why = f"the answer (status {answer.status}) is no readable JSON: {error}"
        raise undecided(call, why=why, request_id=request_id, status=answer.status) from None


def _refusal(call: Call, answer: Answer, *, request_id: str) -> Refused:
    kind, next_step = _REFUSALS.get(answer.status, _OTHER_REFUSAL)
    told = _message(answer.body)
    return kind(
        f"Could not {call.doing}",
        why=f"Lightspeed answered {answer.status}" + (f" ({told})" if told else ""),
        next_step=next_step,
        request_id=request_id,
        status=answer.status,
    )


def _strange(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"the server redirects (status {answer.status}), which is not followed"
    told = _message(answer.body)
    return f"the server answered {answer.status}" + (f" ({told})" if told else "")


def _message(body: bytes) -> str:
    """What an error body says, in whatever shape: no envelope for errors is documented."""
    try:
        value = read_json(body)
    except WireError:
        return ""
    return readable("; ".join(_texts(value, depth=0))) if value is not None else ""


def _texts(value: Json, *, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth > 4 or not isinstance(value, dict | list):
        return []
    children = value.items() if isinstance(value, dict) else (("", item) for item in value[:10])
    found: list[str] = []
    for name, child in children:
        told = _texts(child, depth=depth + 1)
        plain = str(name) in {"", "error", "errors", "message", "messages", "detail", "data"}
        found += told if plain else [f"{name}: {text}" for text in told]
    return found


def readable(text: str, *, at_most: int = 300) -> str:
    """Outside text for an error: printable characters only, shortened."""
    cut = text[:at_most] + ("…" if len(text) > at_most else "")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)
