"""Detail pages, plan, overview panels and commands say what a person needs."""

from datetime import UTC, timedelta

import pytest

from lsync.core.control import messages as m
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view import commands, jobs, mappings, orders, overview, webhooks
from lsync.tui.view.commands import job_commands, order_commands
from lsync.tui.view.highlight import json_lines
from lsync.tui.view.plan import plan_lines
from lsync.tui.view.spans import Line, Tone, text_of
from lsync.tui.view.table import share_width
from lsync.tui.view.words import Moment
from tests.tui import samples

HERE = Moment(now=samples.NOW, zone=UTC)


def words(lines: list[Line]) -> str:
    return "\n".join(text_of(line) for line in lines)


@pytest.mark.parametrize(
    ("state", "sync", "held", "keys"),
    [
        (OrderState.DRAFT, SyncState.NOT_SYNCED, False, "ad"),
        (OrderState.DRAFT, SyncState.NOT_SYNCED, True, "had"),
        (OrderState.APPROVED, SyncState.FAILED, False, "dr"),
        (OrderState.APPROVED, SyncState.NOT_SYNCED, True, "hd"),
        (OrderState.SUBMITTED, SyncState.DRIFTED, False, "fD"),
        (OrderState.APPROVED, SyncState.SYNCING, False, ""),
        (OrderState.SUBMITTED, SyncState.SYNCED, False, "s"),
        (OrderState.CANCELLED, SyncState.SYNCED, False, ""),
    ],
)
def test_an_order_names_the_keys_that_make_sense(
    state: OrderState, sync: SyncState, held: bool, keys: str
) -> None:
    assert "".join(key for key, _ in orders.next_keys(state, sync, held=held)) == keys


@pytest.mark.parametrize(
    ("state", "code", "keys"),
    [
        (OrderState.APPROVED, "unknown_sku", "mdr"),
        (OrderState.APPROVED, "zero_quantity", "edr"),
        (OrderState.APPROVED, "inactive_product", "medr"),
        (OrderState.SUBMITTED, "zero_quantity", "edr"),
        (OrderState.RECEIVING, "zero_quantity", "dr"),
        (OrderState.DRAFT, "unknown_outlet", "amd"),
    ],
)
def test_what_mends_a_problem_comes_before_trying_again(
    state: OrderState, code: str, keys: str
) -> None:
    found = orders.next_keys(state, SyncState.FAILED, held=False, codes=[code])
    assert "".join(key for key, _ in found) == keys


def test_an_order_shows_what_its_first_sync_will_find_and_what_it_waits_for() -> None:
    order = samples.detail(samples.ORDERS[4]).model_copy(
        update={"warnings": (samples.ZERO,), "waits": ("The queue is paused: stocktake.",)}
    )
    page = words(orders.order_detail(order, HERE))
    assert "Its sync will find (1)" in page
    assert "Quantity is zero" in page
    assert "‖ The queue is paused: stocktake." in page


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        (JobState.FAILED, "rX"),
        (JobState.CANCELLED, "r"),
        (JobState.PENDING, "x"),
        (JobState.PROCESSING, "x"),
        (JobState.COMPLETED, ""),
    ],
)
def test_a_job_names_the_keys_that_make_sense(state: JobState, keys: str) -> None:
    found = jobs.next_keys(samples.job(1, state=state))
    assert "".join(key for key, _ in found) == keys


def test_a_job_that_will_retry_says_when() -> None:
    job = samples.job(
        1, state=JobState.PENDING, error="503", available_at=samples.NOW + timedelta(minutes=4)
    )
    assert "runs again by itself at 14:07:05" in words(jobs.job_detail(job, HERE))


def test_a_stopping_job_shows_it() -> None:
    job = samples.job(1, state=JobState.PROCESSING, cancel_requested=True)
    assert jobs.job_cells(job, HERE)[0].text == "◐ stopping"
    assert jobs.next_keys(job) == []


def test_a_stock_job_names_its_product() -> None:
    assert jobs.about(samples.job(1, payload={"product_id": "p-1"})) == "p-1"
    assert jobs.about(samples.job(1, payload={})) == ""


def test_a_short_trace_is_not_folded() -> None:
    attempt = samples.DEAD_JOB.history[0].model_copy(update={"trace": "one\ntwo"})
    job = samples.DEAD_JOB.model_copy(update={"history": (attempt,)})
    page = words(jobs.job_detail(job, HERE))
    assert "one" in page
    assert "earlier lines" not in page


def test_over_receipt_stands_out() -> None:
    over = samples.order("PO-1", received=samples.ORDERS[0].ordered + 1)
    assert orders.order_cells(over, HERE)[6].tone is Tone.WARN


def test_json_is_told_apart_by_kind() -> None:
    spans = {
        span.text: span.tone for row in json_lines({"a": "x", "n": -1.5, "t": None}) for span in row
    }
    assert spans['"a"'] is Tone.NAME
    assert spans['"x"'] is Tone.GOOD
    assert spans["-1.5"] is Tone.NUMBER
    assert spans["null"] is Tone.NUMBER


def test_a_plan_the_budget_cannot_pay_says_when_it_could() -> None:
    plan = m.PlanMessage(
        order_number="PO-1",
        action="push",
        steps=(),
        calls=4,
        catalogue_calls=1,
        budget=m.BudgetMessage(limit=350, used=348, remaining=2, available_at=samples.NOW),
        state_hash="x",
    )
    page = words(plan_lines(plan, HERE))
    assert "! costs 5 API calls, 2 of 350 left" in page
    assert "wait for the budget until 14:03:05" in page
    assert "1 call of these fill the catalogue first" in page
    assert "none: nothing would be written" in page


def test_a_worker_that_fell_silent_is_told_from_an_idle_one() -> None:
    silent = samples.STATS.workers[0].model_copy(update={"alive": False})
    idle = samples.STATS.workers[0].model_copy(update={"running": ()})
    assert "✗ host-a:4242 silent since 14:03:03" in words(overview.worker_lines([silent], HERE))
    assert "● host-a:4242 idle" in words(overview.worker_lines([idle], HERE))


def test_a_worker_that_said_goodbye_is_left_out() -> None:
    gone = samples.STATS.workers[0].model_copy(update={"stopped_at": samples.NOW})
    assert "none: nothing runs jobs" in words(overview.worker_lines([gone], HERE))


def test_commands_are_quoted_for_the_shell() -> None:
    commands = [copy.command for copy in order_commands("PO 1; rm -rf /")]
    assert "lsync sync po 'PO 1; rm -rf /'" in commands
    assert job_commands(7)[1].command == "lsync queue retry 7"


def a_webhook(body: str) -> m.WebhookDetail:
    return m.WebhookDetail(**samples.WEBHOOKS[0].model_dump(), body=body, headers={})


def test_a_form_that_lightspeed_sends_is_shown_by_its_fields() -> None:
    body = "payload=%7B%22id%22%3A+%22c-1%22%2C+%22count%22%3A+2%7D&environment=shop"
    page = words(webhooks.webhook_detail(a_webhook(body), HERE))
    assert '"id": "c-1"' in page
    assert '"count": 2' in page
    assert "environment:" in page
    assert "%7B" not in page


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '{"a": "b=c"}'])
def test_no_body_is_too_strange_to_be_shown(body: str) -> None:
    assert "Webhook 9" in words(webhooks.webhook_detail(a_webhook(body), HERE))


def test_words_and_what_they_may_mean_can_be_told_apart_on_a_narrow_screen() -> None:
    word, _, meaning, _, _ = share_width(mappings.COLUMNS, 64)
    assert min(word, meaning) >= len("Northwind Wholesale")


def test_the_command_that_exports_the_log_keeps_its_filter() -> None:
    copies = commands.log_commands(1, None, "x", typed="status:failed age<1h")
    assert any(
        "log export log.csv --filter 'status:failed age<1h'" in each.command for each in copies
    )
