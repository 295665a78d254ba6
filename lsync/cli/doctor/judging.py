"""Turns what was measured into findings. Pure: every measurement is an argument."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from lsync.cli.moments import duration
from lsync.cli.wording import count, listing

if TYPE_CHECKING:
    from lsync.core.control.messages import Hello, VendTest, WebhookSubscription

State = Literal["ok", "warning", "failed"]

SKEW_ALLOWED: Final = timedelta(seconds=30)
FREE_ALLOWED: Final = 500 * 1024 * 1024
"""Bytes below which a full disk is near: a busy week of logs."""
FLOORS: Final[Mapping[str, str]] = {
    "python": "3.11.15",
    "sqlite": "3.53.3",
    "starlette": "1.3.1",
    "h11": "0.16.0",
    "anyio": "4.14.2",
    "idna": "3.15",
    "PyMySQL": "1.1.1",
    "aiomysql": "0.3.2",
    "Pygments": "2.20",
}
"""Versions below which a known weakness is present; older ones work and are warned about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. ``fix`` says what to do when it is not ok."""

    check: str
    state: State
    message: str
    fix: str = ""

    def model_dump(self, *, mode: str) -> dict[str, Any]:  # noqa: ARG002 - as the messages have it
        """The finding as JSON-ready values."""
        return {
            "check": self.check,
            "state": self.state,
            "message": self.message,
            "fix": self.fix,
        }


def judge_daemon(hello: "Hello | None", *, version: str, why: str = "") -> Finding:
    """Whether a daemon answers, of the same version."""
    if hello is None:
        return _failed("daemon", f"None answers. {why}".strip(), "Start it: `lsync daemon`.")
    if hello.version != version:
        told = f"It is lsync {hello.version}, this command is {version}."
        return _warning("daemon", told, "Restart the daemon after an upgrade.")
    return _ok("daemon", f"lsync {hello.version} answers, process {hello.pid}.")


def judge_secret_file(path: str, *, mode: int, secrets: int) -> Finding:
    """Whether others may read a settings file that holds secrets."""
    if secrets and mode & 0o077:
        told = f"{path} holds {count(secrets, 'secret')} and others may read it."
        return _warning("settings file", told, f"chmod 600 {path}, or 640 with lsync's group.")
    return _ok("settings file", f"{path} is readable by the right people.")


def judge_socket(path: str, *, mode: int) -> Finding:
    """Whether anybody may steer the daemon."""
    if mode & 0o007:
        return _failed("socket", f"Everybody may open {path}.", f"chmod o-rwx {path}")
    return _ok("socket", f"{path} is closed to strangers.")


def judge_clock(here: datetime, there: datetime | None) -> Finding:
    """Whether this machine and Lightspeed agree about the time."""
    if there is None:
        return _warning("clock", "Lightspeed did not tell its time.", "Try again later.")
    skew = abs(here - there)
    if skew > SKEW_ALLOWED:
        told = f"This machine is {duration(skew.total_seconds())} off Lightspeed's time."
        return _warning("clock", told, "Switch time keeping on: `timedatectl set-ntp true`.")
    return _ok("clock", "This machine and Lightspeed agree about the time.")


def judge_disk(path: str, *, free: int) -> Finding:
    """Whether there is room for what is written every day."""
    told = f"{free // 2**20} MiB free at {path}."
    if free < FREE_ALLOWED:
        return _warning("disk", told, "Make room, or move daemon.state_dir to a larger disk.")
    return _ok("disk", told)


def judge_schema(
    database: str, *, current: str | None, pending: Sequence[str], too_new: bool
) -> Finding:
    """Whether the tables are those of this program."""
    if too_new:
        told = f"{database} was made by a newer lsync ({current})."
        return _failed("database", told, "Upgrade lsync.")
    if current is None:
        told = f"{database} has no tables yet."
        return _failed("database", told, "Start `lsync daemon`, or run `lsync db upgrade`.")
    if pending:
        told = f"{database} is {count(len(pending), 'revision')} behind."
        return _failed("database", told, "Run `lsync db upgrade`.")
    return _ok("database", f"{database} is up to date ({current}).")


def judge_source(table: str, *, approved: int, states: Sequence[str]) -> Finding:
    """Whether a back office's own order tables hold anything for lsync."""
    told = f"{table} can be used; {count(approved, 'order is', 'orders are')} approved there."
    if not approved:
        fix = f"Compare the values of its state column with source.*_states: {listing(states)}."
        return _warning("source", told, fix)
    return _ok("source", told)


def judge_vend(tried: "VendTest") -> Finding:
    """Whether Lightspeed answers and takes the token."""
    if tried.ok:
        return _ok("lightspeed", f"{tried.message} Outlets: {listing(tried.outlets)}.")
    return _failed("lightspeed", tried.message, tried.next_step)


def judge_subscriptions(
    found: "Iterable[WebhookSubscription]",
    *,
    expected: Sequence[str],
    public_url: str | None,
    secret: bool,
) -> Finding:
    """Whether Lightspeed will tell us of changes, and whether we will believe it."""
    ours = {each.type for each in found if each.ours and each.active}
    if public_url is None and not ours:
        told = "webhooks.public_url is not set; changes are found by polling only."
        return _warning("webhooks", told, "Set it and run `lsync webhook create`, or leave it so.")
    missing = [each for each in expected if each not in ours]
    if missing:
        told = f"Not subscribed: {listing(missing)}."
        return _warning("webhooks", told, "Run `lsync webhook create`.")
    if not secret:
        told = "lightspeed.webhook_secret is not set, so every webhook is refused."
        return _failed("webhooks", told, "Set it to the application's client secret.")
    return _ok("webhooks", f"All {len(expected)} types are subscribed.")


def judge_versions(found: Mapping[str, str]) -> Finding:
    """Whether something has a known weakness."""
    old = [
        f"{name} {version} (below {FLOORS[name]})"
        for name, version in found.items()
        if name in FLOORS and _parts(version) < _parts(FLOORS[name])
    ]
    if old:
        return _warning("versions", f"Known weaknesses: {listing(old)}.", "Upgrade them.")
    return _ok("versions", "Nothing with a known weakness.")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _ok(check: str, message: str) -> Finding:
    return Finding(check=check, state="ok", message=message)


def _warning(check: str, message: str, fix: str) -> Finding:
    return Finding(check=check, state="warning", message=message, fix=fix)


def _failed(check: str, message: str, fix: str) -> Finding:
    return Finding(check=check, state="failed", message=message, fix=fix)
