"""Where Lightspeed is told to deliver webhooks: building, judging and remembering that address."""

import asyncio
import ipaddress
import json
import socket
from collections.abc import Collection, Iterable
from urllib.parse import SplitResult, urlsplit

from lsync.core.control.errors import ControlError
from lsync.core.domain.sanitise import visible
from lsync.core.store import stored_settings
from lsync.core.store.database import Transaction
from lsync.daemon.operations.missing import bad_input

PATH = "/webhooks/lightspeed"
KEPT = f"{stored_settings.VAULT}webhook_addresses"
HIDDEN = "?token=********"
PUBLIC = (
    "Give the public https address of this daemon's webhook port, or --insecure for a test with "
    "another one."
)
LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")


def delivery_url(base: str, event_type: str) -> str:
    """The address for one type; ``base`` may or may not end with the endpoint's path."""
    trimmed = base.rstrip("/")
    root = trimmed if trimmed.endswith(PATH) else trimmed + PATH
    return f"{root}/{event_type}"


def is_ours(url: str, bases: Collection[str]) -> bool:
    """Whether a subscription delivers to us: below one of the addresses we gave."""
    return any(url.startswith(delivery_url(base, "")) for base in bases)


async def known_bases(tx: Transaction, *, public_url: str | None) -> frozenset[str]:
    """The addresses that are ours: the setting's, and each that was subscribed from here."""
    kept = await stored_settings.find(tx, KEPT)
    given = () if kept is None else json.loads(kept.value)
    return frozenset(given) | ({public_url} if public_url else frozenset())


async def remember(tx: Transaction, *, base: str) -> None:
    """Keep an address that Lightspeed was told, so that its subscriptions are known as ours."""
    known = await known_bases(tx, public_url=None)
    if base not in known:
        value = json.dumps(sorted({*known, base}))
        await stored_settings.put(tx, KEPT, value=value, by="webhook create", now=await tx.now())


def check_plain(url: str) -> None:
    """Refuse what is no plain address, or what holds a password: that would be kept and shown.

    Raises:
        ControlError: 422: no http address, or a user, a query or a fragment in it.
    """
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refused(url, "It is not an http address with the name of a machine.")
    if "@" in parts.netloc:
        raise _refused(
            url,
            "Credentials in the address are not supported: they would be kept and shown with it.",
            next_step="Leave the user and password out; set webhooks.url_token, and each address "
            "is given that token as proof.",
        )
    if parts.query or parts.fragment:
        raise _refused(
            url,
            "It holds a query or a fragment, and the type of webhook is added at its end.",
            next_step="Give it up to the path; webhooks.url_token adds a token to each address.",
        )


async def check_public(url: str) -> None:
    """Refuse a plain address that Lightspeed cannot reach or must not be sent to.

    Raises:
        ControlError: 422: not https, or a private address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        raise _refused(url, "Lightspeed delivers to https addresses only.")
    if host.endswith(LOCAL_NAMES):
        raise _refused(url, f"{visible(host)} is a name of a private network.")
    if not all(_is_public(address) for address in await _addresses(host)):
        raise _refused(url, f"{visible(host)} is an address of a private network.")


def shown_url(url: str) -> str:
    """An address as it may be shown: without user, password and token."""
    parts = _parts(url)
    if parts is None or ("@" in url and "@" not in parts.netloc):
        return "this address"
    query = HIDDEN if "token=" in parts.query else f"?{parts.query}" if parts.query else ""
    place = f"{parts.scheme}://" if parts.scheme else ""
    return visible(f"{place}{parts.netloc.rpartition('@')[2]}{parts.path}{query}")


def _parts(url: str) -> SplitResult | None:
    """The parts of an address; None where it cannot be taken apart."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    return parts


def _refused(url: str, why: str, *, next_step: str = PUBLIC) -> ControlError:
    return bad_input(
        f"Webhooks cannot be delivered to {shown_url(url)}.", why=why, next_step=next_step
    )


async def _addresses(host: str) -> Iterable[str]:
    """What the name stands for; a name that cannot be looked up here may still be public."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return [host]
    return {str(entry[4][0]) for entry in found}


def _is_public(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global
