"""Probing the account through the control application."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.store import api_log, stored_settings
from lsync.core.sync.catalogue import refresh_catalogue
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.faults import Fault
from lsync.simulator.running import RunningSimulator
from tests.daemon.application import opened


@pytest.fixture
async def simulator() -> AsyncIterator[RunningSimulator]:
    async with RunningSimulator(SimulatorConfig(token="canary-token")) as running:
        yield running


@pytest.fixture
async def application(
    database_url: str, tmp_path: Path, simulator: RunningSimulator
) -> AsyncIterator[Application]:
    async with opened(
        database_url, tmp_path, lightspeed__base_url=simulator.base_url
    ) as application:
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened:
        yield opened


async def stored(application: Application) -> dict[str, str]:
    async with application.database.read() as tx:
        return {each.key: each.value for each in await stored_settings.read_all(tx)}


async def test_what_is_found_is_stored(client: ControlClient, application: Application) -> None:
    found = await client.vend_probe()
    assert found.stored == await stored(application)
    assert found.stored == {
        "lightspeed.request_envelope": "data",
        "lightspeed.repeated_line": "adds up",
        "lightspeed.deletes_open": "true",
    }
    assert found.deletes_open
    assert found.left_behind is None


async def test_a_page_that_was_cut_tells_the_maximum(
    client: ControlClient, simulator: RunningSimulator
) -> None:
    simulator.world.set_switches({"page_maximum": 200})
    found = await client.vend_probe()
    assert found.stored["lightspeed.page_maximum"] == "200"


async def test_too_small_a_budget_stops_it_before_the_first_call(
    client: ControlClient, application: Application, simulator: RunningSimulator
) -> None:
    await application.budget.set_limit(15)
    with pytest.raises(ControlError) as refused:
        await client.vend_probe()
    assert refused.value.message.exit_code == 75
    assert len(simulator.world.ledger) == 0
    assert await stored(application) == {}


async def test_a_create_of_unknown_outcome_names_the_order_to_look_for(
    client: ControlClient, application: Application, simulator: RunningSimulator
) -> None:
    lost = Fault(name="lost_reply", method="POST", path=re.compile(r"/consignments$"), count=1)
    simulator.world.faults.add(lost)
    with pytest.raises(ControlError) as refused:
        await client.vend_probe()
    assert "lsync probe, can be deleted" in refused.value.message.next_step
    assert await stored(application) == {}


@pytest.mark.parametrize(("known", "asked"), [(None, 1000), (200, 200), (100_000, 2500)])
async def test_the_catalogue_is_read_by_the_pages_that_the_account_gives(
    database_url: str,
    tmp_path: Path,
    simulator: RunningSimulator,
    known: int | None,
    asked: int,
) -> None:
    given = {} if known is None else {"lightspeed__page_maximum": known}
    async with opened(
        database_url, tmp_path, lightspeed__base_url=simulator.base_url, **given
    ) as application:
        await refresh_catalogue(application.engine)
        async with application.database.read() as tx:
            urls = [call.path for call in await api_log.search(tx, limit=50)]
    assert any(f"/products?page_size={asked}&" in url for url in urls), urls
