"""``lsync config init``: the first settings file, tried before it is saved."""

import asyncio
import getpass
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples
from lsync.cli.options import Json

if TYPE_CHECKING:
    from lsync.core.control.messages import VendTest
    from lsync.core.settings import Settings

EXAMPLES = examples(
    "lsync config init",
    "lsync config init --domain-prefix example --token lsxs_pt_example",
    "lsync config init lsync.toml --base-url http://127.0.0.1:8760 --token simulator-token",
)


def init(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="Default: in $XDG_CONFIG_HOME/lsync.",
            show_default=False,
        ),
    ] = None,
    *,
    domain_prefix: Annotated[
        str | None,
        typer.Option("--domain-prefix", help="First part of the shop's address."),
    ] = None,
    token: Annotated[str | None, typer.Option("--token", help="Personal token.")] = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Another address, such as a simulator's.")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", help="mysql://USER:PASSWORD@HOST/DATABASE")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="Where Lightspeed delivers webhooks.")
    ] = None,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Save without trying address and token.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    json: Json = False,
) -> None:
    """Write a settings file with every setting explained, after trying address and token.

    What is not given is asked for. Only its owner may read the file.
    """
    from lsync.core.settings import user_config_file
    from lsync.core.settings.writing import render_file

    target = (file or user_config_file(os.environ)).expanduser()
    if target.exists() and not force:
        raise Failure(
            f"{target} exists already; nothing was written.",
            next_step="Change single settings with `lsync config set`, or give --force.",
        )
    given = {
        "lightspeed.base_url": base_url,
        "lightspeed.domain_prefix": domain_prefix,
        "lightspeed.api_token": token,
        "database.url": database,
        "webhooks.public_url": public_url,
    }
    chosen = _complete({key: text for key, text in given.items() if text})
    settings = _check(chosen)
    tried = None if no_test else _try(settings)
    _write(target, render_file(chosen))
    out = options.output(ctx, json=json)
    if json:
        from lsync.cli.output import print_json

        print_json({"file": str(target), "tested": tried is not None})
        return
    if tried is not None:
        out.text(f"✓ {tried.message}")
    out.text(f"✓ Wrote {target}.\nNext: `lsync daemon{_config(file)}`, then `lsync status`.")


def _complete(chosen: dict[str, str]) -> dict[str, str]:
    """Ask for what is missing.

    Raises:
        Failure: nobody is there to ask.
    """
    needed = {
        "lightspeed.domain_prefix": "First part of https://….retail.lightspeed.app",
        "lightspeed.api_token": "Personal token (not shown)",
    }
    if "lightspeed.base_url" in chosen and "{domain_prefix}" not in chosen["lightspeed.base_url"]:
        del needed["lightspeed.domain_prefix"]
    missing = {key: question for key, question in needed.items() if key not in chosen}
    if missing and not sys.stdin.isatty():
        raise Failure(
            f"{' and '.join(missing)} must be given.",
            why="Standard input is not a terminal, so nobody can be asked.",
            next_step="Give --domain-prefix and --token.",
            code=USAGE,
        )
    return {**chosen, **{key: _ask(key, question) for key, question in missing.items()}}


def _ask(key: str, question: str) -> str:
    if key == "lightspeed.api_token":
        return getpass.getpass(f"{question}: ", stream=sys.stderr).strip()
    return str(typer.prompt(question, err=True)).strip()


def _check(chosen: dict[str, str]) -> "Settings":
    """These settings alone, without this shell's.

    Raises:
        SettingsError: one breaks its rule.
    """
    from lsync.core.settings import load_settings

    home = {"HOME": os.environ.get("HOME", "/"), "XDG_CONFIG_HOME": os.devnull}
    return load_settings(environment=home, flags=chosen, directory=Path(os.devnull))


def _try(settings: "Settings") -> "VendTest":
    """One cheap call with them.

    Raises:
        Failure: Lightspeed refused or was not reached.
    """
    from lsync.daemon.application import Application
    from lsync.daemon.operations.trying import vend_test

    application = Application(settings=settings, boot="init", mode="in_process")
    tried = asyncio.run(vend_test(application))
    if not tried.ok:
        raise Failure(
            f"{tried.message} Nothing was written.",
            next_step=f"{tried.next_step}, or give --no-test to save it untried.",
            code=tried.exit_code or FAILED,
        )
    return tried


def _write(target: Path, text: str) -> None:
    """Put the file in place whole, readable by its owner only."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished, path = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(unfinished, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(path).replace(target)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def _config(file: Path | None) -> str:
    return "" if file is None or str(file) == "config.toml" else f" --config {file}"
