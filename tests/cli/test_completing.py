"""What the shell offers after TAB."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def offered(shell: Shell, line: str) -> list[str]:
    """What bash would be offered for the last word of ``line``."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "lsync"],
        cwd=shell.directory,
        env={
            **os.environ,
            **shell.variables,
            "_LSYNC_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.process
def test_commands_and_options_are_offered(empty_shell: Shell) -> None:
    assert {"po", "sync", "queue"} <= set(offered(empty_shell, "lsync "))
    assert offered(empty_shell, "lsync po app") == ["approve"]
    assert "--json" in offered(empty_shell, "lsync po list --js")


@pytest.mark.process
def test_without_a_daemon_its_database_is_asked(shell: Shell) -> None:
    file = shell.directory / "orders.csv"
    header = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
    file.write_text(f"{header}PO-77,Example,Harbour,SKU-1,2,3\n", encoding="utf-8")
    assert shell("po", "import", str(file)).code == 0
    assert offered(shell, "lsync po show PO") == ["PO-77"]


@pytest.mark.process
def test_without_a_daemon_or_a_database_nothing_is_offered_and_nothing_is_said(
    empty_shell: Shell, tmp_path: Path
) -> None:
    assert offered(empty_shell, f"lsync --socket {tmp_path}/none po show ") == []


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_a_completion_script_is_there_for_each_shell(shell_name: str, empty_shell: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lsync"],
        env={**os.environ, **empty_shell.variables, "_LSYNC_COMPLETE": f"source_{shell_name}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"_LSYNC_COMPLETE=complete_{shell_name}" in done.stdout


@pytest.mark.process
def test_the_older_spelling_is_completed_as_bash_breaks_it_and_whole(empty_shell: Shell) -> None:
    assert offered(empty_shell, "lsync sync : st") == ["status"]
    assert "status" in offered(empty_shell, "lsync sync :")
    assert offered(empty_shell, "lsync sync:st") == ["sync:status"]
    assert "--failed" in offered(empty_shell, "lsync sync : pending --fa")


@pytest.mark.process
def test_after_a_command_that_does_not_exist_nothing_is_said(empty_shell: Shell) -> None:
    assert "PO-77" not in offered(empty_shell, "lsync sync nothing PO")
    assert "status" in offered(empty_shell, "lsync nothing ")


@pytest.mark.process
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lsync queue list f", ["failed"]),
        ("lsync po list --state failed,rece", ["failed,receiving", "failed,received"]),
        ("lsync po list --sync-state dr", ["drifted"]),
        ("lsync queue list --priority cr", ["critical"]),
        ("lsync log --status wa", ["warning"]),
        ("lsync log --st", ["--status"]),
        ("lsync config show sync.po", ["sync.poll_seconds"]),
        ("lsync help sync pr", ["prove"]),
        ("lsync help que", ["queue"]),
    ],
)
def test_words_with_a_fixed_meaning_are_offered(
    empty_shell: Shell, line: str, words: list[str]
) -> None:
    assert offered(empty_shell, line) == words


@pytest.mark.process
def test_orders_are_offered_where_an_option_takes_them(shell: Shell) -> None:
    file = shell.directory / "orders.csv"
    header = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
    file.write_text(f"{header}PO-77,Example,Harbour,SKU-1,2,3\n", encoding="utf-8")
    assert shell("po", "import", str(file)).code == 0
    assert offered(shell, "lsync po list --order PO-1,PO") == ["PO-1,PO-77"]
    assert offered(shell, "lsync log --order PO") == ["PO-77"]
    assert offered(shell, "lsync vend consignment PO") == ["PO-77"]
