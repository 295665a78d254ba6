"""The sender's address behind a proxy: no text of a header is taken for one."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from lsync.daemon.serving.proxies import SenderBehindProxy, address_of

PROXY = ("192.0.2.1", 4711)


async def sender(header: bytes | None, *, peer: tuple[str, int] = PROXY) -> tuple[str, int]:
    """Whom an application behind the proxy 192.0.2.1 takes for the sender."""
    seen = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"])

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [] if header is None else [(b"x-forwarded-for", header)]
    scope = {"type": "http", "client": peer, "headers": headers}
    await SenderBehindProxy(app, proxies=["192.0.2.1", "10.0.0.0/8"])(scope, receive, send)
    (client,) = seen
    return tuple(client)


@pytest.mark.parametrize(
    ("header", "host"),
    [
        (None, "192.0.2.1"),
        (b"203.0.113.7", "203.0.113.7"),
        (b"203.0.113.7:5000", "203.0.113.7"),
        (b"[2001:DB8::1]:5000", "2001:db8::1"),
        (b"claimed, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        (b"203.0.113.7, claimed", "192.0.2.1"),
        (b"fe80::1%eth0", "192.0.2.1"),
        (b"", "192.0.2.1"),
    ],
)
async def test_a_trusted_proxy_names_the_sender_by_address(header: bytes, host: str) -> None:
    assert (await sender(header))[0] == host


async def test_another_peer_speaks_for_itself_only() -> None:
    peer = ("198.51.100.9", 1)
    assert await sender(b"203.0.113.7", peer=peer) == peer


@given(st.text(max_size=80))
def test_nothing_but_an_address_is_one(text: str) -> None:
    found = address_of(text)
    assert found is None or str(ipaddress.ip_address(found)) == found
