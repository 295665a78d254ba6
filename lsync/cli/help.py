"""``lsync help``: the help of any command by its words."""

from typing import Annotated

import typer

import lsync
from lsync.cli import spelling
from lsync.cli.groups import CommandGroup, RootGroup, examples, part
from lsync.cli.manual import manual_page

app = part()


def _commands(ctx: typer.Context, incomplete: str) -> list[str]:
    """Words that go on with what was typed of a command."""
    here = ctx.find_root()
    command: object = here.command
    for word in ctx.params.get("words") or ():
        command = command.get_command(here, word) if isinstance(command, CommandGroup) else None
    known = command.list_commands(here) if isinstance(command, CommandGroup) else []
    return [each for each in known if each.startswith(incomplete)]


@app.command(
    "help",
    epilog=examples(
        "lsync help", "lsync help po import", "lsync help sync:po", "lsync help --man > lsync.1"
    ),
)
def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COMMAND",
            help="The command to explain.",
            show_default=False,
            autocompletion=_commands,
        ),
    ] = None,
    *,
    man: Annotated[
        bool, typer.Option("--man", help="Print the manual page of all commands, as roff.")
    ] = False,
) -> None:
    """Explain a command, with examples."""
    here = ctx.find_root()
    if man and isinstance(here.command, RootGroup):
        every = here.command.every_command(here)
        typer.echo(manual_page(here.command, every, version=lsync.__version__), nl=False)
        return
    command = here.command
    groups = command.list_commands(here) if isinstance(command, CommandGroup) else []
    wanted = spelling.normalise(words or [], groups=groups)
    for word in wanted:
        if not isinstance(command, CommandGroup):
            break
        found = command.get_command(here, word)
        if found is None:
            raise command.unknown(here, wanted[wanted.index(word) :])
        command = found
        here = typer.Context(command, parent=here, info_name=word)
    typer.echo(command.get_help(here))
