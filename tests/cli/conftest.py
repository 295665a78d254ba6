"""Running commands as a person would, in this process."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
import typer.testing

from lsync.cli.app import app

if TYPE_CHECKING:
    from tests.cli.terminals import Terminal

VARIABLES = ("LSYNC_", "LIGHTSPEED_", "QUEUE_", "SYNC_", "XDG_", "COLUMNS")
"""What of the surroundings a command looks at; ``COLUMNS`` is set by some that run tests."""

typer.testing._get_command = cache(typer.main.get_command)  # type: ignore[attr-defined]
"""Commands are built once, not for each that is run: they keep nothing of a run."""


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
        result = typer.testing.CliRunner().invoke(app, list(args), input=answer, env=self.variables)
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def empty_shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A shell without any settings, daemon or database, in an empty directory.

    Not one of pytest's: the address of a Unix socket has at most 107 bytes, and those are longer
    below a long ``TMPDIR``.
    """
    for name in [name for name in os.environ if name.startswith(VARIABLES)]:
        monkeypatch.delenv(name)
    with tempfile.TemporaryDirectory(prefix="lsync-", dir="/tmp") as short:
        place = Path(short)
        monkeypatch.chdir(place)
        variables = {"HOME": str(place), "LSYNC_DAEMON__STATE_DIR": str(place / "state")}
        yield Shell(place, variables)


@pytest.fixture
def shell(empty_shell: Shell, database_url: str) -> Shell:
    """A shell with a migrated, empty database and no daemon; on both engines."""
    empty_shell.variables["LSYNC_DATABASE__URL"] = database_url
    return empty_shell


@pytest.fixture(scope="module")
def terminal() -> Iterator["Terminal"]:
    """A terminal beside a daemon, shared by the tests of a module."""
    from tests.cli.terminals import opened_terminal

    with opened_terminal() as terminal:
        yield terminal
