"""``GET /v1/events``: a listener's queue as server-sent events."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lsync.core.control.errors import ControlError
from lsync.core.control.messages import ErrorMessage, StatusMessage
from lsync.daemon.events import (
    LISTENERS,
    EventHub,
    HubEvent,
    Subscription,
    TooManyListenersError,
)

PING_SECONDS = 15
SEND_SECONDS = 20.0
"""A listener that takes nothing for this long is cut off; it may resume."""

Snapshot = Callable[[], Awaitable[StatusMessage]]


def events_route(hub: EventHub, *, snapshot: Snapshot) -> Route:
    """The live stream. ``snapshot`` makes the status that greets a listener who cannot resume."""

    async def endpoint(request: Request) -> Response:
        return LiveStream(hub, snapshot, request.headers.get("last-event-id"))

    return Route("/v1/events", endpoint, methods=["GET"])


class LiveStream(Response):
    """A response that listens to the hub for as long as it is being sent."""

    def __init__(self, hub: EventHub, snapshot: Snapshot, last_event_id: str | None) -> None:
        """``last_event_id`` is what the listener saw last, if it comes back."""
        super().__init__()
        self._hub = hub
        self._snapshot = snapshot
        self._last = last_event_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Greet, then send what is published until the listener or the daemon goes.

        Raises:
            ControlError: 503 when too many listen already.
        """
        try:
            with self._hub.subscribe() as subscription:
                greeting = await self._greeting()
                stream = EventSourceResponse(
                    self._encoded(greeting, subscription),
                    ping=PING_SECONDS,
                    send_timeout=SEND_SECONDS,
                    sep="\n",
                )
                await stream(scope, receive, send)
        except TooManyListenersError:
            raise ControlError(TOO_MANY, status=503) from None

    async def _greeting(self) -> Sequence[HubEvent]:
        """What was missed, or a snapshot of the present. Newer events are in the queue already."""
        missed = None if self._last is None else self._hub.since(self._last)
        if missed is not None:
            return missed
        now = self._hub.current("resync", None)
        status = HubEvent(now.number, "status", (await self._snapshot()).model_dump_json())
        return [status] if self._last is None else [now, status]

    async def _encoded(
        self, greeting: Sequence[HubEvent], subscription: Subscription
    ) -> AsyncIterator[ServerSentEvent]:
        for event in greeting:
            yield self._encode(event)
        async for event in subscription:
            yield self._encode(event)

    def _encode(self, event: HubEvent) -> ServerSentEvent:
        return ServerSentEvent(data=event.data, event=event.kind, id=self._hub.identify(event))


TOO_MANY = ErrorMessage(
    error=f"The daemon already serves {LISTENERS} live streams.",
    why="Each open dashboard takes one.",
    next_step="Close a dashboard, then try again.",
    exit_code=75,
)
