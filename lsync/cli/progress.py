"""Progress of long work on stderr: a moving line on a terminal, nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
        TextColumn("{task.speed:,.0f}/s", markup=False),
        TimeElapsedColumn(),
        console=error_console(),
        transient=True,
    ) as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.update(task, completed=count)
