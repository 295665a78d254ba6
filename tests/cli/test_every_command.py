"""Every command, in old and new spelling, beside a daemon and without one, on both databases.

The commands run in this process; the daemon and the simulator are processes of their own.
"""

import shlex
import time
from collections.abc import Iterator

import pytest

from lsync.cli.demo.command import find_samples
from lsync.cli.demo.processes import Child
from lsync.cli.demo.system import free_port
from tests.cli.conftest import Ran, Shell
from tests.cli.every_command import EVERY, Expected
from tests.cli.test_help import COMMANDS

pytestmark = pytest.mark.process
SECONDS = 120.0
RUNS = (1, 2, 3, 4)
HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
DRAFTS = ("EDIT", "NOTE", "SUBMIT", "APPROVE", "HOLD", "CANCEL", "CLOSE")
SETTINGS = """\
[database]
url = "{database}"
[lightspeed]
base_url = "http://127.0.0.1:{simulator}"
api_token = "test-token"
webhook_secret = "test-secret"
[sync]
poll_seconds = 600
[webhooks]
port = {port}
[daemon]
socket = "{place}/control.sock"
state_dir = "{place}/state"
"""


class Surroundings:
    """A simulator, and a daemon that can be stopped, around one shell."""

    def __init__(self, shell: Shell, database_url: str) -> None:
        self.shell = shell
        self.place = shell.directory
        self.port = free_port()
        self.config = self.place / "config.toml"
        self.config.write_text(
            SETTINGS.format(
                database=database_url, simulator=self.port, port=free_port(), place=self.place
            ),
            encoding="utf-8",
        )
        simulator = ["simulator", "--port", str(self.port), "--token", "test-token"]
        self.simulator = Child("simulator", simulator, directory=self.place)
        self.simulator.wait_for_line("listening on ", seconds=SECONDS)
        self.daemon = Child("daemon", ["daemon", "--config", "config.toml"], directory=self.place)

    def __call__(self, *args: str) -> Ran:
        return self.shell("--config", str(self.config), *args)

    def fill(self) -> None:
        """Wait until the daemon has read the catalogue; then bring in orders, and one out."""
        deadline = time.monotonic() + SECONDS
        ready = ("queue", "list", "completed", "--type", "catalogue.refresh", "--json")
        while (ran := self(*ready)).code or not ran.json:
            self.daemon.check()
            assert time.monotonic() < deadline, ran.err
        names = [f"{name}-{run}" for name in DRAFTS for run in RUNS]
        rows = [f"{name},Northwind Wholesale,Harbour,SKU-0001,1,1\n" for name in names]
        (self.place / "drafts.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
        for run in RUNS:
            row = f"NEW-{run},Northwind Wholesale,Harbour,SKU-0001,1,1\n"
            (self.place / f"draft-{run}.csv").write_text(HEADER + row, encoding="utf-8")
        for file in (find_samples(), self.place / "drafts.csv"):
            assert self("po", "import", str(file)).code == 0
        assert self("po", "approve", "PO-1001", "--yes").code == 0
        assert self("sync", "po", "PO-1001").code == 0


@pytest.fixture
def surroundings(empty_shell: Shell, empty_database_url: str) -> Iterator[Surroundings]:
    around = Surroundings(empty_shell, empty_database_url)
    try:
        yield around
    finally:
        around.daemon.stop()
        around.simulator.stop()


def test_the_table_holds_every_command() -> None:
    assert set(EVERY) == set(COMMANDS)


@pytest.mark.longest
def test_every_command_in_both_spellings_with_and_without_a_daemon(
    surroundings: Surroundings, database_kind: str
) -> None:
    surroundings.fill()
    faults = [fault for run in (1, 2) for fault in _run_all(surroundings, run, database_kind)]
    surroundings.daemon.stop()
    faults += [fault for run in (3, 4) for fault in _run_all(surroundings, run, database_kind)]
    assert not faults, "\n\n".join(faults)


def _run_all(around: Surroundings, run: int, kind: str) -> Iterator[str]:
    """Run the table; odd runs spell commands as today, even ones as before."""
    daemon = run in {1, 2}
    for name, expected in EVERY.items():
        given = expected.args.format(n=run, place=around.place, port=around.port)
        args = [*_spelt(name, old=run % 2 == 0), *shlex.split(given)]
        if _takes_json(name):
            args.append("--json")
        code = expected.code_for(daemon=daemon)
        if name == "db backup" and kind != "sqlite":
            code = 1
        ran = around(*args)
        for fault in _faults(ran, expected, code=code):
            beside = "beside a daemon" if daemon else "alone"
            yield f"{' '.join(args)} ({beside}): {fault}\n{ran.out[-400:]}{ran.err[-600:]}"


def _spelt(name: str, *, old: bool) -> list[str]:
    group, _, command = name.partition(" ")
    return [f"{group}:{command}"] if old and command else name.split()


def _takes_json(name: str) -> bool:
    return any("--json" in each.opts for each in COMMANDS[name].params)


def _faults(ran: Ran, expected: Expected, *, code: int) -> Iterator[str]:
    if ran.code != code:
        yield f"exits {ran.code}, not {code}"
    if "Traceback" in ran.err:
        yield "a traceback"
    if ran.out and expected.shape is not None:
        try:
            shape = type(ran.json)
        except ValueError:
            yield "no JSON"
        else:
            if shape is not expected.shape:
                yield f"a {shape.__name__}, not a {expected.shape.__name__}"
    if code == 0 and not ran.out:
        yield "prints nothing"
    if code not in {0, 1} and "Next: " not in ran.err:
        yield "does not say what to do next"
