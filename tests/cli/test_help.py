"""Every command explains itself, with an example."""

from importlib import import_module

import pytest
import typer
from typer.main import get_command, get_group

from lsync.cli.app import ENTRIES, app
from lsync.cli.groups import RootGroup
from lsync.cli.queue import Queue
from tests.cli.conftest import Shell

ROOT = get_command(app)
assert isinstance(ROOT, RootGroup)
COMMANDS = ROOT.every_command(typer.Context(ROOT, info_name="lsync"))
ISSUED = {
    "po": "import list show approve edit note submit cancel close",
    "sync": "po pending status retry plan",
    "queue": "stats list show errors retry cancel discard edit clear prune pause resume recover "
    "work",
    "vend": "test",
    "webhook": "create list",
    "config": "init show set unset",
    "db": "status upgrade backup",
    "log": "search show",
}
ALONE = {"attention", "status", "daemon", "tui", "simulator", "demo", "help"}


def test_no_promised_command_is_missing() -> None:
    promised = {f"{group} {name}" for group, names in ISSUED.items() for name in names.split()}
    assert promised | ALONE <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_a_sentence_an_example_and_every_option_explained(
    name: str, empty_shell: Shell
) -> None:
    ran = empty_shell(*name.split(), "--help")
    assert ran.code == 0
    assert ran.err == ""
    assert "Examples:" in ran.out
    assert f"    lsync {name.removesuffix(' search')}" in ran.out
    command = COMMANDS[name]
    assert command.help
    unexplained = [each.name for each in command.params if not getattr(each, "help", None)]
    assert unexplained == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_command_says_the_same_in_either_spelling(name: str, empty_shell: Shell) -> None:
    group, _, command = name.partition(" ")
    expected = empty_shell(*name.split(), "--help").out
    assert empty_shell("help", *name.split()).out == expected
    if command:
        assert empty_shell("help", f"{group}:{command}").out == expected
        assert empty_shell(f"{group}:{command}", "--help").out == expected


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_the_overview_says_what_the_command_says_of_itself(name: str, empty_shell: Shell) -> None:
    told = empty_shell("--help").out
    assert f"{name}  " in told
    assert ENTRIES[name].help in told
    assert empty_shell(name, "--help").code == 0


def test_a_group_alone_shows_its_commands_and_exits_2(empty_shell: Shell) -> None:
    ran = empty_shell("queue")
    assert ran.code == 2
    assert "Commands:" in ran.out


@pytest.mark.parametrize(
    ("args", "meant"),
    [
        (["quue"], "lsync queue"),
        (["po", "shwo", "1"], "lsync po show"),
        (["import", "x.csv"], "lsync po import"),
        (["help", "quue"], "lsync queue"),
        (["help", "po", "lst"], "lsync po list"),
        (["sync:stats"], "lsync sync status"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(
    args: list[str], meant: str, empty_shell: Shell
) -> None:
    ran = empty_shell(*args)
    assert ran.code == 2
    assert f"`{meant}`" in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ["po", "show"],
        ["po", "show", "1", "2"],
        ["queue", "show", "x"],
        ["queue", "show", "0"],
        ["po", "list", "--nonsense"],
        ["--socket"],
        ["queue", "list", "nonsense"],
        ["po", "list", "--state", "nonsense"],
        ["log", "--since", "soon"],
        ["log", "show", "x"],
        ["po", "approve"],
        ["po", "approve", "1", "--all"],
        ["queue", "retry"],
        ["simulator", "--fault", "nonsense=1"],
        ["simulator", "--fault", "5xx=2"],
        ["config", "show", "nonsense"],
        ["tui"],
        ["tui", "nonsense"],
    ],
)
def test_wrong_usage_exits_2_and_says_what_to_do(args: list[str], empty_shell: Shell) -> None:
    ran = empty_shell(*args)
    assert ran.code == 2, ran.err
    assert ran.err.startswith("Error: ")
    assert "Next: " in ran.err
    assert "Traceback" not in ran.err


def test_the_version_is_told(empty_shell: Shell) -> None:
    assert empty_shell("--version").out.startswith("lsync ")


def test_general_options_work_before_and_after_the_command(empty_shell: Shell) -> None:
    config = empty_shell.directory / "other.toml"
    config.write_text("[queue]\nconcurrency = 3\n", encoding="utf-8")
    for args in (
        ["--config", str(config), "config", "show", "queue.concurrency", "--json"],
        ["config", "show", "--config", str(config), "queue.concurrency", "--json"],
        ["config:show", "queue.concurrency", "--json", f"--config={config}"],
    ):
        (setting,) = empty_shell(*args).json
        assert (setting["value"], setting["source"]) == ("3", f"{config} line 2")


def test_the_manual_page_says_what_options_and_arguments_take(empty_shell: Shell) -> None:
    page = empty_shell("help", "--man").out.replace("\\-", "-")
    for term in ("--config FILE", "[ORDER]...", "--watch\n", "--state VALUE", "LSYNC_PAGER, PAGER"):
        assert f".B {term}" in page, term


def test_the_manual_page_holds_every_command_option_and_example(empty_shell: Shell) -> None:
    page = empty_shell("help", "--man").out
    assert page.startswith(".TH LSYNC 1")
    for name, command in COMMANDS.items():
        assert f".SS lsync {name}\n" in page
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.opts[0].replace("-", "\\-") in page
    assert "lsync sync po PO\\-1001\n" in page
    assert not any(line.startswith("'") for line in page.splitlines())


def test_each_part_of_a_group_holds_the_commands_it_is_loaded_for() -> None:
    for module, names in Queue.parts.items():
        assert list(get_group(import_module(module).app).commands) == list(names)


def test_the_usage_line_brackets_each_argument_once(empty_shell: Shell) -> None:
    assert "lsync po hold [OPTIONS] [ORDER]...\n" in empty_shell("po", "hold", "--help").out
    assert "lsync queue list [OPTIONS] [STATE] [LIMIT]\n" in empty_shell("help", "queue:list").out
