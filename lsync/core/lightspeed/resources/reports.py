"""The reports that the API offers. There are no others."""

from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.models.consignments import ConsignmentTotals
from lsync.core.lightspeed.models.outlets import PaymentsSummary
from lsync.core.lightspeed.models.people import SaleTotals
from lsync.core.lightspeed.requests import Envelope
from lsync.core.lightspeed.resources.consignments import Consignments
from lsync.core.lightspeed.resources.registers import Registers
from lsync.core.lightspeed.resources.users import Users


class Reports:
    """The figures Lightspeed computes, gathered from the resources they belong to."""

    def __init__(self, caller: Caller, *, envelope: Envelope) -> None:
        self._consignments = Consignments(caller, envelope=envelope)
        self._registers = Registers(caller)
        self._users = Users(caller)

    async def payment_summary(self, register_id: str) -> PaymentsSummary:
        """What was paid at a register since it was opened."""
        return await self._registers.payments_summary(register_id)

    async def user_sale_totals(self, user_id: str) -> tuple[SaleTotals, ...]:
        """What a user sold, by period."""
        return await self._users.sale_totals(user_id)

    async def consignment_totals(self, consignment_id: str) -> ConsignmentTotals:
        """Sums over the lines of a consignment."""
        return await self._consignments.totals(consignment_id)
