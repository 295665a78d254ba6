"""Who may command the daemon, and that the kernel says who it is."""

import asyncio
import contextlib
import os
import pwd
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lsync.daemon.serving.deadlines import Limits, OpenConnections
from lsync.daemon.serving.peers import Peer, PeerProtocol, may_command, read_peer
from lsync.daemon.serving.server import EmbeddedServer


def test_own_user_root_and_group_members_may_command() -> None:
    member = Peer(pid=1, uid=1001, groups=frozenset({50}))
    assert may_command(Peer(pid=1, uid=7), own_uid=7, group=None)
    assert may_command(Peer(pid=1, uid=0), own_uid=7, group=None)
    assert may_command(member, own_uid=7, group=50)


def test_strangers_may_not() -> None:
    stranger = Peer(pid=1, uid=1001, groups=frozenset({50}))
    assert not may_command(stranger, own_uid=7, group=None)
    assert not may_command(stranger, own_uid=7, group=51)


def test_the_kernel_names_the_process_on_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        peer = read_peer(ours)
    assert (peer.pid, peer.uid) == (os.getpid(), os.getuid())
    assert os.getgid() in peer.groups


def test_a_user_without_a_name_is_its_number() -> None:
    assert Peer(pid=1, uid=4_000_123).name == "4000123"


ASK = """
import os, socket, sys
user = int(sys.argv[2])
if user != os.getuid():
    os.setgroups([]), os.setgid(user), os.setuid(user)
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
client.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
while chunk := client.recv(4096):
    sys.stdout.buffer.write(chunk)
"""


async def name_of(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.scope["state"]["peer"].name)


@contextlib.asynccontextmanager
async def serving(path: Path) -> AsyncIterator[None]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    listener.setblocking(False)
    await asyncio.to_thread(path.chmod, 0o666)
    server = EmbeddedServer(
        Starlette(routes=[Route("/", name_of)]),
        protocol=partial(PeerProtocol, open_connections=OpenConnections(Limits())),
    )
    running = asyncio.create_task(server.run_until_stopped(listener))
    yield
    server.stop()
    await running


async def ask(path: Path, *, user: int) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASK, str(path), str(user), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        return (await process.communicate())[0]


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A place that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def test_the_daemons_own_user_is_served_and_known_by_name(open_directory: Path) -> None:
    async with serving(open_directory / "s"):
        answer = await ask(open_directory / "s", user=os.getuid())
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(pwd.getpwuid(os.getuid()).pw_name.encode())


async def test_another_user_is_told_why_it_is_refused(open_directory: Path) -> None:
    if os.geteuid() != 0:
        return  # only root can become somebody else
    async with serving(open_directory / "s"):
        answer = await ask(open_directory / "s", user=65534)
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"group lsync" in answer
