"""``lsync doctor``: look at everything, list findings with their fixes."""

import asyncio

import typer

from lsync.cli import options
from lsync.cli.connection import load
from lsync.cli.doctor.judging import Finding
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, part
from lsync.cli.options import General, Json, JsonLines
from lsync.cli.pager import through_pager

app = part()


@app.command("doctor", epilog=examples("lsync doctor", "lsync doctor --json"))
@through_pager
def doctor(ctx: typer.Context, *, json: Json = False, jsonl: JsonLines = False) -> None:
    """Check settings, files, daemon, database, Lightspeed, clock and webhooks.

    Each finding comes with its fix. Exits 1 when something has failed. Costs at most three API
    calls and changes nothing.
    """
    from lsync.cli.doctor.view import FINDING_COLUMNS

    findings = examine(options.general(ctx))
    options.output(ctx, json=json, jsonl=jsonl).rows(findings, FINDING_COLUMNS, empty="")
    if any(finding.state == "failed" for finding in findings):
        raise typer.Exit(FAILED)


def examine(given: General) -> list[Finding]:
    """Every finding, in the order in which things depend on each other.

    Raises:
        SettingsError: a setting is wrong; nothing else can be looked at.
    """
    from lsync.cli.doctor import looking

    settings = load(given)
    quiet = General(config=given.config, socket=given.socket, quiet=True)

    async def lightspeed() -> list[Finding]:
        return [finding async for finding in looking.look_at_lightspeed(quiet, settings)]

    return [
        Finding(check="settings", state="ok", message="Every value keeps its rule."),
        *looking.look_at_files(given, settings),
        looking.look_at_database(settings),
        *asyncio.run(looking.look_at_source(settings)),
        asyncio.run(looking.look_at_daemon(settings)),
        *asyncio.run(lightspeed()),
    ]
