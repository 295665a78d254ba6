"""Matters that wait for a person, as a table."""

from lsync.cli.matters import Matter
from lsync.cli.moments import local
from lsync.cli.table import Column, Styled

MARKS = {"failed": ("✗", "bold red"), "health": ("✗", "bold red"), "job": ("✗", "bold red")}


def _kind(matter: Matter) -> Styled:
    mark, style = MARKS.get(matter.kind, ("!", "yellow"))
    return Styled(text=f"{mark} {matter.kind}", style=style)


MATTER_COLUMNS: tuple[Column[Matter], ...] = (
    Column(title="Kind", cell=_kind),
    Column(title="What", cell=lambda matter: matter.about),
    Column(title="Since", cell=lambda matter: local(matter.since), rank=1),
    Column(title="Why", cell=lambda matter: matter.what, elastic=True, fold=True),
    Column(title="Next", cell=lambda matter: matter.next_step),
)
