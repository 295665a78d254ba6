"""What a test needs of the machine: without it a person skips the test, and CI fails."""

import os
import shutil
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skip with ``reason`` on a person's machine; fail in CI, which may skip nothing."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)  # the one skip there is: the reason names what to install


def required(*names: str, package: str) -> str:
    """Return the first of the programs ``names`` that is installed, or name its ``package``."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or unavailable(f"{names[0]} is not installed: apt-get install {package}")
