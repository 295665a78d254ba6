"""Sales taxes."""

from lsync.core.lightspeed.models.prices import Tax, TaxDraft
from lsync.core.lightspeed.readers import one
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Collection, gather

SINCE = "2026-01"
"""2.0 only lists taxes; reading one and creating one came with the dated versions."""


class Taxes(Collection[Tax]):
    """Sales taxes."""

    kind = Tax
    path = "taxes"
    single = "the tax"
    plural = "the taxes"

    async def list(self) -> tuple[Tax, ...]:
        """Every tax."""
        return await gather(self.pages())

    async def create(self, draft: TaxDraft) -> Tax:
        """Create a tax; Conflict if one of that name exists."""
        call = write("create the tax", "POST", self.path, body=draft.body(), since=SINCE)
        return await self._caller.run(call, one(Tax))
