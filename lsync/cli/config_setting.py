"""Reading the value of a setting from a person, and telling what became of it."""

import getpass
import sys
from typing import TYPE_CHECKING

from lsync.cli.failures import USAGE, Failure

if TYPE_CHECKING:
    from lsync.core.control.messages import SettingChanged


def read_value(key: str, given: str | None) -> str:
    """The value: as given, else asked for without showing it, else a line of standard input.

    Raises:
        Failure: there is none.
    """
    if given is not None:
        return given
    if sys.stdin.isatty():
        text = getpass.getpass(f"{key} (not shown): ", stream=sys.stderr)
    else:
        text = sys.stdin.readline()
    text = text.strip()
    if not text:
        raise Failure(
            f"No value was given for {key}.",
            next_step="Give it after the key, a secret on standard input (the shell keeps what is "
            f"typed after a command); `lsync config unset {key}` forgets it.",
            code=USAGE,
        )
    return text


def changed_text(changed: "SettingChanged") -> str:
    """What is stored now, and from when on it is used."""
    if changed.value is None:
        if not changed.was_stored:
            return f"{changed.key} was not stored in {changed.database}; nothing changed."
        head = f"{changed.key} is no longer stored in {changed.database}."
    else:
        head = f"{changed.key} = {changed.value} is stored in {changed.database}."
    when = (
        "A running daemon takes it up at its next call."
        if changed.at_once
        else "A running daemon uses it from its next start on."
    )
    return f"{head}\n{when}"
