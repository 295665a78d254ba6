"""How requests are read and answers written on the control socket. Knows no route."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lsync.core.control.errors import ControlError
from lsync.core.control.messages import ErrorMessage
from lsync.core.domain.explain import sentence
from lsync.core.domain.job import IllegalJobMoveError
from lsync.core.domain.order import IllegalTransitionError
from lsync.core.domain.sanitise import visible
from lsync.core.queue import BadJobError, UnknownJobError
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.daemon.application import Application
from lsync.daemon.routes.deeds import note_deed

BODY_BYTES = 1024 * 1024
IMPORT_BYTES = 96 * 1024 * 1024
"""An order file travels as base64, so this is a file of some 70 MB."""
PAGE = 100
PAGE_LIMIT = 1000

Given = TypeVar("Given", bound=BaseModel)
Item = TypeVar("Item")
Answer = BaseModel | Sequence[BaseModel]
Handler = Callable[[Request, Application], Awaitable[Answer]]

log = structlog.get_logger(__name__)


def _split(given: Any) -> Any:
    return given.split(",") if isinstance(given, str) else given


Several = Annotated[tuple[Item, ...], BeforeValidator(_split)]
"""A parameter that may hold several values, separated by commas."""

Limit = Annotated[int, Field(ge=1, le=PAGE_LIMIT)]
"""How long a page may be."""


class Query(BaseModel):
    """Base of a route's parameters: a misspelt one is an error, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def reading(path: str, handler: Handler) -> Route:
    """A ``GET`` route that changes nothing."""

    async def endpoint(request: Request) -> Response:
        return answer(await handler(request, request.app.state.application))

    return Route(path, endpoint, methods=["GET"])


def changing(path: str, handler: Handler) -> Route:
    """A ``POST`` route that acts; refused where the daemon or its socket is read-only."""

    async def endpoint(request: Request) -> Response:
        if request.app.state.read_only:
            raise ControlError(READ_ONLY, status=403)
        application = request.app.state.application
        done = await handler(request, application)
        await note_deed(request, application, template=path, answer=done)
        return answer(done)

    return Route(path, endpoint, methods=["POST"])


def answer(message: Answer, *, status: int = 200) -> Response:
    """A message, or a list of them, as a JSON response."""
    if isinstance(message, BaseModel):
        body = message.model_dump_json().encode()
    else:
        body = b"[" + b",".join(each.model_dump_json().encode() for each in message) + b"]"
    return Response(body, status, media_type="application/json")


def read_query(request: Request, expected: type[Given]) -> Given:
    """The request's parameters as a value.

    Raises:
        ControlError: 422, naming the parameter and the rule.
    """
    given = dict(parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=32))
    try:
        return expected.model_validate({name: text for name, text in given.items() if text})
    except ValidationError as failure:
        raise _bad_input("parameter", failure) from None


async def read_body(request: Request, expected: type[Given], *, limit: int = BODY_BYTES) -> Given:
    """The request's JSON body as a value; an empty body is an empty object.

    Raises:
        ControlError: 413 when longer than ``limit`` bytes, 422 when it cannot be understood.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise ControlError(_too_large(limit), status=413)
    try:
        return expected.model_validate_json(bytes(body) or b"{}")
    except ValidationError as failure:
        raise _bad_input("field", failure) from None


def explain(failure: Exception) -> tuple[int, ErrorMessage]:
    """The status and the message that an exception becomes at this border."""
    match failure:
        case ControlError():
            return failure.status or 500, failure.message
        case StoreError():
            return _explain_store(failure)
        case IllegalJobMoveError() | IllegalTransitionError():
            return 409, ErrorMessage(
                error="This cannot be done now.",
                why=visible(sentence(str(failure))),
                next_step="Nothing was changed. Somebody else was quicker: `lsync po show` and "
                "`lsync queue show` tell how it stands now.",
            )
        case HTTPException(status_code=404):
            return 404, ErrorMessage(
                error="The daemon knows no such route.",
                why="The command is probably newer than the daemon.",
                next_step="Restart the daemon after an upgrade.",
            )
        case HTTPException(status_code=status, detail=detail):
            return status, ErrorMessage(
                error=detail, next_step="See docs/architecture.md for the routes and their methods."
            )
        case _:
            return 500, ErrorMessage(
                error="The daemon could not do this because of a mistake in lsync.",
                why=visible(f"{type(failure).__name__}: {failure}")[:500],
                next_step="Look in the daemon's log for the details, and please report it.",
            )


def _explain_store(failure: StoreError) -> tuple[int, ErrorMessage]:
    statuses = {DatabaseUnavailable: 503, UnknownJobError: 404, BadJobError: 422}
    found = (status for kind, status in statuses.items() if isinstance(failure, kind))
    status = next(found, 409)
    return status, ErrorMessage(
        error=failure.what,
        why=failure.why,
        next_step=failure.next_step,
        exit_code=failure.exit_code,
    )


async def answer_failure(request: Request, failure: Exception) -> Response:
    """Turn any exception of a route into an ``ErrorMessage``."""
    status, message = explain(failure)
    if status == 500:
        log.error("request failed", path=request.url.path, exc_info=failure)
    return answer(message, status=status)


READ_ONLY = ErrorMessage(
    error="This daemon is read-only here, so nothing was changed.",
    why="It was started with --read-only, or this is its read-only socket.",
    next_step="Use the daemon's full socket.",
)


def _too_large(limit: int) -> ErrorMessage:
    return ErrorMessage(
        error=f"The request is larger than {limit // (1024 * 1024)} MiB.",
        why="The daemon keeps its memory bounded.",
        next_step="Split the file and send the parts one by one.",
        exit_code=2,
    )


def _bad_input(what: str, failure: ValidationError) -> ControlError:
    faults = failure.errors(include_url=False, include_context=False, include_input=False)
    return ControlError(
        ErrorMessage(
            error=f"The request has a bad {what}.",
            why=visible("; ".join(_faults(faults))),
            next_step="Give what is named there as docs/commands.md describes it; nothing was "
            "changed.",
            exit_code=2,
        ),
        status=422,
    )


def _faults(faults: Iterable[object]) -> Iterable[str]:
    for fault in faults:
        if isinstance(fault, dict):
            place = ".".join(str(part) for part in fault["loc"])
            yield f"{place}: {fault['msg']}" if place else str(fault["msg"])
