"""Routes of goods and money beside the order."""

from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import invoicing, receiving
from lsync.daemon.routes.answers import IMPORT_BYTES, changing, read_body
from lsync.daemon.routes.deeds import who


async def receive(request: Request, application: Application) -> m.ReceiveReport:
    """Record goods that were counted here."""
    wanted = await read_body(request, m.ReceiveRequest)
    number = request.path_params["number"]
    return await receiving.receive(application, number, wanted, by=who(request))


async def import_invoices(request: Request, application: Application) -> m.InvoiceReport:
    """Take in supplier invoices."""
    wanted = await read_body(request, m.InvoiceRequest, limit=IMPORT_BYTES)
    return await invoicing.take(application, wanted, by=who(request))


def routes() -> list[Route]:
    """This family's routes. Numbers may hold slashes: they come before those of the orders."""
    return [
        changing("/v1/purchase-orders/{number:path}/receive", receive),
        changing("/v1/invoices", import_invoices),
    ]
