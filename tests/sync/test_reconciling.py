"""Looking again without being told."""

from dataclasses import replace
from datetime import timedelta

from lsync.core.domain.order import SyncState
from lsync.core.domain.problem import ProblemCode
from lsync.core.queue import NewJob
from tests.sync.retailer import Retailer, done


async def test_a_line_changed_without_a_new_version_is_found(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    line = next(iter(consignment.lines))
    line.count *= 2
    await retailer.queue(NewJob(type="sync.poll"))
    await retailer.run_jobs()
    assert (await retailer.order()).sync_state is SyncState.SYNCED
    await retailer.queue(NewJob(type="sync.reconcile"))
    await retailer.run_jobs()
    order = await retailer.order()
    assert order.sync_state is SyncState.DRIFTED
    assert [problem.code for problem in order.problems] == [ProblemCode.QUANTITY_DOUBLED]


async def test_only_what_can_still_change_is_looked_at(retailer: Retailer) -> None:
    for number in ("PO-1", "PO-2", "PO-3"):
        await retailer.approve(number)
        done(await retailer.push(number))
    first, second, _ = retailer.world.consignments
    await retailer.receive(first.id)
    retailer.world.consignments.put(replace(second, status="CANCELLED"))
    for number in ("PO-1", "PO-2"):
        done(await retailer.pull(number))
    before = retailer.calls
    await retailer.queue(NewJob(type="sync.reconcile"))
    ran = await retailer.run_jobs()
    assert [kind for kind, _ in ran] == ["sync.reconcile", "sync.pull"]
    assert retailer.calls - before == 2


async def test_a_create_that_came_after_every_quiet_period_is_found_by_the_sweep(
    retailer: Retailer,
) -> None:
    """The honest limit: it cannot be prevented, so it is found and said."""
    await retailer.approve()
    await retailer.fault("late_execution", count=1, method="POST", seconds=3600)
    done(await retailer.push_to_the_end())
    retailer.clock.move(timedelta(hours=2))
    await retailer.queue(NewJob(type="sync.sweep"))
    await retailer.run_jobs()
    order = await retailer.order()
    assert [problem.code for problem in order.problems] == [ProblemCode.DUPLICATE_CONSIGNMENT]
    assert len(list(retailer.world.consignments)) == 2


async def test_a_sweep_leaves_alone_what_is_known_strange_or_old(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    retailer.world.consignments.put(replace(consignment, id="strange", reference="OTHER"))
    old = replace(consignment, id="old", created_at="2020-01-01T00:00:00+00:00")
    retailer.world.consignments.put(old)
    await retailer.queue(NewJob(type="sync.sweep"))
    ran = await retailer.run_jobs()
    assert [kind for kind, _ in ran] == ["sync.sweep"]
    assert (await retailer.order()).sync_state is SyncState.SYNCED
