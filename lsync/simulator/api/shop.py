"""Outlets, suppliers and registers over HTTP."""

from typing import Final

from lsync.simulator.api.operation import operation
from lsync.simulator.api.records import getter, lister
from lsync.simulator.entities import Record
from lsync.simulator.table import Table
from lsync.simulator.world import World


def outlets(world: World) -> Table[Record]:
    """The outlets."""
    return world.outlets


def suppliers(world: World) -> Table[Record]:
    """The suppliers."""
    return world.suppliers


def registers(world: World) -> Table[Record]:
    """The registers; their number sets the call budget."""
    return world.registers


_OUTLETS: Final = "outlets:read"
_SUPPLIERS: Final = "suppliers:read"
_REGISTERS: Final = "registers:read"

OPERATIONS: Final = (
    operation("ListOutlets", "GET /outlets", lister(outlets), scope=_OUTLETS),
    operation("GetOutletByID", "GET /outlets/{id}", getter(outlets, "outlet"), scope=_OUTLETS),
    operation("ListSuppliers", "GET /suppliers", lister(suppliers), scope=_SUPPLIERS),
    operation(
        "GetSupplierByID", "GET /suppliers/{id}", getter(suppliers, "supplier"), scope=_SUPPLIERS
    ),
    operation("ListRegisters", "GET /registers", lister(registers), scope=_REGISTERS),
    operation(
        "GetRegisterByID", "GET /registers/{id}", getter(registers, "register"), scope=_REGISTERS
    ),
)
