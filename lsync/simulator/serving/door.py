"""The API's HTTP side: bytes in, bytes out, connections cut on demand. Decides nothing."""

import asyncio
from typing import TYPE_CHECKING

from starlette.types import Message, Receive, Scope, Send

from lsync.simulator.api.call import Answer, Call
from lsync.simulator.api.operation import place
from lsync.simulator.serving.connections import Connections, cut
from lsync.simulator.serving.dispatch import Reply, reply_to
from lsync.simulator.world import World

if TYPE_CHECKING:
    import httpx


class ApiDoor:
    """The ASGI application below `/api`."""

    def __init__(self, world: World, *, connections: Connections) -> None:
        self._world = world
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; one that never arrived whole is not carried out."""
        body = await _read_body(receive)
        if body is None:
            return
        reply = reply_to(self._world, _call_of(scope, body))
        if reply.wait_seconds:
            await asyncio.sleep(reply.wait_seconds)
        if reply.cut is not None:
            await self._cut(scope, receive, reply)
            return
        await _send(send, reply.answer)

    async def _cut(self, scope: Scope, receive: Receive, reply: Reply) -> None:
        transport = self._connections.transport_of(scope)
        if transport is None:
            raise _as_client_sees_it(reply)
        if reply.cut != "hang":
            sent = raw_answer(reply.answer)[: reply.at_byte] if reply.cut == "reset" else b""
            cut(transport, last_bytes=sent)
        while (await receive())["type"] != "http.disconnect":
            pass


def raw_answer(answer: Answer) -> bytes:
    """An answer as HTTP/1.1 bytes, for cutting at a given byte."""
    head = [f"HTTP/1.1 {answer.status} Status"]
    head += [f"{name}: {value}" for name, value in answer.headers]
    head += [f"content-length: {len(answer.body)}", "", ""]
    return "\r\n".join(head).encode() + answer.body


def _as_client_sees_it(reply: Reply) -> "httpx.TransportError":
    """Without a socket (httpx's ASGI transport) the caller's own exception stands for the cut."""
    import httpx

    if reply.cut == "hang":
        return httpx.ReadTimeout("no answer in time")
    if reply.cut == "reset" and reply.at_byte:
        return httpx.ReadError("connection reset in the middle of the answer")
    return httpx.RemoteProtocolError("server disconnected without sending a response")


def _call_of(scope: Scope, body: bytes) -> Call:
    path: str = scope["path"]
    version, segments = place(path)
    return Call(
        method=scope["method"],
        path=path,
        version=version,
        segments=segments,
        query_string=scope["query_string"].decode("latin-1"),
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        },
        body=body,
    )


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when the caller hung up before its end."""
    parts: list[bytes] = []
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(send: Send, answer: Answer) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
