"""One request to the daemon and its answer as a message. Knows no route and no connection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from lsync.core.control.errors import ControlError, refusal
from lsync.core.control.messages.base import ErrorMessage

if TYPE_CHECKING:
    from lsync.core.control.messages import Event
    from lsync.core.control.upload import Upload

Answer = TypeVar("Answer")

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0


class Link(ABC):
    """Sends requests and turns every failure into a ``ControlError``.

    How they travel is the subclass's: ``http_link`` for whatever httpx reaches, ``socket_link``
    for single requests over a Unix socket.
    """

    address: str

    @abstractmethod
    async def aclose(self) -> None:
        """Close the connections."""

    @abstractmethod
    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        content: bytes,
        read_seconds: float,
    ) -> tuple[int, bytes]:
        """Send one request; return the status and the body of its answer.

        Raises:
            DaemonUnreachable: there is none.
        """

    async def send_file(
        self, path: str, *, query: Mapping[str, str], file: Upload, read_seconds: float
    ) -> tuple[int, bytes]:
        """Send a file as the body of a request, like ``send``; piece by piece where that is known.

        Raises:
            ControlError: the file cannot be read to its end.
            DaemonUnreachable: there is no daemon.
        """
        content = b"".join(file.pieces())
        return await self.send(
            "POST", path, query=query, content=content, read_seconds=read_seconds
        )

    @abstractmethod
    def stream(self, path: str, *, last_event_id: str | None = None) -> AsyncGenerator[Event, None]:
        """Yield server-sent events until the daemon ends the stream. Raises like ``get``."""

    async def get(
        self,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        query: Mapping[str, object] | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> Answer:
        """Read ``path``; parameters that are ``None`` are left out.

        Raises:
            ControlError: the daemon refused.
            DaemonUnreachable: it did not answer.
        """
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        answer = await self.send("GET", path, query=given, content=b"", read_seconds=read_seconds)
        return _message(answer, expected, path=path)

    async def post(
        self,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        body: BaseModel | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> Answer:
        """Send ``body`` as JSON. Raises like ``get``."""
        content = b"" if body is None else body.model_dump_json().encode()
        answer = await self.send("POST", path, query={}, content=content, read_seconds=read_seconds)
        return _message(answer, expected, path=path)

    async def post_file(
        self,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        query: Mapping[str, str],
        file: Upload,
        read_seconds: float = READ_SECONDS,
    ) -> Answer:
        """Send a file as it is. Raises like ``get`` and ``send_file``."""
        answer = await self.send_file(path, query=query, file=file, read_seconds=read_seconds)
        return _message(answer, expected, path=path)


def _message(answer: tuple[int, bytes], expected: TypeAdapter[Answer], *, path: str) -> Answer:
    status, content = answer
    if not 200 <= status < 300:
        raise refusal(status, content)
    try:
        return expected.validate_json(content)
    except ValidationError as failure:
        raise _unreadable(path) from failure


def _unreadable(path: str) -> ControlError:
    return ControlError(
        ErrorMessage(
            error=f"The daemon's answer to {path} cannot be read.",
            why="Daemon and client are probably of different versions.",
            next_step="Restart the daemon after an upgrade, then try again.",
        )
    )
