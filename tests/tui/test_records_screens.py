"""Webhooks, API calls and settings as a person sees and uses them."""

import pytest

from lsync.core.control import messages as m
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard


async def to(seen: Driven, key: str, part: str) -> None:
    await seen.press(key)
    await seen.sees(part)


async def test_webhooks_show_verdict_duplicates_and_job(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        assert "✓ signed" in seen.rows()[3]
        assert "! bad_signature" in seen.rows()[4]
        await seen.press("n", "enter")
        await seen.sees("Webhook 8", "The signature does not match")


async def test_a_webhook_event_appears_live(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(109, 30)) as seen:
        await to(seen, "5", "consignment.receive")
        daemon.emit("webhook", samples.WEBHOOKS[0].model_copy(update={"id": 10, "job_id": 77}))
        await seen.until(lambda: "77" in seen.rows()[3])


async def test_from_a_webhook_to_its_job(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("J")
        await seen.sees("[3 Jobs]", "Job 46  ◐ processing")


async def test_subscriptions_are_asked_for_on_demand(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("u")
        await seen.sees("✓ active", "foreign", "https://other.test/w")


async def test_subscribing_asks_first(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("c", "enter")
        assert daemon.done == []
        await seen.press("c", "y")
        await seen.told("Lightspeed sends 1 type of webhooks to this lsync.")
        assert daemon.done == ["subscribe"]


async def test_api_calls_show_status_latency_and_failures_by_sign(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "6", "consignments/20")
        assert "✓ 200" in seen.row("consignments/20")
        assert "! 429" in seen.row("consignments/18")
        assert "✗ 503" in seen.row("consignments/16")
        assert "✗ none" in seen.row("consignments/14")


async def test_an_api_call_opens_with_request_and_response(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(80, 40)) as seen:
        await to(seen, "6", "consignments/20")
        await seen.press("enter")
        await seen.sees("Request", "authorization: [removed]", '"status": "SENT"')
        await seen.sees("Response", "x-ratelimit-remaining: 312", '"version": 3141592')


async def test_words_are_looked_for_in_the_rows_orders_by_the_daemon(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "6", "consignments/20")
        await seen.press("slash")
        await seen.type("post order:PO-1001")
        await seen.until(lambda: not any("GET" in row for row in seen.rows()[7:21]), what="no GET")
        await seen.misses("consignments/18")
        assert "consignments/15" in seen.text()
        await seen.press("escape")
        await seen.sees("consignments/20")


async def test_settings_show_their_source_and_how_to_change_them(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "7", "sync.poll_seconds")
        assert ".env" in seen.row("lightspeed.api_token")
        await seen.press("enter")
        await seen.sees("Only the settings file")
        await seen.press("escape", "G", "enter")
        await seen.sees("lsync config set sync.poll_seconds 60")


@pytest.mark.parametrize("ok", [True, False])
async def test_the_connection_can_be_tried(daemon: FakeDaemon, ok: bool) -> None:
    daemon.vend_test = m.VendTest(
        ok=ok, message="It said so.", next_step="Do this.", base_url="https://example.test"
    )
    async with dashboard(daemon) as seen:
        await to(seen, "7", "sync.poll_seconds")
        await seen.press("t")
        await seen.sees("✓ It said so." if ok else "✗ It said so.", "→ Do this.")


async def test_copying_a_secret_setting_does_not_copy_its_mask(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with dashboard(daemon) as seen:
        monkeypatch.setattr(seen.app, "copy_to_clipboard", copied.append)
        await to(seen, "7", "sync.poll_seconds")
        await seen.press("j", "Y", "y")
        assert copied == ["lsync config set lightspeed.api_token ''"]


async def test_without_any_subscription_c_still_subscribes(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "SUBSCRIPTIONS", ())
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("u")
        await seen.sees("Lightspeed sends nothing")
        await seen.press("c")
        await seen.sees("Subscribe to all webhook types")
