"""Errors as a person reads them on stderr, and the exit code each one ends with."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

import typer

from lsync.core.domain.sanitise import visible

if TYPE_CHECKING:
    from lsync.core.settings.errors import SettingsError

FAILED: Final = 1
USAGE: Final = 2
LATER: Final = 75
CONFIGURATION: Final = 78
INTERRUPTED: Final = 130
PLAINER = (
    ("Value error, ", ""),
    (", unable to parse string as an integer", ""),
    (", unable to parse string as a number", ""),
    ("Input should be a valid integer", "it must be a whole number"),
    ("Input should be a valid number", "it must be a number"),
    ("Input should be", "it must be"),
)
"""Words of the library that reads options, and what they mean for a person."""


class Failure(Exception):  # noqa: N818 - it is the sentence a person reads, not an error's name
    """A command could not do what was asked: what happened, why, what to do next."""

    def __init__(self, what: str, *, why: str = "", next_step: str = "", code: int = FAILED):
        """``code`` is one of the exit codes of this module."""
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step
        self.code = code


@contextmanager
def reported(*, verbose: bool) -> Iterator[None]:
    """Run a command; turn whatever it raises into text on stderr and an exit code.

    A traceback is shown only with ``verbose``.
    """
    try:
        yield
    except (typer.Exit, SystemExit):
        raise
    except BaseException as error:
        if verbose:
            traceback.print_exc(file=_Escaping(sys.stderr))
        failure = explain(error)
        report(failure)
        raise SystemExit(failure.code) from error


def explain(error: BaseException) -> Failure:
    """What ``error`` means for the person who ran the command."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, typer.Abort):
        return Failure("Nothing was done: the question was not answered with yes.")
    if isinstance(error, KeyboardInterrupt):
        return Failure("Interrupted.", code=INTERRUPTED)
    return _from_below(error) or Failure(
        f"Something happened that lsync does not expect: {type(error).__name__}: {error}",
        next_step="Run it again with --verbose to see where; nothing else is needed to report it.",
    )


def report(failure: Failure) -> None:
    """Write a failure to stderr in at most three parts."""
    from lsync.cli.output import error_console

    console = error_console()
    console.print(_labelled("Error:", failure.what, style="bold red"), soft_wrap=True)
    if failure.why:
        console.print(_labelled("  Why:", failure.why, style="bold"), soft_wrap=True)
    if failure.next_step:
        console.print(_labelled(" Next:", failure.next_step, style="bold"), soft_wrap=True)


def _labelled(label: str, text: str, *, style: str) -> object:
    from rich.text import Text

    indented = visible(text, keep_lines=True).strip().replace("\n", "\n       ")
    return Text.assemble((label, style), " ", indented)


def _usage(error: typer.TyperException) -> Failure:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lsync"
    what = error.format_message().strip()
    for said, plainer in PLAINER:
        what = what.replace(said, plainer)
    return Failure(
        what if what.endswith((".", "?", "!")) else f"{what}.",
        next_step=f"See `{path} --help`.",
        code=error.exit_code,
    )


def _from_below(error: BaseException) -> Failure | None:
    """Errors of the layers below, each of which already knows what, why and what next."""
    from lsync.core.control.errors import ControlError
    from lsync.core.settings.errors import SettingsError
    from lsync.core.store.errors import DatabaseMissing, StoreError

    if isinstance(error, ControlError):
        told = error.message
        return Failure(told.error, why=told.why, next_step=told.next_step, code=told.exit_code)
    if isinstance(error, SettingsError):
        return _settings(error)
    if isinstance(error, DatabaseMissing):
        return Failure(
            f"No daemon answers, and the database is missing: {error.what}",
            why=error.why,
            next_step="Start `lsync daemon`, which creates it; `lsync demo` shows how it works.",
            code=error.exit_code,
        )
    if isinstance(error, StoreError):
        return Failure(error.what, why=error.why, next_step=error.next_step, code=error.exit_code)
    if isinstance(error, OSError) and error.filename is not None:
        return Failure(f"{error.filename}: {error.strerror}.")
    return None


def _settings(error: "SettingsError") -> Failure:
    problems = [str(problem) for problem in error.problems]
    return Failure(
        "A setting cannot be used." if len(problems) == 1 else "Some settings cannot be used.",
        why="\n".join(problems),
        next_step="Correct the value in the place named; `config.example.toml` explains every "
        "setting.",
        code=error.exit_code,
    )


class _Escaping:
    """A text stream that shows control characters instead of sending them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(visible(text, keep_lines=True))


def give_up_output() -> None:
    """Send what is still to be printed nowhere: the pipe is closed, and that is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
