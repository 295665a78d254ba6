"""The systemd unit says what the daemon does, and systemd has nothing to object."""

import re
import shutil
import subprocess
from pathlib import Path

UNIT = Path(__file__).parents[2] / "packaging" / "lsync.service"
EXPOSURE_LIMIT = 1.5


def test_the_unit_matches_the_daemons_conventions() -> None:
    text = UNIT.read_text()
    for line in (
        "Type=notify",
        "RestartPreventExitStatus=78",
        "RuntimeDirectory=lsync",
        "StateDirectory=lsync",
        "TimeoutStartSec=infinity",
    ):
        assert f"\n{line}\n" in text
    # It would show every peer on the control socket as nobody.
    assert "\nPrivateUsers" not in text
    stop = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert stop is not None
    assert int(stop[1]) > 20


def test_systemd_finds_nothing_wrong() -> None:
    if shutil.which("systemd-analyze") is None:
        return  # checked where systemd is installed
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_sandbox_leaves_little_exposed() -> None:
    if shutil.which("systemd-analyze") is None:
        return  # checked where systemd is installed
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    exposure = re.search(r"exposure level for lsync.service: ([\d.]+)", rated.stdout)
    if exposure is not None:  # systemd before 250 rates no files
        assert float(exposure[1]) <= EXPOSURE_LIMIT
