"""How many no-op jobs a second queues over a server carry out: ours on MariaDB and its peers."""

import asyncio
import statistics
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks import peers, servers
from benchmarks.figures import Figure, interleaved, median_ratio
from benchmarks.queue_ours import drain
from lsync.core.store import migrate
from tests.databases import run_mariadb

JOBS = 2_000
PEERS_JOBS = 500
ROUNDS = 3
Rivals = dict[str, Callable[[], float]]


def run() -> list[Figure]:
    """Measure in turns, every one with its own durable server on this machine."""
    with ExitStack() as stack:
        rivals = {"ours": _ours(stack), **_peers(stack)}
        readings = dict(zip(rivals, interleaved(list(rivals.values()), rounds=ROUNDS), strict=True))
    ours = readings.pop("ours")
    return [
        Figure(
            name=f"drain, MariaDB, against {name}",
            value=median_ratio(ours, theirs),
            better="higher",
            note=f"{statistics.median(theirs):,.0f} against {statistics.median(ours):,.0f} jobs/s",
        )
        for name, theirs in readings.items()
    ]


def _ours(stack: ExitStack) -> Callable[[], float]:
    server = stack.enter_context(contextmanager(run_mariadb)())
    url = server.create_database("lsync")
    migrate.upgrade(url)
    return lambda: asyncio.run(drain(url, JOBS))


def _peers(stack: ExitStack) -> Rivals:
    """Return the peers that can run here; say of the others why not."""
    postgresql = stack.enter_context(servers.postgresql())
    redis = stack.enter_context(servers.redis())
    wanted = [
        ("procrastinate", "PostgreSQL", postgresql, peers.drain_procrastinate),
        ("pgqueuer", "PostgreSQL", postgresql, peers.drain_pgqueuer),
        ("saq", "Redis, AOF always", redis, peers.drain_saq),
    ]
    rivals: Rivals = {}
    for module, server, url, drain_peer in wanted:
        if not peers.is_installed(module):
            print(f"without {module}: it is not installed (make bench)")
        elif url is not None:
            rivals[f"{module} ({server})"] = partial(drain_peer, url, PEERS_JOBS)
    return rivals
