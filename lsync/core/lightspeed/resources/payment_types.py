"""Payment types."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.prices import PaymentType
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.resources.resource import Resource, gather


class PaymentTypes(Resource):
    """The ways to pay. They can only be listed."""

    def pages(
        self,
        *,
        outlet_id: str | None = None,
        currency: str | None = None,
        only_lspay: bool | None = None,
        after: int | None = None,
        page_size: int | None = None,
        deleted: bool | None = None,
    ) -> AsyncIterator[Page[PaymentType]]:
        """Payment types by rising version, of one outlet or currency or of all."""
        query = {
            "outlet_id": outlet_id,
            "currency": currency,
            "only_lspay": only_lspay,
            "page_size": page_size,
            "deleted": deleted,
        }
        doing = "list the payment types"
        return self._walk(PaymentType, doing, "payment_types", after=after, query=query)

    async def list(self) -> tuple[PaymentType, ...]:
        """Every payment type that is not deleted."""
        return await gather(self.pages())
