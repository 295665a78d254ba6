"""Mappings as commands."""

import asyncio
from pathlib import Path

import pytest

from lsync.core.store.database import Database
from tests.cli.conftest import Shell
from tests.daemon.test_mappings import fill


@pytest.fixture
def filled(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell whose database holds orders with unknown words."""
    path = empty_shell.directory / "lsync.db"
    path.write_bytes(sqlite_template.read_bytes())

    async def write() -> None:
        async with await Database.open(f"sqlite:///{path}") as database:
            await database.run(fill)

    asyncio.run(write())
    empty_shell.variables |= {"LSYNC_DATABASE__URL": f"sqlite:///{path}", "COLUMNS": "160"}
    return empty_shell


def test_suggestions_end_with_a_command_that_works(filled: Shell) -> None:
    told = filled("map", "suggest").out
    assert "lsync map set supplier NORTHWND 'Northwind Wholesale'" in told
    ran = filled("map", "set", "supplier", "NORTHWND", "Northwind Wholesale")
    assert ran.code == 0, ran.err
    assert "1 order queued: PO-1." in ran.out
    assert "PO-2 is still blocked" in ran.out
    assert "northwnd" in filled("map", "list").out
    assert filled("map", "remove", "supplier", "NORTHWND", "--json").json[0]["lightspeed_id"]
    assert "Nothing is mapped" in filled("map", "list").out


def test_json_has_scores_and_ids(filled: Shell) -> None:
    found = filled("map", "suggest", "PO-2", "--json").json
    assert [each["kind"] for each in found] == ["supplier", "product"]
    assert found[1]["candidates"][0] == {
        "lightspeed_id": "p-1",
        "name": "Green tea, loose",
        "sku": "TEA-100",
        "score": pytest.approx(0.8, abs=0.2),
    }
    assert filled("map", "set", "product", "TEA-1OO", "TEA-100", "--json").json["queued"] == []


def test_a_mistake_is_named(filled: Shell) -> None:
    assert filled("map", "set", "warehouse", "x", "y").code == 2
    ran = filled("map", "set", "supplier", "x", "Nobody")
    assert ran.code == 1
    assert "There is no supplier Nobody" in ran.err


def test_the_list_is_narrowed_and_read_to_its_end(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsync.cli.map.PAGE", 1)
    for word in ("NORTHWND", "SOUTHWND"):
        assert filled("map", "set", "supplier", word, "Northwind Wholesale").code == 0

    def words(*options: str) -> list[str]:
        return [each["local_id"] for each in filled("map", "list", "--json", *options).json]

    assert words() == ["northwnd", "southwnd"]
    assert words("--text", "SOUTH") == ["southwnd"]
    assert words("--source", "person", "--limit", "1") == ["northwnd"]
    assert words("--source", "lsync") == words("--until", "1h") == []
    assert len(words("--since", "1h", "--text", "wholesale")) == 2
