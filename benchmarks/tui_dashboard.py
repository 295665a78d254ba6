"""The dashboard on a pseudo-terminal of 80x24: start, changes, idling, a long log, memory."""

import asyncio
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, interleaved, median_ratio
from lsync.tui.view.log import log_table
from lsync.tui.view.words import Moment
from lsync.tui.widgets.line_table import LineTable

ROOT = Path(__file__).parents[1]
CHANGE_SECONDS = 6.0
SETTLE_SECONDS = 3.0
IDLE_SECONDS = 8.0
FEW, MANY = 1_000, 1_000_000
KEYS = 60
MIB = 1024 * 1024
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Screen:
    """A program on a pseudo-terminal."""

    process: "subprocess.Popen[bytes]"
    main: int
    started: float
    written: bytes = b""

    def until(self, part: bytes) -> float:
        """Seconds from the start until the program has written ``part``."""
        while part not in self.written:
            self.read(0.5)
            assert self.process.poll() is None, self.written[-500:]
        return time.perf_counter() - self.started

    def read(self, seconds: float) -> None:
        if select.select([self.main], [], [], seconds)[0]:
            self.written += os.read(self.main, 65536)

    def watch(self, seconds: float) -> tuple[float, int]:
        """CPU seconds used and bytes written within so many seconds."""
        before, size, end = self.cpu(), len(self.written), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)
        return self.cpu() - before, len(self.written) - size

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory(self) -> int:
        """Resident bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def on_a_terminal(name: str) -> Iterator[Screen]:
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tui_programs", name],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(side)
    try:
        yield Screen(process, main, started)
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(OSError):
            while os.read(main, 65536):
                pass
        process.wait()
        os.close(main)


def run() -> list[Figure]:
    """Measure everything; rivals in turns."""
    return [_start(), *_changes(), _idle(), _long_log(), _memory()]


def _start() -> Figure:
    def first(name: str, part: bytes) -> float:
        with on_a_terminal(name) as screen:
            return screen.until(part)

    ours, theirs = interleaved(
        [lambda: first("dashboard", b"PO-"), lambda: first("empty", b"first paint")], rounds=5
    )
    return Figure(
        name="first useful paint / an empty Textual app",
        value=median_ratio(ours, theirs),
        goal=1.8,
        note=f"{statistics.median(ours):.2f} s against {statistics.median(theirs):.2f} s",
    )


def _changes() -> list[Figure]:
    def measure(name: str) -> tuple[float, int]:
        with on_a_terminal(name) as screen:
            screen.until(b"sync.push")
            screen.watch(SETTLE_SECONDS)
            return screen.watch(CHANGE_SECONDS)

    pairs = [(measure("changes"), measure("table")) for _ in range(3)]
    cpu = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    written = statistics.median(ours[1] / theirs[1] for ours, theirs in pairs)
    note = "200 changes/s; ours arrive as events, parsed and sorted in"
    return [
        Figure(name="CPU of changes / DataTable", value=cpu, goal=0.2, note=note),
        Figure(name="bytes of changes / DataTable", value=written, goal=0.2, note=note),
    ]


def _idle() -> Figure:
    with on_a_terminal("dashboard") as screen:
        screen.until(b"PO-")
        screen.watch(SETTLE_SECONDS)
        _, written = screen.watch(IDLE_SECONDS)
    return Figure(
        name="bytes written while nothing happens", value=float(written), unit="B", goal=0.0
    )


def _memory() -> Figure:
    with on_a_terminal("hour") as screen:
        screen.until(b"36199")
        screen.watch(SETTLE_SECONDS)
        used = screen.memory() / MIB
    return Figure(
        name="memory after an hour of events",
        value=used,
        unit="MiB",
        goal=120,
        note="36,000 events",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """As much of a log entry as its row shows; whole ones would measure pydantic's memory."""

    id: int
    created_at: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    status: str = "ok"
    order_number: str = "PO-1001"
    operation: str = "push"
    step: str = "lines"
    message: str = "12 lines verified"
    duration_ms: float = 182.0


def _long_log() -> Figure:
    few, many = asyncio.run(_key_to_paint(FEW)), asyncio.run(_key_to_paint(MANY))
    return Figure(
        name=f"key to paint, {MANY:,} log rows / {FEW:,}",
        value=statistics.median(many) / statistics.median(few),
        goal=1.3,
        note=f"{statistics.median(many) * 1000:.1f} ms",
    )


async def _key_to_paint(rows: int) -> list[float]:
    from textual.app import App, ComposeResult
    from textual.pilot import Pilot

    from lsync.tui.widgets.toned import TONE_CLASSES

    table: LineTable[Row] = LineTable(log_table(lambda: Moment(now=MOMENT, zone=UTC)), id="t")  # type: ignore[arg-type]  # rows look like entries

    class Log(App[None]):
        COMPONENT_CLASSES = TONE_CLASSES

        def compose(self) -> ComposeResult:
            yield table

        def get_default_screen(self):  # type: ignore[no-untyped-def]  # the library's
            from textual.screen import Screen

            class Toned(Screen[None]):
                COMPONENT_CLASSES = TONE_CLASSES

            return Toned()

    taken: list[float] = []

    async def press(pilot: Pilot[None]) -> None:
        table.show([Row(number) for number in range(rows)])
        table.focus()
        await pilot.pause()
        table.go(rows // 2)
        await pilot.pause()
        for _ in range(KEYS):
            started = time.perf_counter()
            await pilot.press("j")
            taken.append(time.perf_counter() - started)

    app = Log()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot)
    return taken


MOMENT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
