"""The reference names every command, with an example that works."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_help import COMMANDS

REFERENCE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^|]+?)`.*\| `(lsync[^`]*)` \|$", REFERENCE, flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_reference(name: str) -> None:
    shown = name.removesuffix(" search")
    assert re.search(rf"`{shown}[ `]", REFERENCE), f"{shown} is missing in docs/commands.md"


@pytest.mark.parametrize("example", [example for _, example in ROWS])
def test_the_examples_name_real_commands_and_options(example: str, empty_shell: Shell) -> None:
    words = example.split()[1:]
    plain = [word for word in words if not word.startswith("-")]
    named = (" ".join(plain[:2]), *plain[:1], f"{plain[0]} search" if plain else "")
    name = next((each for each in named if each in COMMANDS), None)
    told = empty_shell(*(name or "").split(), "--help").out
    for option in (word for word in words if word.startswith("--")):
        assert option in told or option in empty_shell("--help").out
    assert name or plain == []
