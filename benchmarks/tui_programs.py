"""What the dashboard's benchmark runs on a terminal: `python -m benchmarks.tui_programs NAME`.

The dashboard plays what a daemon once answered; its rivals are the smallest Textual app and one
with a DataTable that shows the same changes.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

from lsync.core.control.client import ControlClient
from lsync.tui.app import run
from lsync.tui.picture import Playback, Recording

ROWS = 200
TICKS = 20
"""Batches of changes a second."""
CHANGES = 10
"""Changes in each."""
HOUR = 36_000
"""Events of an hour at ten a second."""
RECORDED = Path(__file__).parents[1] / "docs" / "dashboard.json"
STATES = ("pending", "processing", "completed", "failed")
STAMP = "2026-11-23T08:00:00Z"


class Empty(App[None]):
    """The least a Textual app can show."""

    def compose(self) -> ComposeResult:
        yield Static("first paint")


class Table(App[None]):
    """The same jobs and changes in a DataTable."""

    COLUMNS = ("state", "job", "type", "about", "priority", "tries", "when")

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in self.COLUMNS:
            table.add_column(column, key=column)
        for number in range(ROWS, 0, -1):
            cells = (
                "pending",
                str(number),
                "sync.push",
                f"PO-{number}",
                "normal",
                "1/4",
                "08:00:00",
            )
            table.add_row(*cells, key=str(number))
        self._numbers = count()
        self.set_interval(1 / TICKS, self.change)

    def change(self) -> None:
        table = self.query_one(DataTable)
        for _ in range(CHANGES):
            turn = next(self._numbers)
            key = str(ROWS - turn % 20)
            table.update_cell(key, "state", STATES[turn // 20 % len(STATES)])


def job(number: int, state: str) -> dict[str, Any]:
    return {
        "id": number,
        "type": "sync.push",
        "state": state,
        "priority": "normal",
        "attempts": 1,
        "max_attempts": 4,
        "payload": {"order_number": f"PO-{number}"},
        "available_at": STAMP,
        "created_at": STAMP,
    }


class Events(httpx.AsyncByteStream):
    """Changes of jobs as server-sent events: some each tick, or an hour's worth at once."""

    def __init__(self, *, hour: bool) -> None:
        self._hour = hour

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._hour:
            for turn in range(HOUR):
                yield self._event(turn, number=turn + ROWS)
                if turn % 200 == 0:
                    await asyncio.sleep(0)
            await asyncio.Event().wait()
        for turn in count():
            yield self._event(turn, number=ROWS - turn % 20)
            if turn % CHANGES == CHANGES - 1:
                await asyncio.sleep(1 / TICKS)

    @staticmethod
    def _event(turn: int, *, number: int) -> bytes:
        data = json.dumps(job(number, STATES[turn // 20 % len(STATES)]))
        return f"id: b:{turn}\nevent: job\ndata: {data}\n\n".encode()


class Changing(Playback):
    """A recording whose jobs change."""

    def __init__(self, recording: Recording, *, hour: bool) -> None:
        super().__init__(recording)
        self._hour = hour

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/events":
            headers = {"content-type": "text/event-stream"}
            return httpx.Response(200, headers=headers, stream=Events(hour=self._hour))
        if request.url.path == "/v1/jobs":
            rows = [job(number, "pending") for number in range(ROWS, 0, -1)]
            return httpx.Response(200, content=json.dumps(rows))
        return await super().handle_async_request(request)


def dashboard(*, start: str = "overview", changes: bool = False, hour: bool = False) -> None:
    recording = Recording.model_validate_json(RECORDED.read_bytes())
    at = recording.status.at
    kind = Changing(recording, hour=hour) if changes else Playback(recording)

    async def connect() -> ControlClient:
        return ControlClient(kind, address="recording")

    run(connect, start=start, clock=lambda: at)


def main(name: str) -> None:
    match name:
        case "empty":
            Empty().run()
        case "table":
            Table().run()
        case "dashboard":
            dashboard()
        case "changes":
            dashboard(start="jobs", changes=True)
        case "hour":
            dashboard(start="jobs", changes=True, hour=True)


if __name__ == "__main__":
    main(sys.argv[1])
