"""What handlers of the control side share: reading JSON, answering mistakes."""

import functools
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lsync.simulator.refusal import Refusal

Handler = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler) -> Handler:
    """A handler whose refusals and mistakes become 4xx answers."""

    @functools.wraps(handler)
    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as refusal:
            return JSONResponse(refusal.body(), status_code=refusal.status)
        except (ValueError, TypeError, OverflowError) as error:
            return JSONResponse({"error": "Bad Request", "message": str(error)}, status_code=400)

    return handle


async def json_object(request: Request, *, known: Collection[str]) -> dict[str, Any]:
    """The body as an object with `known` keys, empty when there is none.

    ValueError for anything else: what is misspelled would be left undone without a word.
    """
    body = await request.json() if await request.body() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004  a caller's mistake, answered with 400
    unknown = [key for key in body if key not in known]
    if unknown:
        keys = f"known: {', '.join(known)}" if known else "the body is to be empty"
        raise ValueError(f"unknown key {unknown[0]!r}; {keys}")
    return body


def as_objects(body: Any) -> list[dict[str, Any]]:
    """One object or an array of them; raises ValueError for anything else."""
    items = body if isinstance(body, list) else [body]
    if not all(isinstance(item, dict) for item in items):
        raise ValueError("the body must be one JSON object or an array of them")
    return items
