"""``lsync db``: the database's tables. Works on the database itself, without a daemon."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import lsync
from lsync.cli import options
from lsync.cli.connection import load
from lsync.cli.failures import FAILED, Failure
from lsync.cli.groups import examples, group
from lsync.cli.options import Json
from lsync.cli.wording import count, listing, marked

if TYPE_CHECKING:
    from lsync.cli.output import Output
    from lsync.core.store.schema_status import SchemaStatus

app = group(
    "The database: status, upgrade, backup.",
    "lsync db status",
    "lsync db upgrade",
    "lsync db backup /var/backups/lsync.db",
)


@app.command("status", epilog=examples("lsync db status", "lsync db status --json"))
def status(ctx: typer.Context, *, json: Json = False) -> None:
    """Show which database is used and whether its tables are up to date.

    Exits 1 when they are not, and says which table of another program keeps them from it.
    """
    from lsync.core.store.migrate import status as look

    settings = load(options.general(ctx))
    found = look(settings.database_url, settings.database.table_prefix)
    _print(ctx, found, json=json)
    if found.pending or found.too_new:
        raise typer.Exit(FAILED)


@app.command("upgrade", epilog=examples("lsync db upgrade", "lsync db upgrade --json"))
def upgrade(ctx: typer.Context, *, json: Json = False) -> None:
    """Create the database or bring its tables up to date. A SQLite file is copied first.

    Refused while a daemon of an older version runs.
    """
    from lsync.core.store.migrate import upgrade as run

    settings = load(options.general(ctx))
    out = options.output(ctx, json=json)
    done = run(
        settings.database_url,
        settings.database.table_prefix,
        version=lsync.__version__,
        on_revision=lambda revision: _tell(out, revision),
    )
    _print(ctx, done, json=json)


@app.command(
    "backup",
    epilog=examples(
        "lsync db backup /var/backups/lsync.db", "lsync db backup /var/backups/lsync.db --force"
    ),
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What the backup becomes.", show_default=False)
    ],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
    json: Json = False,
) -> None:
    """Copy a SQLite database, checked, while daemons go on. A server has tools of its own.

    FILE appears only when it is whole; until then an older one stays. For MySQL and MariaDB it
    prints the command to use and exits 1.
    """
    from lsync.cli.output import print_json
    from lsync.cli.progress import measuring
    from lsync.core.store.backup import back_up

    settings = load(options.general(ctx))
    out = options.output(ctx, json=json)
    with measuring("pages copied", quiet=not out.for_people or out.quiet) as progress:
        made = back_up(
            settings.database_url,
            file,
            prefix=settings.database.table_prefix,
            overwrite=force,
            progress=progress,
        )
    if json:
        print_json({"file": str(made.file), "bytes": made.bytes, "revision": made.revision})
    else:
        size = f"{made.bytes / 1024 / 1024:.1f} MB"
        out.text(f"Backup   {made.file}\nSize     {size}\nTables   {_made_of(made.revision)}")


def _tell(out: "Output", revision: str) -> None:
    """Say that a revision begins. The upgrade goes on whether or not anybody can read it."""
    with suppress(OSError, Failure):
        out.say(f"… {revision}")


def _made_of(revision: str | None) -> str:
    return f"revision {revision}; the copy was checked" if revision else "none of lsync's"


def _print(ctx: typer.Context, status: "SchemaStatus", *, json: bool) -> None:
    from lsync.cli.output import print_json

    if json:
        print_json(as_json(status))
        return
    out = options.output(ctx)
    out.text(f"Database  {status.database}\nTables    {_state(status)}{_in_the_way(status)}")


def as_json(status: "SchemaStatus") -> dict[str, Any]:
    """The stable shape of ``db status --json``."""
    return {
        "database": status.database,
        "current": status.current,
        "head": status.head,
        "pending": list(status.pending),
        "too_new": status.too_new,
        "taken": status.taken,
    }


def _state(status: "SchemaStatus") -> str:
    if status.too_new:
        return f"{marked('failed').text[0]} made by a newer lsync ({status.current}); upgrade lsync"
    if status.current is None:
        creates = "" if status.taken else "; `lsync db upgrade` or a daemon creates them"
        return f"{marked('warning').text[0]} none yet{creates}"
    if status.pending:
        behind = count(len(status.pending), "revision")
        runs = "" if status.taken else "; run `lsync db upgrade`"
        return f"{marked('warning').text[0]} {behind} behind ({listing(status.pending)}){runs}"
    return f"{marked('ok').text[0]} up to date ({status.current})"


def _in_the_way(status: "SchemaStatus") -> str:
    if status.obstacle is None:
        return ""
    told = f"{marked('failed').text[0]} {status.obstacle.what}"
    return f"\nObstacle  {told}\nNext      {status.obstacle.next_step}"
