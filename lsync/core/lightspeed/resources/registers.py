"""Registers: opening, closing, what was paid; and the layouts of their buttons."""

from collections.abc import Sequence
from datetime import datetime

from lsync.core.lightspeed.models.outlets import (
    ButtonLayout,
    CountedPayment,
    PaymentsSummary,
    Register,
)
from lsync.core.lightspeed.readers import one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Deletable, gather
from lsync.core.lightspeed.wire import moment_text


class Registers(Deletable[Register]):
    """The tills. There is no list of past closures in the API."""

    kind = Register
    path = "registers"
    single = "the register"
    plural = "the registers"

    async def list(self) -> tuple[Register, ...]:
        """Every register that is not deleted; their number sets the budget."""
        return await gather(self.pages())

    async def open(self, register_id: str, *, at: datetime) -> Register:
        """Open the register as of a time."""
        body = {"register_open_time": moment_text(at)}
        path = (self.path, register_id, "actions", "open")
        return await self._caller.run(
            write("open the register", "PUT", *path, body=body), one(Register)
        )

    async def close(self, register_id: str, *, payments: Sequence[CountedPayment] = ()) -> Register:
        """Close the register with what was counted; this fires `register_closure.create`."""
        body = {"payments": [payment.body() for payment in payments]}
        path = (self.path, register_id, "actions", "close")
        return await self._caller.run(
            write("close the register", "PUT", *path, body=body), one(Register)
        )

    async def payments_summary(self, register_id: str) -> PaymentsSummary:
        """What was paid since the register was opened."""
        call = read("read the payments summary", self.path, register_id, "payments_summary")
        return await self._caller.run(call, one(PaymentsSummary))


class ButtonLayouts(Deletable[ButtonLayout]):
    """The quick keys of registers."""

    kind = ButtonLayout
    path = "button_layouts"
    single = "the button layout"
    plural = "the button layouts"
    since = "2026-01"
