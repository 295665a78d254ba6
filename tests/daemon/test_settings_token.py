"""A token that is put right while the daemon runs."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.lightspeed import Unauthorized
from lsync.core.store.errors import DatabaseUnavailable
from lsync.daemon.operations.settings import change
from lsync.daemon.settings_token import SettingsToken
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.server import BoundSimulator
from tests.daemon.application import opened


async def test_another_token_is_looked_for_only_after_a_refusal() -> None:
    looked = []

    async def current() -> str | None:
        looked.append(1)
        return "second"

    token = SettingsToken("first", current=current)
    assert await token.bearer() == "first"
    assert looked == []
    await token.rejected("first")
    assert await token.bearer() == "second"
    await token.rejected("first")
    assert len(looked) == 1, "a call beside this one has found it"


async def test_without_another_one_the_first_stays() -> None:
    async def nothing() -> str | None:
        return None

    async def down() -> str | None:
        raise DatabaseUnavailable("The database is down.")

    for current in (nothing, down):
        token = SettingsToken("first", current=current)
        await token.rejected("first")
        assert await token.bearer() == "first"


@pytest.fixture
async def simulator() -> AsyncIterator[BoundSimulator]:
    bound = BoundSimulator(SimulatorConfig(port=0))
    serving = asyncio.create_task(bound.serve())
    try:
        yield bound
    finally:
        bound.stop()
        await serving


async def test_a_token_set_beside_the_daemon_is_taken_up_at_the_next_call(
    database_url: str, tmp_path: Path, simulator: BoundSimulator
) -> None:
    flags = {"lightspeed__base_url": simulator.url, "lightspeed__api_token": None}
    wanted = m.SettingChange(key="lightspeed.api_token", value="mistyped")
    state = {"daemon__state_dir": tmp_path / "state"}
    async with opened(database_url, tmp_path, **flags, **state) as beside:
        await change(beside, wanted, by="alex")
        async with opened(database_url, tmp_path, **flags, **state) as daemon:
            with pytest.raises(Unauthorized):
                await daemon.client.ping()
            right = wanted.model_copy(update={"value": "simulator-token"})
            changed = await change(beside, right, by="alex")
            assert (changed.value, changed.at_once) == ("********", True)
            assert (await daemon.client.ping()).outlets


async def test_a_setting_from_the_daemon_s_environment_says_whose_it_is(
    database_url: str, tmp_path: Path
) -> None:
    wanted = m.SettingChange(key="lightspeed.api_token", value="other")
    async with opened(database_url, tmp_path) as application:
        with pytest.raises(ControlError) as here:
            await change(application, wanted, by="test")
        application.mode = "daemon"
        with pytest.raises(ControlError) as daemon:
            await change(application, wanted, by="test")
    assert "running daemon" not in here.value.message.error
    assert f"of the running daemon (process {os.getpid()})" in daemon.value.message.error
    assert "restart the daemon" in daemon.value.message.next_step
