"""The control socket as a file: permissions, leftovers, and what is not ours."""

import os
import socket
import stat
from pathlib import Path

import pytest

from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.activation import take_inherited
from lsync.daemon.serving.control_socket import ControlSocket
from lsync.daemon.serving.lock import LockFile, LockHeldError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "lsync" / "control.sock"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def leave_dead_socket(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


def test_socket_and_directory_are_closed_to_strangers(path: Path) -> None:
    bound = ControlSocket.bind(path)
    assert mode(path) == 0o660
    assert mode(path.parent) == 0o750
    bound.close()


def test_an_existing_directory_keeps_its_mode(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o700)
    ControlSocket.bind(path).close()
    assert mode(path.parent) == 0o700


def test_the_umask_is_put_back(path: Path) -> None:
    before = os.umask(0o022)
    ControlSocket.bind(path).close()
    assert os.umask(before) == 0o022


def test_closing_removes_the_socket(path: Path) -> None:
    ControlSocket.bind(path).close()
    assert not path.exists()


def test_closing_leaves_a_socket_that_someone_else_made_there(path: Path) -> None:
    bound = ControlSocket.bind(path)
    path.unlink()
    leave_dead_socket(path)
    bound.close()
    assert path.exists()


def test_a_leftover_socket_is_replaced(path: Path) -> None:
    leave_dead_socket(path)
    bound = ControlSocket.bind(path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    bound.close()


def test_a_second_daemon_is_refused_and_told_the_pid(path: Path) -> None:
    bound = ControlSocket.bind(path)
    with pytest.raises(StartRefusedError) as refused:
        ControlSocket.bind(path)
    assert str(os.getpid()) in refused.value.message.error
    assert refused.value.message.exit_code == EXIT_RETRY
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    bound.close()


def test_a_live_socket_without_our_lock_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(StartRefusedError):
            ControlSocket.bind(path)
        assert path.exists()


def test_a_regular_file_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    with pytest.raises(StartRefusedError) as refused:
        ControlSocket.bind(path)
    assert refused.value.message.exit_code == EXIT_CONFIG
    assert "not a socket" in refused.value.message.error
    assert path.read_text() == "precious"


def test_a_symbolic_link_is_refused_and_left_alone(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_text("precious")
    path.symlink_to(target)
    with pytest.raises(StartRefusedError):
        ControlSocket.bind(path)
    assert target.read_text() == "precious"


def test_after_a_refusal_the_lock_is_free_again(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    with pytest.raises(StartRefusedError):
        ControlSocket.bind(path)
    path.unlink()
    ControlSocket.bind(path).close()


def test_a_path_below_a_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartRefusedError) as refused:
        ControlSocket.bind(tmp_path / "file" / "control.sock")
    assert refused.value.message.why
    assert refused.value.message.exit_code == EXIT_CONFIG


def test_a_path_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefusedError) as refused:
        ControlSocket.bind(tmp_path / ("x" * 120) / "control.sock")
    assert refused.value.message.exit_code == EXIT_CONFIG


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    held = LockFile.take(tmp_path / "lock")
    with pytest.raises(LockHeldError) as refused:
        LockFile.take(tmp_path / "lock")
    assert refused.value.pid == os.getpid()
    held.release()
    LockFile.take(tmp_path / "lock").release()


def test_sockets_for_another_process_are_not_taken() -> None:
    environ = {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
    taken = take_inherited(environ, pid=2)
    assert taken.control is None
    assert environ == {"LISTEN_PID": "1", "LISTEN_FDS": "1"}
