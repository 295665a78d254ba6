"""Small disks and missing rights, for tests of what happens when nothing can be written."""

import contextlib
import ctypes
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.required import unavailable

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE = 1


def small_disk(place: Path, *, megabytes: int) -> Iterator[Path]:
    """Yield a file system of its own at ``place``; only root may mount one."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "lsync-test", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        unavailable(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on ``disk``; return the file to remove."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return filler


def obey_file_modes() -> None:
    """Let root's next program be refused as others are; for the time between fork and exec."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
