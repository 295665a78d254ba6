"""A control server in memory: the real client talks to it over an httpx transport."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx
from pydantic import BaseModel

from lsync.core.control import messages as m
from lsync.core.control.client import ControlClient, DaemonUnreachable
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from tests.tui import samples
from tests.tui.fake_changes import Changes

Answer = BaseModel | Sequence[BaseModel] | None
FINISHED = None


class EventStream(httpx.AsyncByteStream):
    """The bytes of one open event stream."""

    def __init__(self, queue: "asyncio.Queue[m.Event | None]") -> None:
        self._queue = queue

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (event := await self._queue.get()) is not FINISHED:
            data = "null" if event.data is None else json.dumps(event.data)
            yield f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


class FakeDaemon(Changes, httpx.AsyncBaseTransport):
    """Answers the control protocol from lists; remembers what it was asked to do."""

    def __init__(self) -> None:
        self.up = True
        self.orders = {order.order_number: order for order in reversed(samples.ORDERS)}
        self.jobs = {job.id: job for job in samples.JOBS}
        self.log = list(samples.LOG)
        self.calls = list(samples.API_CALLS)
        self.webhooks = list(samples.WEBHOOKS)
        self.settings = list(samples.SETTINGS)
        self.vend_test = m.VendTest(
            ok=True, message="Lightspeed answers.", base_url="https://example.test/api/2026-07"
        )
        self.status = samples.status()
        self.hello = samples.HELLO
        self.done: list[str] = []
        """Everything that changed something, in order: ``sync PO-1001``."""
        self.resumed_from: list[str | None] = []
        self.refusal: m.ErrorMessage | None = None
        self.details_wait = asyncio.Event()
        """Clear it to hold back the answers with one order whole."""
        self.details_wait.set()
        self.actions_wait = asyncio.Event()
        """Clear it to hold back everything that changes something."""
        self.actions_wait.set()
        self._streams: list[asyncio.Queue[m.Event | None]] = []
        self._events = 0

    # What tests do to it

    async def connect(self) -> ControlClient:
        """Find the daemon, as the command line does."""
        if not self.up:
            raise DaemonUnreachable("No daemon answers on /run/example.sock.")
        return ControlClient(self, address="/run/example.sock")

    def emit(self, kind: Any, message: BaseModel | None = None) -> None:
        """Send an event to everyone who listens."""
        self._events += 1
        data = None if message is None else message.model_dump(mode="json")
        event = m.Event(id=f"b1:{self._events}", kind=kind, data=data)
        for stream in self._streams:
            stream.put_nowait(event)

    def stop(self) -> None:
        """Go away: streams end and nobody answers."""
        self.up = False
        for stream in self._streams:
            stream.put_nowait(FINISHED)
        self._streams.clear()

    def start(self) -> None:
        """Come back."""
        self.up = True

    # What the client asks

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("refused")
        path = request.url.path.removeprefix("/v1/")
        if path == "events":
            return self._stream(request)
        body = await request.aread()
        if re.fullmatch("purchase-orders/[^/]+", path):
            await self.details_wait.wait()
        if request.method == "POST":
            await self.actions_wait.wait()
        if request.method == "POST" and self.refusal is not None:
            return _json(self.refusal, status=409)
        answer = self._answer(request, path, body)
        if answer is None:
            return _json(m.ErrorMessage(error=f"{path} is unknown."), status=404)
        return _json(answer)

    def _stream(self, request: httpx.Request) -> httpx.Response:
        queue: asyncio.Queue[m.Event | None] = asyncio.Queue()
        self._streams.append(queue)
        self.resumed_from.append(request.headers.get("last-event-id"))
        return httpx.Response(
            200, headers={"content-type": "text/event-stream"}, stream=EventStream(queue)
        )

    def _answer(self, request: httpx.Request, path: str, body: bytes) -> Answer:
        query = dict(request.url.params)
        routes: tuple[tuple[str, Callable[..., Answer]], ...] = (
            *self.change_routes(query, body),
            ("GET hello", lambda: self.hello),
            ("GET status", lambda: self.status),
            ("GET purchase-orders", lambda: self._orders(query)),
            ("POST purchase-orders/approve", lambda: self._approve(body)),
            ("POST purchase-orders/(.+)/sync", lambda number: self._sync(number, body)),
            ("GET purchase-orders/(.+)/plan", self._plan),
            ("GET purchase-orders/(.+)", self._order),
            ("GET jobs", lambda: self._jobs(query)),
            ("GET jobs/(.+)", lambda number: self.jobs.get(int(number))),
            ("POST jobs/bulk", lambda: self._bulk(body)),
            ("POST jobs/(.+)/(retry|cancel)", self._change_job),
            ("POST queue/(pause|resume)", self._pause),
            ("GET log", lambda: self._log(query)),
            ("GET log/(.+)", self._entry),
            ("GET api-log", lambda: self._calls(query)),
            ("GET api-log/(.+)", self._call),
            ("GET webhooks/events", lambda: self._webhooks(query)),
            ("GET webhooks/subscriptions", lambda: samples.SUBSCRIPTIONS),
            ("POST webhooks/subscriptions", self._subscribe),
            ("GET settings", lambda: self.settings),
            ("POST vend/test", lambda: self.vend_test),
        )
        for pattern, answer in routes:
            found = re.fullmatch(pattern, f"{request.method} {path}")
            if found:
                return answer(*found.groups())
        return None

    def _order(self, number: str) -> m.OrderDetail | None:
        found = self.orders.get(number)
        return samples.detail(found) if found else None

    def _entry(self, number: str) -> m.LogEntry | None:
        return next((each for each in self.log if each.id == int(number)), None)

    def _orders(self, query: dict[str, str]) -> list[m.OrderSummary]:
        rows = [
            each
            for number, each in reversed(self.orders.items())
            if ("after" not in query or number in self._older(query["after"]))
            and each.state == query.get("state", each.state)
            and each.sync_state == query.get("sync_state", each.sync_state)
            and query.get("text", "").lower() in f"{number} {each.supplier}".lower()
        ]
        return rows[: int(query["limit"])]

    def _older(self, number: str) -> list[str]:
        """Orders are listed newest first, by when they were entered."""
        entered = list(self.orders)
        return entered[: entered.index(number)]

    def _jobs(self, query: dict[str, str]) -> list[m.JobMessage]:
        rows = [
            each.model_copy(update={"history": ()})
            for number, each in sorted(self.jobs.items(), reverse=True)
            if ("after" not in query or number < int(query["after"]))
            and each.state == query.get("state", each.state)
            and each.type == query.get("type", each.type)
            and query.get("text", "").lower() in f"{each.payload} {each.error}".lower()
        ]
        return rows[: int(query["limit"])]

    def _log(self, query: dict[str, str]) -> list[m.LogEntry]:
        rows = [
            each
            for each in self.log
            if ("before" not in query or each.id < int(query["before"]))
            and each.status == query.get("status", each.status)
            and each.order_number == query.get("order", each.order_number)
            and query.get("text", "").lower() in f"{each.message} {each.order_number}".lower()
        ]
        return rows[: int(query["limit"])]

    def _calls(self, query: dict[str, str]) -> list[m.ApiCall]:
        rows = [
            call
            for call in self.calls
            if ("before" not in query or call.id < int(query["before"]))
            and call.order_number == query.get("order", call.order_number)
        ]
        return rows[: int(query["limit"])]

    def _call(self, number: str) -> m.ApiCall | None:
        found = next((call for call in self.calls if call.id == int(number)), None)
        return samples.whole_call(found) if found else None

    def _webhooks(self, query: dict[str, str]) -> list[m.WebhookEvent]:
        before = int(query.get("before", 10**9))
        return [event for event in self.webhooks if event.id < before]

    def _subscribe(self) -> Answer:
        self.done.append("subscribe")
        return samples.SUBSCRIPTIONS

    def _plan(self, number: str) -> m.PlanMessage:
        return m.PlanMessage(
            order_number=number,
            action="push",
            steps=(
                m.PlanStep(step="create", description="create the consignment", calls=1),
                m.PlanStep(step="lines", description="add 12 lines in one call", calls=1),
                m.PlanStep(step="verify", description="read the lines back", calls=1),
                m.PlanStep(step="send", description="mark it sent", calls=1),
            ),
            calls=4,
            problems=self.orders[number].problems,
            budget=samples.BUDGET,
            state_hash="abc",
        )

    def _sync(self, number: str, body: bytes) -> m.SyncAccepted:
        request = m.SyncRequest.model_validate_json(body)
        self.done.append(f"{'retry' if request.retry else 'sync'} {number}")
        self._put(self.orders[number].model_copy(update={"sync_state": SyncState.QUEUED}))
        return m.SyncAccepted(order_number=number, job_id=99)

    def _approve(self, body: bytes) -> list[m.ApprovedOrder]:
        numbers = m.ApproveRequest.model_validate_json(body).order_numbers
        self.done.append(f"approve {' '.join(numbers)}")
        for number in numbers:
            self._put(self.orders[number].model_copy(update={"state": OrderState.APPROVED}))
        return [m.ApprovedOrder(order_number=each, approved=True, job_id=100) for each in numbers]

    def _put(self, order: m.OrderSummary) -> None:
        self.orders[order.order_number] = order
        self.emit("order", order)

    def _bulk(self, body: bytes) -> m.BulkPlan | m.BulkResult:
        request = m.BulkRequest.model_validate_json(body)
        moves = {"retry": {"failed", "cancelled"}, "cancel": {"pending"}, "discard": {"failed"}}
        ids = [each for each in request.ids if self.jobs[each].state in moves[request.action]]
        if request.commit is None:
            sample = tuple(f"job {each}" for each in ids[:5])
            return m.BulkPlan(
                action=request.action, count=len(ids), sample=sample, state_hash=f"h{ids}"
            )
        assert request.commit == f"h{ids}"
        self.done.append(f"{request.action} {ids}")
        return m.BulkResult(action=request.action, changed=len(ids))

    def _pause(self, verb: str) -> list[m.PauseMessage]:
        self.done.append(verb)
        pause = m.PauseMessage(type="*", reason="r", paused_by="me", paused_at=samples.NOW)
        pauses = (pause,) if verb == "pause" else ()
        queue = self.status.queue.model_copy(update={"pauses": pauses})
        self.status = self.status.model_copy(update={"queue": queue})
        return list(pauses)

    def _change_job(self, text: str, verb: str) -> m.JobMessage:
        number = int(text)
        self.done.append(f"{verb} job {number}")
        state = JobState.PENDING if verb == "retry" else JobState.CANCELLED
        self.jobs[number] = self.jobs[number].model_copy(update={"state": state})
        self.emit("job", self.jobs[number])
        return self.jobs[number]


def _json(answer: BaseModel | Sequence[BaseModel], *, status: int = 200) -> httpx.Response:
    if isinstance(answer, BaseModel):
        return httpx.Response(status, text=answer.model_dump_json())
    rows = ",".join(each.model_dump_json() for each in answer)
    return httpx.Response(status, text=f"[{rows}]")
