"""Sales, their payments and returns."""

from lsync.core.lightspeed.models.sale_drafts import SaleDraft
from lsync.core.lightspeed.models.sales import Sale
from lsync.core.lightspeed.readers import one
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Collection

WRITING_SINCE = "2026-01"


class Sales(Collection[Sale]):
    """What was sold. Payments are part of a sale: they are added by updating it."""

    kind = Sale
    path = "sales"
    single = "the sale"
    plural = "the sales"

    async def create(self, draft: SaleDraft) -> Sale:
        """Record a sale. With an id of the caller's own, look for it after OutcomeUnknown."""
        body = draft.body()
        call = write("create the sale", "POST", self.path, body=body, since=WRITING_SINCE)
        return await self._caller.run(call, one(Sale))

    async def update(self, sale_id: str, draft: SaleDraft) -> Sale:
        """Change a sale, its lines or payments; entries with an id change, others are added."""
        body = draft.body()
        call = write("update the sale", "PUT", self.path, sale_id, body=body, since=WRITING_SINCE)
        return await self._caller.run(call, one(Sale))

    async def start_return(self, sale_id: str) -> Sale:
        """Begin the return of a closed sale: creates a parked sale with negative quantities."""
        path = (self.path, sale_id, "actions", "return")
        call = write("return the sale", "POST" if self._caller.dated else "PUT", *path)
        return await self._caller.run(call, one(Sale))
