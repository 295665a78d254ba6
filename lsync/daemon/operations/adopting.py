"""Taking over the links of an older integration."""

from lsync.core.control import messages as m
from lsync.core.store.foreign_links import read_links
from lsync.core.sync.adopting import Adoption, adopt, plan_adoption
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import not_allowed


async def take_over(application: Application, request: m.AdoptRequest, *, by: str) -> m.AdoptReport:
    """Check the links of a table, or take over what a dry run has shown.

    Raises:
        ControlError: 409 something changed since the dry run; nothing was linked.
        UnreadableTable: the table or a column does not exist.
    """
    async with application.database.read() as tx:
        links = await read_links(
            tx,
            request.table,
            order_column=request.order_column,
            consignment_column=request.consignment_column,
        )
    if request.commit is None:
        return _report(await plan_adoption(application.engine, links))
    done = await adopt(application.engine, links, expected=request.commit, by=by)
    if done.state_hash != request.commit:
        raise not_allowed(
            "Nothing was taken over.",
            why="Links, orders or consignments have changed since the dry run.",
            next_step="Run `lsync adopt` again and look at what it shows.",
        )
    return _report(done)


def _report(done: Adoption) -> m.AdoptReport:
    return m.AdoptReport(
        links=tuple(
            m.AdoptedLink(
                order_number=each.link.order_number,
                consignment_id=each.link.consignment_id,
                state=each.state.value,
                remark=each.remark,
            )
            for each in done.links
        ),
        state_hash=done.state_hash,
        adopted=done.adopted,
        held=done.held,
    )
