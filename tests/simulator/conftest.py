import pytest

from lsync.simulator.config import SimulatorConfig
from tests.simulator.shop import Shop, StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def shop(clock: StillClock) -> Shop:
    return Shop(SimulatorConfig(clock=clock, products=220))
