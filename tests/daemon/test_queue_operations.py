"""What people do to the queue over the control protocol: orders follow their jobs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import BulkRequest
from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Dead, Done
from lsync.core.queue import NewJob
from lsync.daemon.application import Application
from lsync.daemon.operations import bulk
from tests.daemon.application import opened
from tests.daemon.test_control_app import FILE, client_of
from tests.queue.doing import Doing


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    async with client_of(application) as opened:
        yield opened


@pytest.fixture
def doing(application: Application) -> Doing:
    return Doing(application.database, types=("work", "sync.push"))


async def failed_push(client: ControlClient, doing: Doing) -> int:
    """An approved order whose push is a dead letter."""
    await client.import_orders("orders.csv", FILE)
    await client.approve(["PO-1"])
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="no such outlet", error_class="unknown_outlet"))
    return job.id


async def test_an_order_is_queued_again_with_its_push_and_unsynced_when_it_is_given_up(
    client: ControlClient, doing: Doing
) -> None:
    job_id = await failed_push(client, doing)
    await client.retry_job(job_id)
    assert (await client.order("PO-1")).sync_state == "queued"
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="again"))
    request = BulkRequest(action="discard", state=JobState.FAILED)
    plan = await client.plan_bulk(request)
    await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))
    assert (await client.job(job_id)).state == "cancelled"
    assert (await client.order("PO-1")).sync_state == "not_synced"
    again = BulkRequest(action="retry", ids=(job_id,))
    plan = await client.plan_bulk(again)
    await client.bulk_jobs(again.model_copy(update={"commit": plan.state_hash}))
    assert (await client.order("PO-1")).sync_state == "queued"


async def test_retrying_a_parent_revives_the_children_it_failed(
    client: ControlClient, doing: Doing
) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="x"))
    assert (await client.job(child)).error_class == "ParentFailed"
    await client.retry_job(parent)
    shown = await client.job(child)
    assert (shown.state, shown.waiting_for) == ("pending", 1)


async def test_many_jobs_are_acted_on_slice_by_slice(
    client: ControlClient, doing: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SLICE", 2)
    ids = [each.job_id for each in await doing.enqueue(*[NewJob(type="work")] * 5)]
    request = BulkRequest(action="cancel", state=JobState.PENDING, type="work")
    plan = await client.plan_bulk(request)
    assert (plan.count, plan.more) == (5, False)
    done = await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))
    assert (done.changed, done.skipped) == (5, ())
    assert {job.id for job in await client.jobs(state="cancelled")} == set(ids)


async def test_the_statistics_group_failed_jobs_by_their_error(
    client: ControlClient, doing: Doing
) -> None:
    await failed_push(client, doing)
    (group,) = (await client.stats()).error_groups
    assert (group.error_class, group.jobs, group.example) == (
        "unknown_outlet",
        1,
        "no such outlet",
    )
    assert [job.id for job in await client.jobs(error_class="unknown_outlet")] == [group.newest_job]
    assert await client.jobs(error_class="Timeout") == ()


async def test_pruning_deletes_what_was_counted_and_nothing_that_ended_since(
    client: ControlClient, doing: Doing
) -> None:
    old, new = await doing.one(), await doing.one()
    first, second = await doing.claim()
    await doing.end(first, Done())
    plan = await client.plan_prune([JobState.COMPLETED])
    assert plan.counts == {"completed": 1}
    await doing.end(second, Done(result={"lines": 3}))
    done = await client.prune([JobState.COMPLETED], before=plan.before)
    assert (done.deleted, done.finished) == (1, True)
    (left,) = await client.jobs()
    assert (left.id, left.result) == (new, {"lines": 3})
    assert old != new


@pytest.mark.parametrize("states", [[], [JobState.PENDING], [JobState.FAILED, "processing"]])
async def test_only_finished_jobs_are_pruned(client: ControlClient, states: list[JobState]) -> None:
    with pytest.raises(ControlError) as refused:
        await client.plan_prune(states)
    assert refused.value.status == 422
