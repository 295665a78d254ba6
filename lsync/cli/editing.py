"""Letting a person change a text in the editor of their choice."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from lsync.cli.failures import USAGE, Failure

DEFAULT = "vi"


def edit(text: str, *, suffix: str, otherwise: str) -> str:
    """Return ``text`` as the person saved it; it is kept in a file only they may read.

    ``otherwise`` says how to give the text without an editor.

    Raises:
        Failure: there is no terminal, no editor, or nothing was changed.
    """
    if not sys.stdin.isatty():
        raise Failure(
            "Nothing was changed.",
            why="There is no terminal for an editor.",
            next_step=otherwise,
            code=USAGE,
        )
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or DEFAULT
    with tempfile.TemporaryDirectory(prefix="lsync-") as directory:
        path = Path(directory) / f"edit{suffix}"
        path.write_text(text, encoding="utf-8")
        _run([*shlex.split(command), str(path)], otherwise=otherwise)
        edited = path.read_text(encoding="utf-8")
    if edited.strip() == text.strip():
        raise Failure("Nothing was changed.", next_step="The text was saved as it was.")
    return edited


def _run(command: list[str], *, otherwise: str) -> None:
    try:
        done = subprocess.run(command, check=False)
    except OSError as error:
        raise Failure(
            f"The editor {command[0]} cannot be started.",
            why=f"{error.strerror}.",
            next_step=f"Set EDITOR to one you have. {otherwise}",
        ) from error
    if done.returncode:
        raise Failure("Nothing was changed.", why=f"The editor ended with code {done.returncode}.")
