"""Looks at this installation: files, daemon, database, Lightspeed. Judges nothing itself."""

import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path

import httpx

import lsync
from lsync.cli.connection import connect, find
from lsync.cli.doctor import judging
from lsync.cli.doctor.judging import Finding
from lsync.cli.failures import explain
from lsync.cli.options import General
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import Hello
from lsync.core.lightspeed import WEBHOOK_TYPES
from lsync.core.settings import (
    SECRET_KEYS,
    Settings,
    SettingsError,
    SourceKind,
    find_config_file,
)
from lsync.core.settings.reaching import reach_of
from lsync.core.store.errors import StoreError
from lsync.core.store.migrate import status
from lsync.core.store.source_reading import count_approved, database_at, reading
from lsync.core.store.source_tables import check_layout
from lsync.core.store.source_writing import writing

ANSWER_SECONDS = 10.0


def look_at_files(given: General, settings: Settings) -> list[Finding]:
    """The settings file, the socket, the disk, the versions of what runs."""
    findings = []
    path = find_config_file(given.config, environment=os.environ, directory=Path.cwd())
    if path is not None:
        secrets = [key for key in SECRET_KEYS if settings.origin(key).kind is SourceKind.FILE]
        findings.append(
            judging.judge_secret_file(str(path), mode=_mode(path), secrets=len(secrets))
        )
    socket = settings.daemon.socket
    if socket.is_socket():
        findings.append(judging.judge_socket(str(socket), mode=_mode(socket)))
    state_dir = settings.daemon.state_dir
    place = next(each for each in (state_dir, *state_dir.parents) if each.exists())
    findings.append(judging.judge_disk(str(place), free=shutil.disk_usage(place).free))
    findings.append(judging.judge_versions(_versions()))
    return findings


def look_at_database(settings: Settings) -> Finding:
    """Whether the database can be reached and its tables are up to date."""
    try:
        found = status(settings.database_url, settings.database.table_prefix)
    except StoreError as error:
        return Finding(
            check="database",
            state="failed",
            message=f"{error.what} {error.why}",
            fix=error.next_step,
        )
    if found.obstacle:
        return Finding(
            check="database",
            state="failed",
            message=found.obstacle.what,
            fix=found.obstacle.next_step,
        )
    return judging.judge_schema(
        found.database, current=found.current, pending=found.pending, too_new=found.too_new
    )


async def look_at_source(settings: Settings) -> list[Finding]:
    """Whether the back office's own order tables are there, where the settings name any."""
    layout, url = settings.source.layout(), settings.source.url
    if layout is None:
        return []
    where = settings.database_url if url is None else url.get_secret_value()
    database = database_at(where)
    try:
        async with writing(database) as tx:
            await check_layout(tx, layout)
        async with reading(database) as tx:
            approved = await count_approved(tx, layout)
    except StoreError as error:
        told = f"{error.what} {error.why}"
        return [Finding(check="source", state="failed", message=told, fix=error.next_step)]
    finally:
        await database.aclose()
    return [judging.judge_source(layout.orders_table, approved=approved, states=layout.states)]


async def look_at_daemon(settings: Settings) -> Finding:
    """Whether a daemon answers."""
    hello: Hello | None = None
    why = ""
    try:
        async with await find(reach_of(settings)) as client:
            hello = await client.hello()
    except ControlError as error:
        why = error.message.why
    return judging.judge_daemon(hello, version=lsync.__version__, why=why)


async def look_at_lightspeed(given: General, settings: Settings) -> AsyncIterator[Finding]:
    """Whether Lightspeed answers, takes the token, shares our time and sends webhooks."""
    try:
        async with connect(given) as client:
            yield judging.judge_vend(await client.vend_test())
            yield await _subscriptions(client, settings)
    except (ControlError, StoreError) as error:
        told = explain(error)
        yield Finding(
            check="lightspeed",
            state="failed",
            message=f"{told.what} {told.why}",
            fix=told.next_step,
        )
        return
    yield judging.judge_clock(datetime.now(UTC), await _their_time(settings))


async def _subscriptions(client: ControlClient, settings: Settings) -> Finding:
    return judging.judge_subscriptions(
        await client.subscriptions(),
        expected=WEBHOOK_TYPES,
        public_url=settings.webhooks.public_url,
        secret=settings.lightspeed.webhook_secret is not None,
    )


async def _their_time(settings: Settings) -> datetime | None:
    """The time in an answer's head; the request needs no token and changes nothing."""
    try:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as http:
            answer = await http.head(settings.api_url())
        return parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, SettingsError, KeyError, ValueError):
        return None


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _versions() -> dict[str, str]:
    installed = {
        name: metadata.version(name) for name in judging.FLOORS if name not in {"python", "sqlite"}
    }
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **installed,
    }
