"""Running commands as a person would, in this process."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lsync.cli.app import app

OWN_VARIABLES = ("LSYNC_", "LIGHTSPEED_", "QUEUE_", "SYNC_", "XDG_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as one JSON document."""
        return json.loads(self.out)


class Shell:
    """A shell with its own settings and an empty directory to stand in."""

    def __init__(self, directory: Path, variables: Mapping[str, str]) -> None:
        self.directory = directory
        self.variables = dict(variables)

    def __call__(self, *args: str, answer: str | None = None) -> Ran:
        """Run ``lsync args`` in this process."""
        result = CliRunner().invoke(app, list(args), input=answer, env=self.variables)
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def empty_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell without any settings, daemon or database."""
    for name in [name for name in os.environ if name.startswith(OWN_VARIABLES)]:
        monkeypatch.delenv(name)
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return Shell(place, {"HOME": str(place), "LSYNC_DAEMON__STATE_DIR": str(place / "state")})


@pytest.fixture
def shell(empty_shell: Shell, database_url: str) -> Shell:
    """A shell with a migrated, empty database and no daemon; on both engines."""
    empty_shell.variables["LSYNC_DATABASE__URL"] = database_url
    return empty_shell
