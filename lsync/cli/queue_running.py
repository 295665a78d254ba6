"""``lsync queue``: whether jobs run at all: pausing, recovering, working."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli.completing import job_types
from lsync.cli.connection import ask
from lsync.cli.groups import examples, part
from lsync.cli.options import General, Json, JsonLines, general, output
from lsync.cli.wording import count

if TYPE_CHECKING:
    from lsync.core.settings import Settings

app = part()

JobType = Annotated[
    str,
    typer.Argument(
        metavar="TYPE",
        help="A job type, such as sync.push; * is all.",
        autocompletion=job_types,
    ),
]


@app.command(
    "pause",
    epilog=examples("lsync queue pause --reason 'stock count'", "lsync queue pause sync.push"),
)
def pause(
    ctx: typer.Context,
    type_: JobType = "*",
    *,
    reason: Annotated[str, typer.Option("--reason", help="Shown to everyone who looks.")] = "",
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Start no more jobs, of one type or at all. Running ones end; nothing is lost."""
    from lsync.cli.job_view import PAUSE_COLUMNS

    paused = ask(ctx, lambda client: client.pause(type_, reason=reason))
    output(ctx, json=json, jsonl=jsonl).rows(paused, PAUSE_COLUMNS, empty="Nothing is paused.")


@app.command("resume", epilog=examples("lsync queue resume", "lsync queue resume sync.push"))
def resume(
    ctx: typer.Context, type_: JobType = "*", *, json: Json = False, jsonl: JsonLines = False
) -> None:
    """Start jobs again, of one type or all. What one type was paused for by itself stays paused."""
    from lsync.cli.job_view import PAUSE_COLUMNS, print_resumed

    paused = ask(ctx, lambda client: client.resume(type_))
    out = output(ctx, json=json, jsonl=jsonl)
    if out.for_people:
        print_resumed(out, type_, paused)
    else:
        out.rows(paused, PAUSE_COLUMNS, empty="Nothing is paused.")


@app.command("recover", epilog=examples("lsync queue recover", "lsync queue recover --json"))
def recover(ctx: typer.Context, *, json: Json = False) -> None:
    """Take back the jobs of workers that died, without waiting for it to happen by itself.

    Jobs that a living worker runs are left alone. `lsync queue list --stuck` shows them before.
    """
    done = ask(ctx, lambda client: client.recover())
    out = output(ctx, json=json)
    if json:
        out.one(done)
    else:
        out.text(f"{count(done.changed, 'job')} taken back.".capitalize())


@app.command("work", epilog=examples("lsync queue work", "lsync queue work 5"))
def work(
    ctx: typer.Context,
    sleep: Annotated[
        float | None,
        typer.Argument(
            metavar="SECONDS",
            help="Longest idle wait between looks at the database, as queue.worker_sleep.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run a worker in the foreground: the daemon without its public port.

    Polls and periodic work included; webhooks need the daemon. SIGTERM or Ctrl-C ends it after
    what runs has finished. Refused where a daemon works already on this state directory or
    SQLite file; a further worker of a shared database needs a daemon.state_dir of its own.
    """
    from lsync.daemon.main import run_daemon

    raise typer.Exit(run_daemon(partial(_load, general(ctx), sleep), public=False))


def _load(given: General, sleep: float | None, stored: dict[str, str]) -> "Settings":
    from lsync.core.settings import load_settings

    flags = {"daemon.socket": given.socket, "queue.worker_sleep": sleep}
    return load_settings(config=given.config, stored=stored, flags=flags)
