"""Opening the dashboard over whatever daemon answers, on this machine or by SSH on another."""

import os
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsync.cli.connection import find, look
from lsync.cli.failures import USAGE, Failure
from lsync.cli.options import General
from lsync.daemon.collector import collect_rarely

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.settings.reaching import Reach

Connect = Callable[[], "Awaitable[ControlClient]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the dashboard shows first; ``None`` leaves it as it was left."""

    view: str | None = None
    typed: str | None = None
    order: str | None = None
    job: int | None = None

    def arguments(self) -> dict[str, Hashable]:
        """As arguments of the dashboard.

        Raises:
            Failure: two of them exclude each other.
        """
        named = [("orders", self.order), ("jobs", self.job)]
        wanted = [(view, key) for view, key in named if key is not None]
        if len(wanted) > 1 or (wanted and self.view not in {None, wanted[0][0]}):
            raise Failure(
                "The dashboard can open one thing at a time.",
                next_step="Name an order or a job, without another view.",
                code=USAGE,
            )
        view, key = wanted[0] if wanted else (self.view, None)
        if self.typed is not None and (view is None or view == "overview"):
            raise Failure(
                "--filter needs a view with a list.",
                next_step="For example `lsync tui jobs --filter state:failed`.",
                code=USAGE,
            )
        return {"start": view, "typed": self.typed, "key": key}


def open_dashboard(
    given: General,
    *,
    opening: Opening = Opening(view="overview"),
    remembers: bool = False,
    mouse: bool = True,
    host: str | None = None,
    read_only: bool = False,
) -> int:
    """Run the dashboard until the person leaves; the exit code.

    It starts without a daemon too and connects as soon as one answers. With ``remembers`` it goes
    on as it was left.

    Raises:
        SettingsError: a setting is wrong.
        Failure: the other machine cannot be reached, or the arguments exclude each other.
    """
    from lsync.tui.app import run

    collect_rarely()
    arguments = opening.arguments()
    reach = look(given)
    with ExitStack() as stack:
        if host is None:
            connect = connecting(reach, read_only=read_only)
        else:
            from lsync.cli.remote import forwarded_socket

            connect = stack.enter_context(forwarded_socket(host, read_only=read_only)).connect
        return run(
            connect,
            mouse=mouse,
            zone=reach.zone,
            kept_in=kept_in(os.environ) if remembers else None,
            read_only=read_only,
            host=host or "",
            doctor=None if host else partial(_examine, given),
            **arguments,
        )


def connecting(reach: "Reach", *, read_only: bool) -> Connect:
    """How the dashboard finds the daemon; with ``read_only`` by the socket that only reads.

    A daemon without such a socket is asked on its own; then it is this side that sends nothing.
    """
    return partial(_find_reading, reach) if read_only else partial(find, reach, lasting=True)


async def _find_reading(reach: "Reach") -> "ControlClient":
    from lsync.core.control.finding import find_daemon, reading_socket

    beside = [reading_socket(path) for path in reach.sockets]
    return await find_daemon([path for path in beside if path.exists()] or reach.sockets)


def kept_in(environ: Mapping[str, str]) -> Path:
    """The file that holds what the dashboard remembers of this person."""
    from lsync.tui.preferences import NAME

    base = environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    return Path(base) / "lsync" / NAME


def _examine(given: General) -> list[tuple[str, str, str, str]]:
    """Doctor's findings: check, state, message and fix."""
    from lsync.cli.doctor.command import examine

    return [(each.check, each.state, each.message, each.fix) for each in examine(given)]
