"""``lsync config``: settings, and where each came from."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import config_init, options
from lsync.cli.completing import setting_keys
from lsync.cli.connection import ask, load
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.options import Json, JsonLines
from lsync.cli.output import Output
from lsync.cli.pager import through_pager
from lsync.cli.spelling import nearest

if TYPE_CHECKING:
    from lsync.cli.table import Column
    from lsync.core.control.messages import SettingChanged, SettingMessage
    from lsync.core.settings import Settings

app = group(
    "Settings and where each came from.",
    "lsync config show",
    "lsync config set sync.poll_seconds 30",
)

SettingKey = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="A setting, also by its variable or older name.",
        show_default=False,
        autocompletion=setting_keys,
    ),
]


@app.callback()
def config() -> None:
    """Settings and where each came from."""


@app.command(
    "show",
    epilog=examples(
        "lsync config show", "lsync config show lightspeed.base_url", "lsync config show --daemon"
    ),
)
@through_pager
def show(
    ctx: typer.Context,
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY",
            help="One key, or a section.",
            show_default=False,
            autocompletion=setting_keys,
        ),
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


@app.command(
    "set",
    epilog=examples(
        "lsync config set sync.poll_seconds 30",
        "lsync config set lightspeed.api_token",
        "lsync config:set sync_auto_on_approval false",
    ),
)
def set_(
    ctx: typer.Context,
    key: SettingKey,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE", help="Left out, a secret is asked for unseen.", show_default=False
        ),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Keep a setting in the database, for every lsync that uses it.

    The value is checked first. Secrets are sealed and never shown. The file, unlike environment
    and flags, gives way to it; a value that would give way itself is refused.
    """
    from lsync.cli.config_setting import read_value

    text = read_value(key, value)
    changed = ask(ctx, lambda client: client.change_setting(key, text), stored=False)
    _tell_changed(ctx, changed, json=json)


@app.command("unset", epilog=examples("lsync config unset sync.poll_seconds"))
def unset(ctx: typer.Context, key: SettingKey, *, json: Json = False) -> None:
    """Forget a setting that is kept in the database; the next source decides again."""
    changed = ask(ctx, lambda client: client.change_setting(key, None), stored=False)
    _tell_changed(ctx, changed, json=json)


app.command("init", epilog=config_init.EXAMPLES)(config_init.init)


def _tell_changed(ctx: typer.Context, changed: "SettingChanged", *, json: bool) -> None:
    from lsync.cli.config_setting import changed_text

    out = options.output(ctx, json=json)
    if json:
        out.one(changed)
    else:
        out.text(changed_text(changed))


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
    from lsync.core.store.database import Database
    from lsync.daemon.login_token import key_file
    from lsync.daemon.stored_values import read_stored

    url, prefix = settings.database_url, settings.database.table_prefix
    async with await Database.open(url, prefix=prefix) as database:
        stored = await read_stored(database, key_file=key_file(settings))
    for key, error in stored.unreadable.items():
        Output().note(f"{key} is kept in the database and cannot be opened here. {error.why}")
    return dict(stored.values)


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
