"""Run every benchmark, or those named, and print one table: `python -m benchmarks [NAME…]`.

Every module here with a function ``run()`` that returns figures is a benchmark.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from lsync.daemon.collector import collect_rarely

NOT_BENCHMARKS = {"__main__", "figures", "simulators", "tui_programs"}
MARKS = {True: "met", False: "MISSED", None: ""}


def benchmarks(wanted: list[str]) -> Iterator[tuple[str, list[Figure]]]:
    """Yield each benchmark's name and figures as they are measured."""
    names = [it.name for it in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in names:
        if name in NOT_BENCHMARKS or (wanted and name not in wanted):
            continue
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "run"):
            yield name, list(module.run())


def main() -> int:
    """Print the table; exit 1 if a benchmark that was named does not exist."""
    collect_rarely()  # as the daemon does; the rivals in this process gain by it too
    console = Console(width=150)
    table = Table("benchmark", "figure", "value", "goal", "", "note")
    done = set()
    for name, figures in benchmarks(sys.argv[1:]):
        done.add(name)
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
    unknown = set(sys.argv[1:]) - done
    if unknown:
        console.print(f"no such benchmark: {', '.join(sorted(unknown))}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
