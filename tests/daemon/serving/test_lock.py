"""A lock file tells whether it is held, without being touched."""

import os
from pathlib import Path

from lsync.daemon.serving.lock import LockFile, is_held


def test_a_lock_is_held_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "daemon.lock"
    assert not is_held(path)
    lock = LockFile.take(path)
    assert is_held(path)
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()
    assert path.exists()
    assert not is_held(path)
