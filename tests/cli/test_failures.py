"""Errors on stderr and the exit codes they end with."""

import pytest
import typer

from lsync.cli.failures import Failure, explain, reported
from lsync.core.control.errors import DaemonUnreachable
from lsync.core.control.messages import ErrorMessage


def run(error: BaseException, *, verbose: bool = False) -> int:
    with pytest.raises(SystemExit) as ended, reported(verbose=verbose):
        raise error
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_failure_tells_what_why_and_next(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(Failure("It broke.", why="A reason.", next_step="Do this.", code=75))
    told = capsys.readouterr()
    assert code == 75
    assert told.out == ""
    assert told.err == "Error: It broke.\n  Why: A reason.\n Next: Do this.\n"


def test_the_daemon_s_words_are_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(DaemonUnreachable("No daemon answers.")) == 69
    assert "lsync daemon" in capsys.readouterr().err


def test_an_unexpected_error_shows_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(KeyError("x")) == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "--verbose" in told


def test_verbose_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(KeyError("x\x1b[2J"), verbose=True) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "\x1b" not in told


def test_outside_text_in_errors_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    run(Failure("bad \x1b]52;c;x\x07 [red]", why="\u202e", next_step="\x9b1m"))
    told = capsys.readouterr().err
    assert not any(character in told for character in "\x1b\x07\u202e\x9b")
    assert "[red]" in told


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (typer.Abort(), 1),
        (typer.BadParameter("no"), 2),
        (PermissionError(13, "Permission denied", "/x"), 1),
    ],
)
def test_each_kind_of_error_has_its_code(error: BaseException, code: int) -> None:
    assert explain(error).code == code


def test_a_message_of_the_daemon_keeps_its_code() -> None:
    from lsync.core.control.errors import ControlError

    told = explain(ControlError(ErrorMessage(error="x", exit_code=75), status=503))
    assert (told.what, told.code) == ("x", 75)


def test_ordered_exits_pass_through() -> None:
    with pytest.raises(typer.Exit), reported(verbose=False):
        raise typer.Exit(3)


def test_a_number_that_is_none_is_told_in_plain_words() -> None:
    error = typer.BadParameter(
        "Input should be a valid integer, unable to parse string as an integer"
    )
    assert explain(error).what.endswith("it must be a whole number.")
