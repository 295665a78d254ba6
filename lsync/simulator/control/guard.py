"""What handlers of the control side share: reading JSON, answering mistakes."""

import functools
from collections.abc import Awaitable, Callable
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


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object, empty when there is none; raises ValueError for anything else."""
    body = await request.json() if await request.body() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004  a caller's mistake, answered with 400
    return body


def as_objects(body: Any) -> list[dict[str, Any]]:
    """One object or an array of them; raises ValueError for anything else."""
    items = body if isinstance(body, list) else [body]
    if not all(isinstance(item, dict) for item in items):
        raise ValueError("the body must be one JSON object or an array of them")
    return items
