"""What the dashboard remembers between runs: tab, theme, filters and orders of the lists.

Losing it costs nothing, so a file that cannot be read or written is passed over.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

NAME = "dashboard.json"


class Preferences(BaseModel):
    """How a person left the dashboard."""

    tab: str = "overview"
    theme: str | None = None
    filters: dict[str, str] = Field(default_factory=dict)
    """What was typed as the filter, by tab."""
    sorts: dict[str, str | None] = Field(default_factory=dict)
    """The column each list was sorted by, with a minus before it if descending."""


def load_preferences(path: Path) -> Preferences:
    """Return what was kept, or the usual when there is nothing that can be read."""
    try:
        return Preferences.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Preferences()


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Keep ``preferences`` for the next run; the file is whole or as it was before."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(unfinished, "w", encoding="utf-8") as stream:
            stream.write(preferences.model_dump_json(indent=1) + "\n")
        Path(name).replace(path)
