"""The client's methods for what words stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsync.core.control import messages as m
from lsync.core.control.expecting import many, one
from lsync.core.control.link import Link

if TYPE_CHECKING:
    from lsync.core.control.messages.mappings import MappableKind


class MappingCalls:
    """One typed method for each route about mappings. Raises as ``ControlClient`` says."""

    _link: Link

    async def mappings(
        self, *, kind: str | None = None, limit: int | None = None, skip: int | None = None
    ) -> tuple[m.MappingMessage, ...]:
        """What local words stand for, by kind and word."""
        query = {"kind": kind, "limit": limit, "skip": skip}
        return await self._link.get("/v1/mappings", many(m.MappingMessage), query=query)

    async def map(self, kind: MappableKind, local_id: str, target: str) -> m.MappedMessage:
        """Remember what a word stands for; queues the orders that it unblocks."""
        body = m.MapRequest(kind=kind, local_id=local_id, target=target)
        return await self._link.post("/v1/mappings", one(m.MappedMessage), body=body)

    async def unmap(self, kind: MappableKind, local_id: str) -> tuple[m.MappingMessage, ...]:
        """Forget what a word stands for; answers what was forgotten."""
        body = m.UnmapRequest(kind=kind, local_id=local_id)
        return await self._link.post("/v1/mappings/remove", many(m.MappingMessage), body=body)

    async def suggestions(self, *, order: str | None = None) -> tuple[m.SuggestionMessage, ...]:
        """Unknown words of orders that are still to go out, with what they may mean."""
        query = {"order": order}
        return await self._link.get(
            "/v1/mappings/suggestions", many(m.SuggestionMessage), query=query
        )
