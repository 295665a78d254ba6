"""``lsync config``: settings, and where each came from."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask, load
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.options import Json, JsonLines
from lsync.cli.spelling import nearest

if TYPE_CHECKING:
    from lsync.cli.table import Column
    from lsync.core.control.messages import SettingMessage
    from lsync.core.settings import Settings

app = group("Settings and where each came from.", "lsync config show")


@app.callback()
def config() -> None:
    """Settings and where each came from."""


@app.command(
    "show",
    epilog=examples(
        "lsync config show", "lsync config show lightspeed.base_url", "lsync config show --daemon"
    ),
)
def show(
    ctx: typer.Context,
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help="One key, or a section.", show_default=False),
    ] = None,
    *,
    daemon: Annotated[
        bool, typer.Option("--daemon", help="As the running daemon has them, not this shell.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show every setting with its value and where it came from. Secrets are masked."""
    rows = _chosen(_of_daemon(ctx) if daemon else _here(ctx), key)
    options.output(ctx, json=json, jsonl=jsonl).rows(rows, _columns(), empty="")


def _of_daemon(ctx: typer.Context) -> "list[SettingMessage]":
    return list(ask(ctx, lambda client: client.settings(), daemon=True))


def _here(ctx: typer.Context) -> "list[SettingMessage]":
    """The settings of a command started here, with those kept in the database."""
    from lsync.core.control.messages import SettingMessage
    from lsync.core.settings import show as shown

    given = options.general(ctx)
    settings = load(given, _stored(ctx, load(given)))
    return [
        SettingMessage(key=each.key, value=each.value, source=each.source, secret=each.secret)
        for each in shown(settings)
    ]


def _stored(ctx: typer.Context, settings: "Settings") -> dict[str, str]:
    """Values set with ``config set``; none, with a remark, when the database cannot be read."""
    from lsync.core.store.errors import DatabaseMissing, StoreError

    try:
        return asyncio.run(_read_stored(settings))
    except DatabaseMissing:
        return {}
    except StoreError as error:
        options.output(ctx).note(f"Values kept in the database are missing here: {error}")
        return {}


async def _read_stored(settings: "Settings") -> dict[str, str]:
    from lsync.core.store import stored_settings
    from lsync.core.store.database import Database

    database = await Database.open(settings.database_url, prefix=settings.database.table_prefix)
    try:
        async with database.read() as tx:
            return {each.key: each.value for each in await stored_settings.read_all(tx)}
    finally:
        await database.aclose()


def _chosen(found: "list[SettingMessage]", key: str | None) -> "list[SettingMessage]":
    """All settings, those of a section, or one.

    Raises:
        Failure: there is no such key.
    """
    if key is None:
        return found
    rows = [each for each in found if each.key == key or each.key.startswith(f"{key}.")]
    if not rows:
        near = nearest(key, (each.key for each in found))
        raise Failure(
            f"There is no setting {key}.",
            why=f"Did you mean {' or '.join(near)}?" if near else "",
            next_step="`lsync config show` lists all.",
            code=USAGE,
        )
    return rows


def _columns() -> "tuple[Column[SettingMessage], ...]":
    from lsync.cli.table import Column

    return (
        Column(title="Setting", cell=lambda each: each.key),
        Column(title="Value", cell=lambda each: each.value, elastic=True, fold=True),
        Column(title="From", cell=lambda each: each.source, elastic=True, fold=True),
    )
