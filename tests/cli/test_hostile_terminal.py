"""Hostile text, wherever another program or Lightspeed wrote it, reaches no terminal raw.

Every reading command runs on one pseudo-terminal, in one process, over a database full of it.
"""

import asyncio
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lsync.core.domain.job import Priority
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.domain.records import (
    ApiLogEntry,
    LogStatus,
    MappingKind,
    MappingSource,
    SyncLogEntry,
)
from lsync.core.queue import NewJob, enqueue, pause
from lsync.core.store import api_log, mappings, orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.deliveries import Delivery, keep_step
from tests.cli.conftest import Shell
from tests.cli.test_commands import HOSTILE
from tests.cli.test_help import COMMANDS

pytestmark = pytest.mark.process
NOW = datetime(2026, 3, 1, tzinfo=UTC)
OWN = re.compile(rb"\x1b\[(?:[0-9;]*m|2K|1A|\?25[hl])")
"""What commands send themselves: colours, and the moves of a progress bar."""
NUMBER = "PO-EVIL"
READ = {
    "po show": NUMBER,
    "sync status": NUMBER,
    "sync plan": NUMBER,
    "sync prove": NUMBER,
    "sync history": NUMBER,
    "queue show": "1",
    "queue edit": "1 --payload {}",
    "log show": "1",
    "log call": "1",
    "log export": "evil.csv",
    "webhook show": "1",
    "po note": f"{NUMBER} x",
    "po edit": f"{NUMBER} --note x",
    "po submit": NUMBER,
    "po hold": NUMBER,
    "po release": NUMBER,
    "po import": "nowhere.csv",
    "config show": "",
    "help": "po",
}
LEFT_OUT = {
    *("daemon", "demo", "simulator", "tui", "web", "queue work", "vend login", "db backup"),
    *("po receive", "po invoice", "stock adjust", "stock import", "stock retry"),
    *("config init", "config set", "config unset", "db upgrade"),
    *("decide accept", "decide reject", "map set", "map remove", "webhook create"),
    *("webhook delete", "webhook replay", "webhook test", "vend probe", "queue prune"),
}
"""Commands that run on, ask a person, or only repeat what was given to them."""
RUN_ALL = """
import sys
from lsync.cli.app import app
for line in open("commands.txt", encoding="utf-8"):
    words = line.split()
    print("=== ", *words, flush=True)
    try:
        app(words)
    except SystemExit:
        pass
    sys.stdout.flush()
"""


async def fill(url: str) -> None:
    async with await Database.open(url) as database, database.write() as tx:
        order_id = await write_order(tx)
        problem = Problem(code=ProblemCode.UNKNOWN_SKU, message=HOSTILE, fix=HOSTILE)
        await orders.put_problems(tx, order_id, problems=[problem], now=NOW)
        await write_records(tx)
        job = NewJob(type="sync.push", payload={"x": HOSTILE}, priority=Priority.HIGH)
        await enqueue(tx, job, now=NOW)
        await pause(tx, now=NOW, by=f"by{HOSTILE}", reason=f"why{HOSTILE}")


async def write_order(tx: Transaction) -> int:
    line = OrderLine(line_no=1, sku=f"K{HOSTILE}", name=f"N{HOSTILE}", quantity=Decimal(1))
    order = PurchaseOrder(
        order_number=NUMBER,
        supplier=f"S{HOSTILE}",
        outlet=f"O{HOSTILE}",
        note=f"note{HOSTILE}",
        supplier_invoice=f"=cmd{HOSTILE}",
        state=OrderState.APPROVED,
        sync_state=SyncState.FAILED,
        lines=(line,),
    )
    return orders.stored_id(await orders.insert(tx, order, now=NOW))


async def write_records(tx: Transaction) -> None:
    entry = SyncLogEntry(
        created_at=NOW,
        operation=f"op{HOSTILE}"[:30],
        step="stop",
        status=LogStatus.FAILED,
        message=f"=HYPERLINK(){HOSTILE}\nsecond",
        detail={HOSTILE: HOSTILE, "requests": ["r-1"]},
        order_number=NUMBER,
    )
    await sync_log.append(tx, entry)
    call = ApiLogEntry(
        created_at=NOW,
        request_id="r-1",
        method="GET",
        path=f"/x{HOSTILE}",
        status=500,
        duration_ms=1.0,
        response_headers={"x": HOSTILE},
        response_body=HOSTILE,
        error=HOSTILE,
    )
    await api_log.append(tx, call)
    await mappings.put(
        tx,
        MappingKind.SUPPLIER,
        local_id=f"S{HOSTILE}",
        lightspeed_id="s-1",
        source=MappingSource.PERSON,
        now=NOW,
    )
    hook = Delivery(
        event_type=f"sale{HOSTILE}"[:30],
        digest="d",
        body=HOSTILE,
        verdict="verified",
        source=f"from{HOSTILE}"[:40],
    )
    look = NewJob(type="webhook.process", payload={})
    await tx.call(lambda cursor: keep_step(cursor, deliveries=[hook], job=look))


def on_terminal(shell: Shell) -> bytes:
    """Run all of ``commands.txt`` on a pseudo-terminal and return every byte."""
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    running = subprocess.Popen(
        [sys.executable, "-c", RUN_ALL],
        cwd=shell.directory,
        env={
            **os.environ,
            **shell.variables,
            "TERM": "xterm-256color",
            "LSYNC_PAGER": "cat -u",
        },
        stdin=subprocess.DEVNULL,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    seen = b""
    while True:
        try:
            seen += os.read(screen, 65536)
        except OSError:
            break
    os.close(screen)
    running.wait(60)
    return seen


@pytest.fixture
def hostile_shell(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell over a database in which every outside text is hostile; Lightspeed is away."""
    file = empty_shell.directory / "lsync.db"
    file.write_bytes(sqlite_template.read_bytes())
    empty_shell.variables |= {
        "LSYNC_DATABASE__URL": f"sqlite:///{file}",
        "LIGHTSPEED_BASE_URL": "http://127.0.0.1:9",
        "LIGHTSPEED_API_TOKEN": "t",
    }
    asyncio.run(fill(f"sqlite:///{file}"))
    return empty_shell


def test_no_command_sends_hostile_text_to_a_terminal(hostile_shell: Shell) -> None:
    names = sorted(set(COMMANDS) - LEFT_OUT)
    lines = [f"{name.removesuffix(' search')} {READ.get(name, '')}".strip() for name in names]
    (hostile_shell.directory / "commands.txt").write_text("\n".join(lines), encoding="utf-8")
    ran = 0
    for part in on_terminal(hostile_shell).split(b"=== ")[1:]:
        command = part.partition(b"\n")[0].decode().strip()
        bare = OWN.sub(b"", part).decode()
        raw = {each for each in bare if each < " " and each not in "\r\n\t"}
        raw |= {each for each in bare if each in "\x7f\x9b\u202e"}
        assert not raw, (command, bare)
        assert "Traceback" not in bare, (command, bare)
        assert "does not expect" not in bare, (command, bare)
        ran += 1
    assert ran == len(names)


def test_no_cell_of_an_export_is_a_formula(hostile_shell: Shell) -> None:
    assert hostile_shell("log", "export", "evil.csv").code == 0
    text = (hostile_shell.directory / "evil.csv").read_bytes()
    assert b"HYPERLINK" in text
    assert not re.search(rb'(^|,|\n)"?[=+@-]', text)
    assert not any(byte in text for byte in (b"\x1b", b"\x07", "\u202e".encode()))
