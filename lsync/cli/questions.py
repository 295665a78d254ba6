"""Asking before something that cannot be taken back."""

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
    if not sys.stdin.isatty():
        raise Failure(
            f"{visible(question)} Nobody is there to answer.",
            why="Standard input is not a terminal.",
            next_step="Give --yes to do it without asking.",
            code=USAGE,
        )
    typer.confirm(visible(question), abort=True, err=True)
