"""Makes a picture of the dashboard: the real app over a daemon, or over messages it once sent.

python -m lsync.tui.picture docs/dashboard.svg                  from docs/dashboard.json
python -m lsync.tui.picture docs/dashboard.svg --record SOCKET  record a daemon first
"""

import argparse
import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel
from textual.pilot import Pilot

from lsync.core.control.client import ControlClient
from lsync.core.control.finding import over_socket
from lsync.core.control.messages import Hello, JobMessage, LogEntry, OrderSummary, StatusMessage
from lsync.tui.app import DashboardApp
from lsync.tui.link import Connect
from lsync.tui.screens.list_pane import ListPane

SIZE = (118, 34)
SETTLE_SECONDS = 0.3
"""The picture is what the screen showed for this long without a change."""
RECORDED_ROWS = 40
"""More than a picture is high."""
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


class Recording(BaseModel):
    """What a daemon answered at one moment, enough to fill every tab."""

    hello: Hello
    status: StatusMessage
    orders: tuple[OrderSummary, ...]
    jobs: tuple[JobMessage, ...]
    log: tuple[LogEntry, ...]

    def answer(self, path: str) -> bytes | None:
        """Return the body of the answer to ``GET path``."""
        name = {"purchase-orders": "orders"}.get(path.removeprefix("/v1/"), path[4:])
        if name not in type(self).model_fields:
            return None
        return self.model_dump_json(include={name}).encode()[len(f'{{"{name}":') : -1]


class Playback(httpx.AsyncBaseTransport):
    """Answers from a recording; nothing happens in it."""

    def __init__(self, recording: Recording) -> None:
        """``recording`` is all there is."""
        self._recording = recording

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if request.url.path == "/v1/events":
            headers = {"content-type": "text/event-stream"}
            return httpx.Response(200, headers=headers, stream=_Silence())
        body = self._recording.answer(request.url.path)
        if body is None:
            return httpx.Response(404, json={"error": "not recorded"})
        return httpx.Response(200, content=body)


class _Silence(httpx.AsyncByteStream):
    """A stream that stays open and says nothing."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""


async def record(client: ControlClient) -> Recording:
    """Ask a daemon for everything a picture needs."""
    return Recording(
        hello=await client.hello(),
        status=await client.status(),
        orders=await client.orders(limit=RECORDED_ROWS),
        jobs=await client.jobs(limit=RECORDED_ROWS),
        log=await client.log(limit=RECORDED_ROWS),
    )


async def take_picture(
    connect: Connect, *, tab: str = "overview", size: tuple[int, int] = SIZE, **app: Any
) -> str:
    """Run the dashboard without a terminal over ``connect`` and return what it shows as SVG.

    ``size`` is in cells; ``app`` are further arguments of ``DashboardApp``. The picture names
    no font to be downloaded.
    """
    dashboard = DashboardApp(connect, start=tab, **app)
    pictures: list[str] = [""]

    async def take(pilot: Pilot[Any]) -> None:
        while not _has_read(dashboard):
            await pilot.pause(0.05)
        while (shown := _drawn(dashboard)) != pictures[-1]:
            pictures.append(shown)
            await pilot.pause(SETTLE_SECONDS)
        dashboard.exit()

    await dashboard.run_async(headless=True, size=size, auto_pilot=take)
    return pictures[-1]


def _has_read(dashboard: DashboardApp) -> bool:
    """Whether the status and, on a tab that is a list, its rows have arrived."""
    screen, session = dashboard.screen, dashboard.session
    rows_read = not isinstance(screen, ListPane) or session.listing(screen.subject).read
    return session.model.status is not None and rows_read


def _drawn(dashboard: DashboardApp) -> str:
    return _FONT_FACES.sub("", dashboard.export_screenshot(title="lsync tui"))


def save_picture(path: Path, connect: Connect, **options: Any) -> None:
    """Save a picture as a file; ``options`` are those of ``take_picture``."""
    path.write_text(asyncio.run(take_picture(connect, **options)), encoding="utf-8")


def play(recording: Recording) -> Connect:
    """Return a way to connect to a recording."""

    async def connect() -> ControlClient:
        return ControlClient(Playback(recording), address="recording")

    return connect


async def _record(socket: Path) -> Recording:
    async with over_socket(socket) as client:
        return await record(client)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make a picture of the dashboard.")
    parser.add_argument("picture", type=Path, help="the SVG file to write")
    parser.add_argument("--record", type=Path, metavar="SOCKET", help="record this daemon first")
    arguments = parser.parse_args()
    kept = arguments.picture.with_suffix(".json")
    if arguments.record is not None:
        recorded = asyncio.run(_record(arguments.record))
        kept.write_text(recorded.model_dump_json(indent=1) + "\n", encoding="utf-8")
    recording = Recording.model_validate_json(kept.read_bytes())
    at = recording.status.at
    save_picture(arguments.picture, play(recording), clock=lambda: at, zone=UTC)


if __name__ == "__main__":
    main()
