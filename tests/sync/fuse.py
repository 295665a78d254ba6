"""Kills the process at a chosen point: before or after any HTTP call and any commit."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from lsync.core.store.database import Database


class Killed(BaseException):
    """The process ends here. No handler of ordinary errors may catch it."""


@dataclass
class Fuse:
    """Burns at the point number ``at``, counted from 0; ``None`` never burns."""

    at: int | None = None
    points: list[str] = field(default_factory=list)

    def pass_point(self, name: str) -> None:
        """Count a point; the process is killed at the chosen one."""
        self.points.append(name)
        if len(self.points) - 1 == self.at:
            raise Killed(name)

    def again(self, at: int | None = None) -> None:
        """Start counting anew, as a new process does."""
        self.at = at
        self.points.clear()

    def wire(self, transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        """Return the transport with a point before and after each call."""
        return _Fused(transport, self)

    def watch(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        """Put a point before and after each commit, those of shared pieces of work included."""
        commit, call = database._commit, database.call

        async def fused(*given: Any) -> None:
            self.pass_point("before a commit")
            await commit(*given)
            self.pass_point("after a commit")

        async def fused_call(*given: Any, **options: Any) -> Any:
            self.pass_point("before a commit")
            done = await call(*given, **options)
            self.pass_point("after a commit")
            return done

        patch.setattr(database, "_commit", fused)
        if database.dialect == "sqlite":  # elsewhere a call commits as any transaction does
            patch.setattr(database, "call", fused_call)


class _Fused(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        self._fuse.pass_point(f"before {what}")
        response = await self._inner.handle_async_request(request)
        self._fuse.pass_point(f"after {what}")
        return response
