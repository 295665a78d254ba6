"""Run every benchmark, or those named, and print one table: `python -m benchmarks [NAME…]`.

Every module here is a benchmark, with a function ``run()`` that returns figures, but for what
those share.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from lsync.daemon.collector import collect_rarely

NOT_BENCHMARKS = {
    "__main__",
    "figures",
    "mariadb_by_hand",
    "peers",
    "queue_ours",
    "queue_process",
    "queue_rivals",
    "servers",
    "simulators",
    "tui_programs",
}
MARKS = {True: "met", False: "MISSED", None: ""}


def names() -> list[str]:
    """Return the names of all benchmarks."""
    found = (it.name for it in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [name for name in found if name not in NOT_BENCHMARKS]


def measured(wanted: list[str]) -> Iterator[tuple[str, list[Figure]]]:
    """Yield each benchmark's name and figures as they are measured."""
    for name in wanted:
        yield name, list(importlib.import_module(f"benchmarks.{name}").run())


def main() -> int:
    """Print the table; exit 2 if a benchmark that was named does not exist."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(names())}; without any, all")
    wanted = parser.parse_args().name
    if unknown := sorted(set(wanted) - set(names())):
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(names())}")
    collect_rarely()  # as the daemon does; the rivals in this process gain by it too
    console = Console(width=150)
    table = Table("benchmark", "figure", "value", "goal", "", "note")
    for name, figures in measured(wanted or names()):
        for figure in figures:
            goal = "" if figure.goal is None else f"{figure.goal:g} {figure.unit}"
            sign = {"lower": "≤ ", "higher": "≥ "}[figure.better] if goal else ""
            table.add_row(
                name,
                figure.name,
                f"{figure.value:,.2f} {figure.unit}",
                sign + goal,
                MARKS[figure.met],
                figure.note,
            )
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
