"""`config set` and `config unset`, over a database of either kind, without a daemon."""

import asyncio
from pathlib import Path

import pytest

from lsync.core.store import stored_settings
from lsync.core.store.database import Database
from tests.cli.conftest import Shell

CANARY = "canary-secret"


def stored(shell: Shell) -> dict[str, str]:
    """What lies in the database, as it lies there."""

    async def read() -> dict[str, str]:
        async with (
            await Database.open(shell.variables["LSYNC_DATABASE__URL"]) as database,
            database.read() as tx,
        ):
            return {each.key: each.value for each in await stored_settings.read_all(tx)}

    return asyncio.run(read())


def shown(shell: Shell, key: str) -> tuple[str, str]:
    (setting,) = shell("config", "show", key, "--json").json
    return setting["value"], setting["source"]


@pytest.mark.parametrize("name", ["sync.poll_seconds", "LSYNC_SYNC__POLL_SECONDS"])
def test_a_value_is_kept_and_forgotten(shell: Shell, name: str) -> None:
    ran = shell("config", "set", name, "30")
    assert ran.code == 0, ran.err
    assert shown(shell, "sync.poll_seconds") == ("30", "database (config set)")
    gone = shell("config:unset", name, "--json")
    assert (gone.json["value"], gone.json["was_stored"]) == (None, True)
    assert shown(shell, "sync.poll_seconds") == ("60", "default")
    assert "nothing changed" in shell("config", "unset", name).out


def test_the_older_names_are_taken(shell: Shell) -> None:
    assert shell("config:set", "sync_auto_on_approval", "false").code == 0
    assert stored(shell) == {"sync.auto_on_approval": "false"}
    assert shell("config:set", "lightspeed_api_token", CANARY).code == 0
    assert shown(shell, "lightspeed.api_token")[0] == "********"


def test_a_secret_is_sealed_and_never_shown(shell: Shell) -> None:
    for ran in (
        shell("config", "set", "lightspeed.webhook_secret", answer=f"{CANARY}\n"),
        shell("config", "set", "lightspeed.webhook_secret", CANARY, "--json"),
        shell("config", "show"),
        shell("log", "--json"),
        shell("config", "set", "lightspeed.webhook_secret", f"{CANARY} with a blank"),
    ):
        assert CANARY not in ran.out + ran.err
    assert CANARY not in stored(shell)["lightspeed.webhook_secret"]
    assert shown(shell, "lightspeed.webhook_secret") == ("********", "database (config set)")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["sync.poll_seconds", "often"], 78, "it must be a number"),
        (["database.url", "sqlite:////x.db"], 78, "before the database can be read"),
        (["daemon.socket", "/x.sock"], 78, "before the database can be read"),
        (["sync.pol_seconds", "30"], 2, "did you mean sync.poll_seconds"),
        (["sync.poll_seconds"], 2, "lsync config unset"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    shell: Shell, args: list[str], code: int, told: str
) -> None:
    ran = shell("config", "set", *args)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert stored(shell) == {}


def test_a_value_that_would_never_be_used_is_refused_and_the_winner_named(shell: Shell) -> None:
    shell.variables["SYNC_BATCH_SIZE"] = "7"
    ran = shell("config", "set", "sync.batch_size", "9")
    assert ran.code == 1
    assert "environment SYNC_BATCH_SIZE" in ran.err
    assert stored(shell) == {}


def test_the_database_wins_over_the_file(shell: Shell) -> None:
    (shell.directory / "config.toml").write_text("[sync]\nbatch_size = 7\n")
    assert shown(shell, "sync.batch_size")[0] == "7"
    assert shell("config", "set", "sync.batch_size", "9").code == 0
    assert shown(shell, "sync.batch_size")[0] == "9"


def test_a_stored_value_that_breaks_its_rule_can_be_forgotten(shell: Shell) -> None:
    async def spoil() -> None:
        async with (
            await Database.open(shell.variables["LSYNC_DATABASE__URL"]) as database,
            database.write() as tx,
        ):
            now = await tx.now()
            await stored_settings.put(tx, "sync.batch_size", value="x", by="t", now=now)

    asyncio.run(spoil())
    ran = shell("po", "list")
    assert ran.code == 78
    assert "database (config set)" in ran.err
    assert shell("config", "unset", "sync.batch_size").code == 0
    assert shell("po", "list").code == 0


def test_without_its_key_a_secret_is_missed_where_it_is_needed(shell: Shell) -> None:
    shell.variables["LIGHTSPEED_DOMAIN_PREFIX"] = "example"
    shell("config", "set", "lightspeed.api_token", CANARY)
    key = Path(shell.variables["LSYNC_DAEMON__STATE_DIR"]) / "oauth.key"
    assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    assert shell("po", "list").code == 0, "nobody needs it for that"
    assert "cannot be opened here" in shell("config", "show").err
    ran = shell("vend", "outlets")
    assert ran.code == 78
    assert "Set it again with `lsync config set`" in ran.err


def test_who_changed_what_is_written_down(shell: Shell) -> None:
    shell("config", "set", "sync.batch_size", "9")
    shell("config", "unset", "sync.batch_size")
    messages = [entry["message"] for entry in shell("log", "--json").json]
    assert [each.partition(": ")[2] for each in messages] == [
        "forget sync.batch_size",
        "set sync.batch_size",
    ]
