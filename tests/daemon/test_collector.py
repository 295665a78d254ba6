"""The daemon's process looks for cycles less often than Python by itself, and one that starts or
ends hardly at all."""

import gc
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from lsync.core.settings import SettingProblem, Settings, SettingsError
from lsync.daemon.collector import STARTING, THRESHOLDS
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


def test_a_command_is_started_and_ended_without_looking() -> None:
    code = (
        "import atexit, gc, sys; from lsync.cli.app import run; "
        "atexit.register(lambda: print(gc.get_threshold(), gc.get_freeze_count() > 0)); "
        "sys.argv = ['lsync', '--version']; run()"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == f"{STARTING} True"
