"""Routes of what words stand for."""

from collections.abc import Sequence

from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.records import MappingKind
from lsync.daemon.application import Application
from lsync.daemon.operations import mappings
from lsync.daemon.routes.answers import (
    PAGE_LIMIT,
    Limit,
    Query,
    changing,
    read_body,
    read_query,
    reading,
)
from lsync.daemon.routes.deeds import who


class MappingsQuery(Query):
    """``GET /v1/mappings``."""

    kind: MappingKind | None = None
    limit: Limit = PAGE_LIMIT
    skip: int = Field(default=0, ge=0)


class SuggestionsQuery(Query):
    """``GET /v1/mappings/suggestions``."""

    order: str | None = None


async def list_mappings(request: Request, application: Application) -> Sequence[m.MappingMessage]:
    """What words stand for."""
    query = read_query(request, MappingsQuery)
    return await mappings.list_mappings(
        application, kind=query.kind, limit=query.limit, skip=query.skip
    )


async def set_mapping(request: Request, application: Application) -> m.MappedMessage:
    """Remember what a word stands for."""
    wanted = await read_body(request, m.MapRequest)
    return await mappings.set_mapping(application, wanted, by=who(request))


async def remove_mapping(request: Request, application: Application) -> Sequence[m.MappingMessage]:
    """Forget what a word stands for."""
    return await mappings.remove_mapping(application, await read_body(request, m.UnmapRequest))


async def suggest(request: Request, application: Application) -> Sequence[m.SuggestionMessage]:
    """What unknown words may mean."""
    return await mappings.suggest(application, order=read_query(request, SuggestionsQuery).order)


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/mappings", list_mappings),
        changing("/v1/mappings", set_mapping),
        changing("/v1/mappings/remove", remove_mapping),
        reading("/v1/mappings/suggestions", suggest),
    ]
