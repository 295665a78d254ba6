"""``lsync webhook``: what is deleted is named, what cannot be done says why."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from lsync.core.domain.records import WebhookStatus
from lsync.core.lightspeed import MemoryBudget, StaticToken, XSeries
from lsync.core.store.database import Database
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.store.webhooks import Followed, follow, received
from lsync.core.sync.hints import webhook_job
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.config import utc_now as now
from lsync.simulator.server import BoundSimulator
from tests.cli.conftest import Shell

TOKEN = "simulator-token"
OTHERS = "https://other.example/in"


@pytest.fixture
def simulator() -> Iterator[BoundSimulator]:
    """A simulator on a thread of its own; commands run their own event loops."""
    bound = BoundSimulator(SimulatorConfig(port=0))
    thread = threading.Thread(target=lambda: asyncio.run(bound.serve()))
    thread.start()
    try:
        yield bound
    finally:
        bound.stop()
        thread.join()


@pytest.fixture
def subscribed(shell: Shell, simulator: BoundSimulator) -> dict[str, str]:
    """Two subscriptions, by whose they are: ours, and one of another application."""
    shell.variables |= {"LIGHTSPEED_BASE_URL": simulator.url, "LIGHTSPEED_API_TOKEN": TOKEN}
    asyncio.run(subscribe_another(simulator.url))
    ours = ("http://127.0.0.1:9", "--type", "sale.update", "--insecure", "--json")
    assert shell("webhook", "create", *ours).code == 0
    listed = shell("webhook", "list", "--json").json
    return {"ours" if each["ours"] else "another's": each["id"] for each in listed}


async def subscribe_another(url: str) -> None:
    budget = MemoryBudget(limit=1000, clock=now)
    async with XSeries(
        base_url=f"{url}/api/2026-07", token=StaticToken(TOKEN), budget=budget
    ) as api:
        await api.webhooks.create(type="product.update", url=OTHERS)


def keep(shell: Shell, body: str, *, failed: bool) -> int:
    """Leave a webhook behind that was looked into and led to nothing."""

    async def run() -> int:
        async with await Database.open(shell.variables["LSYNC_DATABASE__URL"]) as database:
            delivery = Delivery(
                event_type="consignment.receive",
                digest=body,
                body=body,
                source="192.0.2.7",
                verdict="verified",
            )
            job = webhook_job(max_attempts=4)
            await database.call(partial(keep_step, deliveries=[delivery], job=job))
            async with database.write() as tx:
                (record,) = await received(tx, limit=9)
                status = WebhookStatus.FAILED if failed else WebhookStatus.IGNORED
                told = Followed(id=record.id or 0, status=status, error="Its body is torn.")
                await follow(tx, [told], now=await tx.now())
                return told.id

    return asyncio.run(run())


def test_deleting_says_whose_subscription_it_is_before_and_after(
    shell: Shell, subscribed: dict[str, str]
) -> None:
    told = f"product.update to {OTHERS} (another's)"
    asked = shell("webhook", "delete", subscribed["another's"])
    assert (asked.code, asked.out) == (2, "")
    assert f"Delete 1 subscription at Lightspeed: {told}?" in asked.err
    assert len(shell("webhook", "list", "--json").json) == 2
    ran = shell("webhook", "delete", subscribed["another's"], "--yes")
    assert ran.out == f"Deleted {told}.\n"


def test_deleting_all_asks_about_ours_only(shell: Shell, subscribed: dict[str, str]) -> None:
    asked = shell("webhook", "delete", "--all")
    assert "sale.update to http://127.0.0.1:9/webhooks/lightspeed/sale.update (ours)?" in asked.err
    assert OTHERS not in asked.err
    (gone,) = shell("webhook", "delete", "--all", "--yes", "--json").json
    assert gone["id"] == subscribed["ours"]
    assert shell("webhook", "delete", "--all").out == "There was none of ours.\n"


def test_an_unknown_subscription_is_named_before_anything_is_asked(
    shell: Shell, subscribed: dict[str, str]
) -> None:
    ran = shell("webhook", "delete", subscribed["ours"], "nonsense")
    assert (ran.code, "There is no webhook subscription nonsense." in ran.err) == (1, True)
    assert "Delete" not in ran.err


@pytest.mark.parametrize("more", [["--failed"], ["--since", "2h"], ["--until", "1h"]])
def test_ids_and_a_filter_are_not_taken_together(shell: Shell, more: list[str]) -> None:
    ran = shell("webhook", "replay", "1", *more)
    assert (ran.code, "Give the one or the other" in ran.err) == (2, True)


def test_a_webhook_that_leads_to_nothing_shows_why_and_is_not_replayed(shell: Shell) -> None:
    broken = str(keep(shell, "torn", failed=False))
    assert "Its body is torn." in shell("webhook", "events").out
    assert "Why          Its body is torn." in shell("webhook", "show", broken).out
    ran = shell("webhook", "replay", broken, "999")
    assert (ran.code, ran.out) == (1, "")
    assert f"Webhook {broken}: Its body is neither JSON nor a form" in ran.err
    assert "There is no webhook 999." in ran.err


def test_the_failed_ones_are_replayed(shell: Shell) -> None:
    keep(shell, "torn", failed=True)
    ran = shell("webhook", "replay", "--failed")
    assert (ran.code, ran.out) == (0, "1 webhook is looked into again.\n")


def test_a_password_in_an_address_is_not_repeated(shell: Shell) -> None:
    ran = shell("webhook", "create", "https://user:hunter2@hooks.example.com/in")
    assert ran.code == 2
    assert "Credentials in the address are not supported" in ran.err
    assert "hunter2" not in ran.err


def test_a_webhook_that_came_again_counts_the_times(shell: Shell) -> None:
    first = keep(shell, "torn", failed=True)
    asyncio.run(keep_again(shell, "torn"))
    assert "Came again   1 time\n" in shell("webhook", "show", str(first)).out


async def keep_again(shell: Shell, body: str) -> None:
    async with await Database.open(shell.variables["LSYNC_DATABASE__URL"]) as database:
        delivery = Delivery(
            event_type="consignment.receive", digest=body, body=body, source="", verdict="verified"
        )
        await database.call(
            partial(keep_step, deliveries=[delivery], job=webhook_job(max_attempts=4))
        )


def test_subscriptions_are_narrowed(shell: Shell, subscribed: dict[str, str]) -> None:
    def listed(*options: str) -> list[str]:
        return [each["id"] for each in shell("webhook", "list", "--json", *options).json]

    ours, others = subscribed["ours"], subscribed["another's"]
    assert listed("--ours") == listed("--type", "sale.update") == [ours]
    assert listed("--others", "--active") == [others]
    assert listed("--text", OTHERS[8:].upper()) == [others]
    assert listed("--inactive") == []
    assert "None matches." in shell("webhook", "list", "--inactive").out


def test_webhooks_are_listed_by_the_order_they_are_about(shell: Shell) -> None:
    (shell.directory / "o.csv").write_text(
        "order_number,supplier,outlet,sku,quantity,unit_cost\nPO-9,Example,Harbour,S,1,1\n",
        encoding="utf-8",
    )
    assert shell("po", "import", "o.csv").code == 0
    keep(shell, "x", failed=True)
    assert len(shell("webhook", "events", "--json").json) == 1
    assert shell("webhook", "events", "--order", "PO-9", "--json").json == []
    unknown = shell("webhook", "events", "--order", "PO-8")
    assert (unknown.code, "Did you mean PO-9?" in unknown.err) == (1, True)
