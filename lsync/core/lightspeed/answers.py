"""What an answer means: success, refusal, or unknown. Pure; every judgement is made here."""

from itertools import islice
from typing import TypeVar

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
from lsync.core.lightspeed.readers import MalformedError, Reader
from lsync.core.lightspeed.reply import Answer, retry_at
from lsync.core.lightspeed.requests import Call
from lsync.core.lightspeed.wire import Json, WireError, read_json

T = TypeVar("T")

_REFUSALS: dict[int, tuple[type[Refused], str]] = {
    400: (Invalid, "Correct the content; the same request would be refused again"),
    401: (Unauthorized, "Check the token: it may be mistyped, expired or revoked"),
    403: (Forbidden, "Give the token the missing scope or its user the missing permission"),
    404: (NotFound, "Check the id; it may have been deleted in Lightspeed"),
    409: (Conflict, "Look at what exists already"),
    422: (Invalid, "Correct the content; the same request would be refused again"),
}
_OTHER_REFUSAL = (Refused, "Read the logged answer; the same request would be refused again")


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
    named = value.items() if isinstance(value, dict) else (("", item) for item in value)
    found: list[str] = []
    for name, child in islice(named, 10):
        told = _texts(child, depth=depth + 1)
        plain = str(name) in {"", "error", "errors", "message", "messages", "detail", "data"}
        found += told if plain else [f"{name}: {text}" for text in told]
    return found


def readable(text: str, *, at_most: int = 300) -> str:
    """Outside text for an error: printable characters only, shortened."""
    cut = text[:at_most] + ("…" if len(text) > at_most else "")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)
