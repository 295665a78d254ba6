"""Asking before something that cannot be taken back, or that touches many things."""

import sys

import typer

from lsync.cli.failures import USAGE, Failure
from lsync.core.domain.sanitise import visible


def confirm(question: str, *, yes: bool) -> None:
    """Go on when ``yes`` was given or the person answers y.

    Raises:
        Failure: nobody is there to answer.
        typer.Abort: the answer was no.
    """
    if yes:
        return
    _check_somebody(question)
    typer.confirm(visible(question), abort=True, err=True)


def confirm_count(question: str, number: int, *, yes: bool) -> None:
    """Go on when ``yes`` was given or the person types how many things it is about.

    For a single thing y is enough. Raises like ``confirm``, and ``Failure`` for another number.
    """
    if yes or number == 1:
        confirm(question, yes=yes)
        return
    _check_somebody(question)
    typed = typer.prompt(
        f"{visible(question)} Type {number} to do it", default="", show_default=False, err=True
    )
    if not typed.strip():
        raise typer.Abort
    if typed.strip().replace(",", "") != str(number):
        raise Failure(
            f"Nothing was done: it is about {number}, and {typed.strip()} was typed.",
            next_step="Run it again; the question names what it is about.",
        )


def _check_somebody(question: str) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            f"{visible(question)} Nobody is there to answer.",
            why="Standard input is not a terminal.",
            next_step="Give --yes to do it without asking.",
            code=USAGE,
        )
