"""Routes of what waits for a person."""

from collections.abc import Sequence

from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.decision import DecisionKind, DecisionState
from lsync.core.store.decisions import DecisionFilter
from lsync.daemon.application import Application
from lsync.daemon.operations import decisions
from lsync.daemon.routes.answers import (
    PAGE,
    Limit,
    Query,
    Several,
    changing,
    read_body,
    read_query,
    reading,
)
from lsync.daemon.routes.deeds import who


class DecisionsQuery(Query):
    """``GET /v1/decisions``."""

    state: Several[DecisionState] = ()
    kind: Several[DecisionKind] = ()
    order: str | None = None
    limit: Limit = PAGE
    before: int | None = Field(default=None, ge=0, lt=2**63)


async def list_decisions(request: Request, application: Application) -> Sequence[m.DecisionMessage]:
    """Questions, newest first."""
    query = read_query(request, DecisionsQuery)
    matching = DecisionFilter(states=query.state, kinds=query.kind, order=query.order)
    return await decisions.list_decisions(
        application, matching=matching, limit=query.limit, before=query.before
    )


async def answer(request: Request, application: Application) -> Sequence[m.AnsweredDecision]:
    """Answer questions."""
    wanted = await read_body(request, m.AnswerRequest)
    return await decisions.answer(application, wanted, by=who(request))


def routes() -> list[Route]:
    """This family's routes."""
    return [reading("/v1/decisions", list_decisions), changing("/v1/decisions", answer)]
