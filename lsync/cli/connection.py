"""The way from a command to the control application: over the socket, or in this process.

What only some ways take is loaded on them: a third of a short command's time is loading.
"""

import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from lsync.cli.failures import USAGE, Failure
from lsync.cli.options import General, general
from lsync.cli.output import Output

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lsync.core.control.client import ControlClient
    from lsync.core.control.errors import DaemonSilent
    from lsync.core.settings import Settings
    from lsync.core.settings.reaching import Reach

Result = TypeVar("Result")
Work = Callable[["ControlClient"], Coroutine[Any, Any, Result]]

STARTING_SECONDS = 3.0
"""How long a daemon that has its lock is waited for until its socket is there."""
LOOK_SECONDS = 0.05


def ask(
    ctx: typer.Context,
    work: "Work[Result]",
    *,
    loop: bool = False,
    daemon: bool = False,
    database: bool = True,
    stored: bool = True,
) -> Result:
    """Run ``work`` with a client and return what it returns.

    It may await nothing but the client, unless it is given an event ``loop``, which takes a tenth
    of a short command's time.

    With ``daemon`` only a running daemon will do; otherwise the same application is opened in
    this process over the configured database when none answers. Unless ``database`` is needed,
    it is opened without one too; without ``stored`` the settings kept in it are left aside.

    Raises:
        ControlError: the daemon refused, or nobody could be asked.
    """
    given = general(ctx)
    silent = None
    if not loop:
        from lsync.core.control.direct_link import at_once

        client, silent = _find_directly(given)
        if client is not None:
            return at_once(work(client))
    import asyncio

    async def session() -> Result:
        async with connect(
            given, daemon=daemon, database=database, stored=stored, silent=silent
        ) as client:
            return await work(client)

    return asyncio.run(session())


def _find_directly(given: General) -> "tuple[ControlClient | None, DaemonSilent | None]":
    """A client for ``at_once``, if a daemon answers; else why it need not be asked again."""
    from lsync.core.control.direct_link import at_once
    from lsync.core.control.errors import DaemonSilent, DaemonUnreachable
    from lsync.core.control.finding import directly, find_daemon

    reach = look(given)
    _check_socket(given)
    try:
        return at_once(find_daemon(reach.sockets, connect=directly)), None
    except DaemonSilent as silent:
        return None, silent
    except DaemonUnreachable:
        return None, None


@asynccontextmanager
async def connect(
    given: General,
    *,
    daemon: bool = False,
    database: bool = True,
    stored: bool = True,
    silent: "DaemonSilent | None" = None,
) -> "AsyncIterator[ControlClient]":
    """A client of the daemon, or of the application in this process. See ``ask``.

    One that was ``silent`` a moment ago is not waited for again.
    """
    from lsync.core.control.errors import DaemonUnreachable

    reach = look(given)
    _check_socket(given)
    try:
        if silent is not None:
            raise silent
        client = await _find_or_wait(reach)
    except DaemonUnreachable as unreachable:
        settings = load(given)
        if daemon or _forbidden(unreachable):
            raise
        told = unreachable.message.error
    else:
        async with client:
            yield client
        return
    from lsync.cli.in_process import open_application

    async with open_application(
        settings,
        reload=partial(load, given) if stored else lambda _: settings,
        verbose=given.verbose,
        note=lambda text: Output(quiet=given.quiet).note(f"{told} {text}"),
        database_needed=database,
    ) as client:
        yield client


def load(given: General, stored: Mapping[str, str] | None = None) -> "Settings":
    """The settings as this command sees them; from then on times are shown in their zone.

    ``stored`` are the values kept in the database.

    Raises:
        SettingsError: a value breaks its rule.
    """
    from lsync.core.settings import load_settings

    settings = load_settings(config=given.config, stored=stored, flags=_flags(given))
    _show_times_in(settings.display.zone)
    return settings


def look(given: General) -> "Reach":
    """Where the daemon may be; from then on times are shown in the zone of the settings.

    Raises:
        SettingsError: a file cannot be read, or a value that this takes breaks its rule.
    """
    from lsync.core.settings.gathering import gather
    from lsync.core.settings.reaching import reach_of, read_reach

    found = gather(config=given.config, flags=_flags(given))
    reach = read_reach(found, environment=os.environ) or reach_of(load(given))
    _show_times_in(reach.zone)
    return reach


def _flags(given: General) -> dict[str, object]:
    return {"daemon.socket": given.socket}


def _show_times_in(zone: "ZoneInfo | None") -> None:
    if zone is not None:
        # The C library's own way to say it, so that every part of this process agrees.
        os.environ["TZ"] = zone.key
        time.tzset()


async def find(reach: "Reach", *, lasting: bool = False) -> "ControlClient":
    """The client of the first daemon that answers; ``lasting`` for one with live events.

    Raises:
        DaemonUnreachable: none does.
    """
    from lsync.core.control.finding import find_daemon, for_a_command, over_socket

    return await find_daemon(reach.sockets, connect=over_socket if lasting else for_a_command)


async def _find_or_wait(reach: "Reach") -> "ControlClient":
    """Like ``find``, but a daemon that is just starting is given a moment to answer."""
    import asyncio

    from lsync.core.control.errors import DaemonUnreachable

    ends = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            return await find(reach)
        except DaemonUnreachable as unreachable:
            late = time.monotonic() > ends
            if late or _forbidden(unreachable) or not _is_starting(reach):
                raise
            await asyncio.sleep(LOOK_SECONDS)


def _is_starting(reach: "Reach") -> bool:
    """Whether a daemon has its folder, though it does not answer yet."""
    from lsync.daemon.serving.lock import is_held

    return is_held(reach.state_dir / "daemon.lock")


def _check_socket(given: General) -> None:
    """Refuse a path that was named as the socket and cannot be one.

    Raises:
        Failure: something else is there.
    """
    path = given.socket
    if path is not None and path.exists() and not path.is_socket():
        raise Failure(
            f"{path} is not a socket.",
            why="--socket names the control socket of a running daemon.",
            next_step="Give the daemon's socket, or leave the option out.",
            code=USAGE,
        )


def _forbidden(unreachable: BaseException) -> bool:
    """Whether a daemon is there that this user may not talk to: then going round it is wrong."""
    from lsync.core.control.errors import ACCESS, ControlError

    return isinstance(unreachable, ControlError) and unreachable.message.next_step == ACCESS
