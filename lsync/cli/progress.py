"""Progress of long work on stderr: a moving line on a terminal, nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


def _rate() -> "ProgressColumn":
    """How many a second, once that is known."""
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f}/s")

    return Rate()


@contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show how many there are so far, and how many a second."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from lsync.cli.output import error_console

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} {task.description}", markup=False),
        _rate(),
        TimeElapsedColumn(),
        console=error_console(),
        transient=True,
    ) as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.update(task, completed=count)


@contextmanager
def measuring(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how much is done of all, how many a second, and the time that is left.

    Nothing is shown before the first time it is told: remarks of the start come whole.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from lsync.cli.output import error_console

    progress = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        _rate(),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
    )
    task = progress.add_task(what, total=None)

    def tell(done: int, total: int) -> None:
        progress.start()
        progress.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        progress.stop()
