"""Trying address and token, and saying whose they were."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from lsync.cli.connection import ask, load
from lsync.cli.options import general

if TYPE_CHECKING:
    from lsync.core.control.messages import VendTest
    from lsync.core.settings import Settings

TOKEN = "lightspeed.api_token"  # noqa: S105 - the name of the setting


def try_shop(ctx: typer.Context) -> "VendTest":
    """The outcome, with remarks on how this shell's settings differ from the daemon's."""
    tried = ask(ctx, lambda client: client.vend_test(), database=False)
    if tried.tested_by != "daemon":
        return tried
    return tried.model_copy(update={"remarks": tuple(differences(load(general(ctx)), tried))})


def differences(here: "Settings", tried: "VendTest") -> Iterator[str]:
    """What somebody set for this shell and the daemon does not use. Pure.

    A token is never compared, so all that can be told is that there may be two.
    """
    wanted = here.lightspeed.domain_prefix
    if here.is_set("lightspeed.domain_prefix") and wanted != tried.domain_prefix:
        used = tried.domain_prefix or "none"
        yield _differs(here, "lightspeed.domain_prefix", f"{wanted} here", f"uses {used}")
    if here.is_set("lightspeed.base_url") and (url := _address(here)) != tried.base_url:
        yield _differs(here, "lightspeed.base_url", f"{url} here", "uses another")
    if here.is_set(TOKEN) and here.told_origin(TOKEN) != tried.token_source:
        whose = f"has its own ({tried.token_source})"
        yield _differs(here, TOKEN, "set here too, and was not tested", whose)


def _differs(here: "Settings", key: str, found: str, daemon: str) -> str:
    return f"{key} is {found} (from {here.told_origin(key)}); the daemon {daemon}."


def _address(here: "Settings") -> str:
    from lsync.core.settings import SettingsError

    try:
        return here.api_url()
    except SettingsError:
        return here.lightspeed.base_url
