"""How a client finds its daemon: the few settings that takes, without checking all the others.

Building the whole model takes longer than most commands, and a mistake in another setting is no
reason to keep the person on duty from the running daemon.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lsync.core.settings.paths import default_socket, default_state_dir, socket_candidates
from lsync.core.settings.sources import Found

if TYPE_CHECKING:
    from lsync.core.settings.model import Settings

SECTIONS = ("daemon.", "display.")
OURS = ("daemon.socket", "daemon.state_dir", "daemon.name", "display.timezone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The sockets to try, in order; the daemon's own folder; the zone times are shown in."""

    sockets: tuple[Path, ...]
    state_dir: Path
    zone: ZoneInfo | None = None


def read_reach(found: Mapping[str, Found], *, environment: Mapping[str, str]) -> Reach | None:
    """Return what was given, or None if a rule may be broken, which the whole model then says."""
    given = {key: each.value for key, each in found.items() if key.startswith(SECTIONS)}
    if not all(key in OURS and isinstance(value, str | Path) for key, value in given.items()):
        return None
    try:
        return _read(given, environment)
    except (KeyError, ValueError, OSError, RuntimeError):
        return None


def _read(given: Mapping[str, str | Path], environment: Mapping[str, str]) -> Reach:
    zone = given.get("display.timezone")
    state_dir = _path(given.get("daemon.state_dir")) or default_state_dir(environment)
    named = _path(given.get("daemon.socket"))
    socket = named or default_socket(environment, state_dir=state_dir)
    return Reach(
        sockets=socket_candidates(socket, named=named is not None, environment=environment),
        state_dir=state_dir,
        zone=None if zone is None else ZoneInfo(str(zone)),
    )


def reach_of(settings: "Settings", *, environment: Mapping[str, str] = os.environ) -> Reach:
    """Return the same of settings that were checked."""
    return Reach(
        sockets=socket_candidates(
            settings.daemon.socket,
            named=settings.is_set("daemon.socket"),
            environment=environment,
        ),
        state_dir=settings.daemon.state_dir,
        zone=settings.display.zone,
    )


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value).expanduser()
