"""Which way a command takes: the daemon, this process, or an error."""

import os
import socket
import time
from collections.abc import Iterator

import pytest

from lsync.core.control.errors import ACCESS, DaemonUnreachable
from lsync.core.control.finding import all_failed
from lsync.daemon.serving.lock import LockFile
from tests.cli.conftest import Shell

ABSENT = DaemonUnreachable("No daemon answers on /a.", why="There is no socket at that path.")
FORBIDDEN = DaemonUnreachable(
    "No daemon answers on /b.", why="This user may not open the socket.", next_step=ACCESS
)


def test_a_socket_that_may_not_be_opened_is_told_before_those_that_are_not_there() -> None:
    assert all_failed([ABSENT, FORBIDDEN, ABSENT]) is FORBIDDEN
    assert all_failed([ABSENT]) is ABSENT
    assert "/a" in all_failed([ABSENT, ABSENT]).message.why


def test_a_daemon_behind_a_closed_socket_is_not_gone_round(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forbidden(_: object) -> None:
        raise FORBIDDEN

    monkeypatch.setattr("lsync.cli.connection.find", forbidden)
    ran = shell("po", "list")
    assert ran.code == 69
    assert "membership" in ran.err
    assert ran.out == ""


@pytest.fixture
def silent(shell: Shell) -> Iterator[socket.socket]:
    """A socket on which somebody listens who never says anything."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(shell.directory / "silent.sock"))
        listening.listen()
        yield listening


def test_a_daemon_that_says_nothing_is_waited_for_once(
    shell: Shell, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("lsync.core.control.direct_link._exchange", nothing)
    ran = shell("queue", "stats", "--socket", str(shell.directory / "silent.sock"))
    assert "did not answer in time. Using " in ran.err
    assert ran.code == 0
    silent.setblocking(False)
    silent.accept()[0].close()
    with pytest.raises(BlockingIOError):
        silent.accept()


def test_a_named_socket_that_may_not_be_opened_is_not_called_wrong_usage(
    shell: Shell, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def denied(*_: object, **__: object) -> None:
        raise FORBIDDEN

    monkeypatch.setattr("os.access", lambda *_, **__: False)
    monkeypatch.setattr("lsync.core.control.finding.find_daemon", denied)
    ran = shell("queue", "stats", "--socket", str(shell.directory / "silent.sock"))
    assert (ran.code, "membership" in ran.err) == (69, True), ran.err


def test_a_file_in_the_socket_s_place_is_refused_and_kept(shell: Shell) -> None:
    file = shell.directory / "precious.txt"
    file.write_text("precious")
    for command in ("status", "po list", "sync po PO-1", "queue stats"):
        ran = shell(*command.split(), "--socket", str(file))
        assert (ran.code, ran.out) == (2, "")
        assert "precious.txt is not a socket" in ran.err
    assert file.read_text() == "precious"


def test_the_socket_that_nobody_listens_on_is_named(shell: Shell) -> None:
    ran = shell("status", "--socket", "nowhere.sock")
    assert "No daemon answers on nowhere.sock. Using " in ran.err
    assert "no daemon answers; read from the database" in ran.out


@pytest.fixture
def same_zone_afterwards() -> Iterator[None]:
    """Put the zone of this process back."""
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("same_zone_afterwards")
def test_the_zone_of_the_settings_is_the_zone_of_the_output(shell: Shell) -> None:
    shell.variables["LSYNC_DISPLAY__TIMEZONE"] = "Pacific/Kiritimati"
    assert "+14" in shell("status").out
    shell.variables["LSYNC_DISPLAY__TIMEZONE"] = "UTC"
    assert " UTC" in shell("status").out


def test_no_database_is_made_by_looking(empty_shell: Shell) -> None:
    for command in ("po list", "status", "queue stats", "", "db status", "config show"):
        empty_shell(*command.split())
    assert list(empty_shell.directory.rglob("*.db")) == []


def test_a_missing_database_says_how_to_begin(empty_shell: Shell) -> None:
    ran = empty_shell()
    assert ran.code == 69
    assert "lsync daemon" in ran.err
    assert "lsync demo" in ran.err


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LSYNC_DATABASE__URL", "postgres://x/y", 78),
        ("LSYNC_DATABASE__URL", "mysql://u:p@127.0.0.1:1/x", 69),
        ("LSYNC_QUEUE__CONCURRENCY", "many", 78),
        ("LSYNC_QUEUE__CONCURENCY", "3", 78),
        ("LSYNC_DISPLAY__TIMEZONE", "Mars/Olympus", 78),
        ("LIGHTSPEED_BASE_URL", "https://example.vendhq.com", 78),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, code: int, empty_shell: Shell) -> None:
    empty_shell.variables[name] = value
    ran = empty_shell("po", "list")
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert "u:p" not in ran.err


def test_a_daemon_that_is_just_starting_is_waited_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = shell.directory / "state"
    state.mkdir(exist_ok=True)
    lock = LockFile.take(state / "daemon.lock")
    looks: list[object] = []

    async def nobody_yet(_: object) -> None:
        looks.append(None)
        if len(looks) == 3:
            lock.release()
        raise ABSENT

    monkeypatch.setattr("lsync.cli.connection.find", nobody_yet)
    monkeypatch.setattr("lsync.cli.connection.LOOK_SECONDS", 0)
    ran = shell("po", "list")
    assert (ran.code, len(looks)) == (0, 3), "as long as the lock is held"
    looks.clear()
    shell("po", "list")
    assert len(looks) == 1, "nobody holds it: nobody is waited for"


def test_a_settings_file_that_is_none_is_called_what_it_is(empty_shell: Shell) -> None:
    binary = empty_shell.directory / "binary.toml"
    binary.write_bytes(b"\x7fELF\xd0\xff\x00")
    for path, said in (
        (str(empty_shell.directory), "it is a directory; name the settings file in it"),
        (str(binary), "it is no text in UTF-8"),
        ("nowhere.toml", "there is no such file"),
    ):
        ran = empty_shell("--config", path, "po", "list")
        assert (ran.code, said in ran.err, "codec" in ran.err) == (78, True, False), ran.err
