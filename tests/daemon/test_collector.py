"""The daemon's process looks for cycles less often than Python by itself."""

import gc
from collections.abc import Iterator, Mapping

import pytest

from lsync.core.settings import SettingProblem, Settings, SettingsError
from lsync.daemon.collector import THRESHOLDS
from lsync.daemon.main import run_daemon


@pytest.fixture(autouse=True)
def usual_thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_daemon_s_process_collects_rarely_from_its_start() -> None:
    def reload(_: Mapping[str, str]) -> Settings:
        raise SettingsError([SettingProblem(key="sync.batch_size", rule="it must be a number")])

    assert run_daemon(reload) == 78
    assert gc.get_threshold() == THRESHOLDS
