"""Options and arguments that several commands share, and what was given before the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lsync.cli.completing import job_ids, order_numbers
from lsync.cli.failures import USAGE, Failure
from lsync.cli.output import Output, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """The options that every command takes, in any place."""

    config: Path | None = None
    socket: Path | None = None
    verbose: bool = False
    quiet: bool = False
    no_pager: bool = False


def general(ctx: typer.Context) -> General:
    """The general options of this run."""
    given = ctx.find_root().obj
    return given if isinstance(given, General) else General()


def output(
    ctx: typer.Context, *, json: bool = False, jsonl: bool = False, csv: bool = False
) -> Output:
    """Where this command prints.

    Raises:
        Failure: two shapes are asked for at once.
    """
    wanted = {Shape.JSON: json, Shape.JSON_LINES: jsonl, Shape.CSV: csv}
    chosen = [shape for shape, given in wanted.items() if given]
    if len(chosen) > 1:
        raise Failure(
            f"{' and '.join(f'--{shape.value}' for shape in chosen)} exclude each other.",
            next_step="Give one of them.",
            code=USAGE,
        )
    shape = chosen[0] if chosen else Shape.TABLE
    return Output(shape=shape, quiet=general(ctx).quiet)


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
JsonLines = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object per line.")]
Csv = Annotated[
    bool, typer.Option("--csv", help="Print CSV for a spreadsheet; no cell acts as a formula.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="Show it again every two seconds until Ctrl-C.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Only queue the work.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="At most this many rows.", show_default=False),
]
OrderNumber = Annotated[
    str,
    typer.Argument(
        metavar="ORDER", help="Order number.", show_default=False, autocompletion=order_numbers
    ),
]
OrderNumbers = Annotated[
    list[str],
    typer.Argument(
        metavar="ORDER", help="Order numbers.", show_default=False, autocompletion=order_numbers
    ),
]
SomeOrders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ORDER",
        help="Order numbers.",
        show_default=False,
        autocompletion=order_numbers,
    ),
]
OrderOrEntry = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="Order number, or a log entry such as log:42.",
        show_default=False,
        autocompletion=order_numbers,
    ),
]
JobId = Annotated[
    int,
    typer.Argument(
        metavar="JOB", min=1, help="Job id.", show_default=False, autocompletion=job_ids
    ),
]
JobIds = Annotated[
    list[int],
    typer.Argument(
        metavar="JOB", min=1, help="Job ids.", show_default=False, autocompletion=job_ids
    ),
]
SomeJobs = Annotated[
    list[int] | None,
    typer.Argument(
        metavar="JOB", min=1, help="Job ids.", show_default=False, autocompletion=job_ids
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=0, help="Stop waiting after this many seconds; exits 75."),
]
