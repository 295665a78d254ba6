"""The client's methods for what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.expecting import many
from lsync.core.control.link import Link

ANSWER_SECONDS = 120.0
"""Many answers are carried out one after the other while the caller waits."""


class DecisionCalls:
    """One typed method for each route about decisions. Raises as ``ControlClient`` says."""

    _link: Link

    async def decisions(
        self,
        *,
        state: str | None = None,
        kind: str | None = None,
        order: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> tuple[m.DecisionMessage, ...]:
        """Questions that match, newest first; ``before`` is the last id of the page before."""
        query = {"state": state, "kind": kind, "order": order, "limit": limit, "before": before}
        return await self._link.get("/v1/decisions", many(m.DecisionMessage), query=query)

    async def answer(
        self, ids: Sequence[int], answer: Literal["accept", "reject"], *, note: str | None = None
    ) -> tuple[m.AnsweredDecision, ...]:
        """Give the same answer to each question; one that is refused does not stop the others."""
        body = m.AnswerRequest(ids=tuple(ids), answer=answer, note=note)
        return await self._link.post(
            "/v1/decisions", many(m.AnsweredDecision), body=body, read_seconds=ANSWER_SECONDS
        )
