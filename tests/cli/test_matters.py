"""What waits for a person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lsync.cli.matters import Matter, gather
from lsync.core.control.messages import (
    BudgetMessage,
    GapHour,
    HealthMessage,
    Hello,
    JobMessage,
    OrderSummary,
    PauseMessage,
    ProblemMessage,
    QueueStats,
    StatusMessage,
    WebhookMeter,
)
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def status(
    *,
    health: tuple[HealthMessage, ...] = (),
    pauses: tuple[PauseMessage, ...] = (),
    webhooks: WebhookMeter | None = None,
) -> StatusMessage:
    return StatusMessage(
        at=NOW,
        hello=Hello(version="0.1.0", boot="b"),
        health=health,
        orders={},
        syncs={},
        queue=QueueStats(counts={}, by_type={}, pauses=pauses),
        budget=BudgetMessage(limit=350, used=0, remaining=350),
        webhooks=webhooks,
    )


def order(
    number: str,
    *,
    state: OrderState = OrderState.APPROVED,
    sync_state: SyncState = SyncState.SYNCED,
    due: date | None = None,
    problems: tuple[ProblemMessage, ...] = (),
    minutes_ago: int = 5,
) -> OrderSummary:
    then = NOW - timedelta(minutes=minutes_ago)
    return OrderSummary(
        order_number=number,
        state=state,
        sync_state=sync_state,
        supplier="S",
        outlet="O",
        lines=1,
        ordered=Decimal(10),
        received=Decimal(4),
        due_date=due,
        problems=problems,
        created_at=then,
        last_synced_at=then,
    )


def job(number: int, payload: dict[str, str]) -> JobMessage:
    return JobMessage(
        id=number,
        type="catalogue.refresh",
        state=JobState.FAILED,
        priority="low",
        attempts=4,
        max_attempts=4,
        payload=payload,
        available_at=NOW,
        created_at=NOW,
        completed_at=NOW,
        error="first line\nsecond line",
    )


def kinds(*orders: OrderSummary, jobs: tuple[JobMessage, ...] = ()) -> dict[str, str]:
    found = gather(status(), orders=orders, failed_jobs=jobs, today=TODAY)
    return {matter.about: matter.kind for matter in found}


def test_orders_that_are_well_do_not_wait_for_anybody() -> None:
    assert (
        kinds(order("PO-1", state=OrderState.SUBMITTED), order("PO-2", state=OrderState.RECEIVED))
        == {}
    )


def test_failed_and_drifted_orders_wait() -> None:
    failed = order("PO-1", sync_state=SyncState.FAILED)
    drifted = order("PO-2", sync_state=SyncState.DRIFTED)
    assert kinds(failed, drifted) == {"PO-1": "failed", "PO-2": "drifted"}


def test_an_order_is_overdue_the_day_after_its_due_date_and_only_while_goods_are_missing() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert kinds(order("PO-1", state=OrderState.SUBMITTED, due=yesterday)) == {"PO-1": "overdue"}
    assert kinds(order("PO-1", state=OrderState.SUBMITTED, due=TODAY)) == {}
    assert kinds(order("PO-1", state=OrderState.RECEIVED, due=yesterday)) == {}


def test_approvals_are_one_matter() -> None:
    drafts = [order(f"PO-{n}", state=OrderState.DRAFT) for n in range(5)]
    assert kinds(*drafts) == {"PO-0, PO-1, PO-2 …": "approval"}


def test_an_order_that_came_twice_is_told_once() -> None:
    failed = order("PO-1", sync_state=SyncState.FAILED)
    found = gather(status(), orders=[failed, failed], failed_jobs=(), today=TODAY)
    assert len(found) == 1


def test_failed_jobs_of_orders_are_told_as_orders() -> None:
    assert kinds(jobs=(job(1, {"order_number": "PO-1"}),)) == {}
    assert kinds(jobs=(job(2, {}),)) == {"job 2": "job"}


def test_failed_parts_and_pauses_come_first_with_what_to_do() -> None:
    part = HealthMessage(name="api", state="failed", message="token refused")
    pause = PauseMessage(type="*", reason="stock count", paused_by="op", paused_at=NOW)
    found = gather(
        status(health=(part,), pauses=(pause,)),
        orders=[order("PO-1", sync_state=SyncState.FAILED)],
        failed_jobs=(),
        today=TODAY,
    )
    assert [matter.kind for matter in found] == ["health", "paused", "failed"]
    assert (found[1].about, found[1].next_step) == ("the whole queue", "lsync queue resume")
    assert "stock count" in found[1].what


def test_a_part_that_failed_names_what_mends_it() -> None:
    part = HealthMessage(name="workers", state="failed", message="No daemon runs")
    found = gather(status(health=(part,)), orders=(), failed_jobs=(), today=TODAY)
    assert found[0].next_step == "lsync daemon"


def test_a_number_that_a_shell_would_run_is_quoted_in_the_next_step() -> None:
    evil = order("PO-1; touch x", sync_state=SyncState.FAILED)
    found = gather(status(), orders=[evil], failed_jobs=(), today=TODAY)
    assert found[0].next_step == "lsync sync status 'PO-1; touch x'"


def test_pauses_of_one_reason_are_one_matter_and_lsync_s_own_ones_lead_to_the_token() -> None:
    pauses = tuple(
        PauseMessage(type=type_, reason="token refused", paused_by="lsync", paused_at=NOW)
        for type_ in ("sync.pull", "sync.push")
    )
    (matter,) = gather(status(pauses=pauses), orders=[], failed_jobs=(), today=TODAY)
    assert (matter.about, matter.next_step) == ("sync.pull, sync.push", "lsync vend test")


def test_the_newest_comes_first() -> None:
    old = order("PO-1", sync_state=SyncState.FAILED, minutes_ago=60)
    new = order("PO-2", sync_state=SyncState.FAILED, minutes_ago=1)
    found = gather(status(), orders=[old, new], failed_jobs=(), today=TODAY)
    assert [matter.about for matter in found] == ["PO-2", "PO-1"]


def test_the_first_problem_is_told_and_the_others_counted() -> None:
    problems = tuple(
        ProblemMessage(code="unknown_sku", message=f"SKU {n} is unknown", fix="") for n in range(3)
    )
    failed = order("PO-1", sync_state=SyncState.FAILED, problems=problems)
    (matter,) = gather(status(), orders=[failed], failed_jobs=(), today=TODAY)
    assert matter.what == "SKU 0 is unknown (and 2 more problems)"


def about_webhooks(found: WebhookMeter | None, *health: HealthMessage) -> list[Matter]:
    told = status(health=health, webhooks=found)
    return [
        matter
        for matter in gather(told, orders=[], failed_jobs=(), today=TODAY)
        if matter.kind == "webhooks"
    ]


def test_webhooks_that_never_came_are_a_matter_of_the_hour_they_last_did_not() -> None:
    hours = tuple(
        GapHour(start=NOW - timedelta(hours=ago), received=1, late=0, missing=missing, awaited=0)
        for ago, missing in ((3, 1), (2, 2), (1, 0))
    )
    (matter,) = about_webhooks(WebhookMeter(received=3, late=1, missing=3, hours=hours))
    assert "3 of 7 webhooks of the last 24 hours never came" in matter.what
    assert matter.next_step == "lsync webhook test --public"
    assert matter.since == NOW - timedelta(hours=2)


def test_types_that_lightspeed_switched_off_are_a_matter() -> None:
    (matter,) = about_webhooks(WebhookMeter(inactive=("product.update", "sale.update")))
    assert matter.about == "product.update, sale.update"
    assert matter.next_step == "lsync webhook create"


def test_webhooks_that_all_came_wait_for_nobody() -> None:
    assert about_webhooks(None) == []
    assert about_webhooks(WebhookMeter(received=3, late=1)) == []


def test_webhooks_that_are_all_refused_are_told_once_as_the_failed_part() -> None:
    part = HealthMessage(name="webhooks", state="failed", message="no secret")
    assert about_webhooks(WebhookMeter(missing=3), part) == []


def test_what_is_checked_and_not_marked_as_sent_waits_for_a_person() -> None:
    (one,) = gather(status(), orders=[order("PO-1")], failed_jobs=[], today=TODAY)
    assert (one.kind, one.about, one.next_step) == ("send", "PO-1", "lsync sync send PO-1")
    (both,) = gather(status(), orders=[order("PO-1"), order("PO-2")], failed_jobs=[], today=TODAY)
    assert (both.about, both.next_step) == ("PO-1, PO-2", "lsync sync send --all")
