"""A transport that sends what is written in one turn of the event loop with one system call.

uvicorn writes head and body of an answer one after the other. Sending them together halves the
time that an answer takes where system calls are dear.
"""

import asyncio
from typing import Any


class GatheringTransport(asyncio.Transport):
    """Passes everything on to another transport, writes at the end of the turn."""

    def __init__(self, inner: asyncio.Transport) -> None:
        super().__init__()
        self._inner = inner
        self._waiting: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep the data until the present turn of the loop is over."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(bytes(data))

    def _flush(self) -> None:
        data, self._waiting = b"".join(self._waiting), []
        if data:
            self._inner.write(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._flush()
        self._inner.close()

    def abort(self) -> None:
        """Close at once; what is kept is lost."""
        self._waiting = []
        self._inner.abort()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As the other transport has it."""
        return self._inner.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """As the other transport has it."""
        return self._inner.is_closing()

    def pause_reading(self) -> None:
        """Stop reading."""
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        self._inner.resume_reading()
