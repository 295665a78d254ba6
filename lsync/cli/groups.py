"""Typer groups as lsync uses them: loaded when needed, old spellings, near misses, examples."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command as build_command
from typer.main import get_group as build_group

from lsync.cli import spelling
from lsync.cli.closed_streams import open_closed_streams
from lsync.cli.failures import USAGE, Failure, give_up_output, reported
from lsync.cli.standard_output import watched_output

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter
    from typer._click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command or group of the first level, loaded only when it is used."""

    module: str
    help: str
    section: str


def group(description: str, *usual: str, cls: "type[CommandGroup] | None" = None) -> typer.Typer:
    """A Typer group with plain help; ``usual`` are examples of its most used commands."""
    return typer.Typer(
        cls=cls or CommandGroup,
        help=description,
        epilog=examples(*usual),
        rich_markup_mode=None,
        add_completion=False,
    )


def part() -> typer.Typer:
    """A Typer application that holds one command of the first level, or some of a group's."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def examples(*lines: str) -> str:
    """The examples at the end of a command's help, one line each."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


class CommandGroup(TyperGroup):
    """A group that answers with its help when no command is named, and knows near misses."""

    fallback: str | None = None
    """The command meant when the first word names none."""
    parts: ClassVar[Mapping[str, Sequence[str]]] = {}
    """By module: those of its commands that it holds. It is loaded when one of them is used."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put in the fallback command, or print help when nothing was asked for."""
        if self.fallback and (args or not ctx.resilient_parsing):
            args = self._with_fallback(args)
        elif not args and not ctx.resilient_parsing and not self.invoke_without_command:
            typer.echo(ctx.get_help())
            ctx.exit(USAGE)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: "Context") -> list[str]:
        """Every command, loaded or not, in the order in which they were named."""
        named = (name for names in self.parts.values() for name in names)
        return list(dict.fromkeys((*named, *super().list_commands(ctx))))

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """Load and return one command, or ``None``."""
        if cmd_name not in self.commands:
            for module in (module for module, names in self.parts.items() if cmd_name in names):
                self.commands.update(build_group(import_module(module).app).commands)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: "Context", args: list[str]
    ) -> "tuple[str | None, Command | None, list[str]]":
        """Find the command.

        Raises:
            Failure: there is none of that name; says which may be meant.
        """
        known = ctx.resilient_parsing or args[0].startswith("-")
        if not known and self.get_command(ctx, args[0]) is None:
            raise self.unknown(ctx, args)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: "Context", incomplete: str) -> "list[CompletionItem]":
        """What follows the group; bash takes the colon of `sync:` for a word of its own."""
        meant = self.get_command(ctx, self.fallback) if self.fallback else None
        if meant and incomplete.startswith("-"):
            here = typer.Context(meant, parent=ctx, info_name=self.fallback)
            return meant.shell_complete(here, incomplete)
        return super().shell_complete(ctx, "" if incomplete == ":" else incomplete)

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """List the commands, each with its whole first sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(200)) for name, each in commands if each]
            )

    def unknown(self, ctx: "Context", args: Sequence[str]) -> Failure:
        """The failure for a command that does not exist."""
        return _unknown(
            f"{ctx.command_path} {args[0]}",
            spelling.nearest(args[0], self.list_commands(ctx)),
            path=ctx.command_path,
        )

    def _with_fallback(self, args: list[str]) -> list[str]:
        known = {*self.commands, "--help"}
        return args if args and args[0] in known else [str(self.fallback), *args]


class RootGroup(CommandGroup):
    """The first level: loads a group's module only when one of its commands is used."""

    entries: Mapping[str, Entry]

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - lsync always ends by itself
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and end with its exit code; errors become text on stderr."""
        given = list(sys.argv[1:] if args is None else args)
        open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A terminal without the character shows a stand-in instead of an error.
                stream.reconfigure(errors="replace")
        with reported(verbose="--verbose" in given), watched_output():
            code = super().main(
                given, prog_name or "lsync", complete_var, False, windows_expand_args, **extra
            )
        raise SystemExit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: "Context") -> Any:
        """Run the command; whoever reads its output may stop early (`| head`)."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            give_up_output()
            ctx.exit(0)
        return result

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Accept general options anywhere and the older ``group:command``."""
        if ctx.resilient_parsing:
            args = spelling.drop_colon(args, groups=self.entries)
        return super().parse_args(ctx, spelling.normalise(args, groups=self.entries))

    def shell_complete(self, ctx: "Context", incomplete: str) -> "list[CompletionItem]":
        """The commands of the first level; those of a group in the older spelling too."""
        group, colon, begun = incomplete.partition(":")
        command = self.get_command(ctx, group) if colon and group in self.entries else None
        if not isinstance(command, CommandGroup):
            return super().shell_complete(ctx, incomplete)
        found = command.shell_complete(typer.Context(command, parent=ctx, info_name=group), begun)
        for item in found:
            item.value = f"{group}:{item.value}"
        return found

    def list_commands(self, ctx: "Context") -> list[str]:  # noqa: ARG002 - the library's signature
        """Every command of the first level."""
        return list(self.entries)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """Load and return one command, or ``None``."""
        if cmd_name not in self.commands and cmd_name in self.entries:
            app = import_module(self.entries[cmd_name].module).app
            # Typer itself takes a group without commands of its own for a mistake.
            command = build_group(app) if _is_group(app) else build_command(app)
            command.name = cmd_name
            self.commands[cmd_name] = command
        return super().get_command(ctx, cmd_name)

    def every_command(self, ctx: "Context") -> dict[str, "Command"]:
        """All commands by their whole name (``po import``), loaded."""
        found: dict[str, Command] = {}
        for name in self.entries:
            command = self.get_command(ctx, name)
            if isinstance(command, CommandGroup):
                for each in command.list_commands(ctx):
                    if sub := command.get_command(ctx, each):
                        found[f"{name} {each}"] = sub
            elif command is not None:
                found[name] = command
        return found

    def unknown(self, ctx: "Context", args: Sequence[str]) -> Failure:
        """Search the commands of all groups for what was meant."""
        words = [word for word in args[0].split(":") if word] + list(args[1:2])
        commands = self.every_command(ctx)
        last_words = {each.split()[-1] for each in commands}
        near = () if args[0] in last_words else spelling.nearest(args[0], self.entries)
        return _unknown(
            f"lsync {args[0]}", near or spelling.nearest_command(words, commands), path="lsync"
        )

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:  # noqa: ARG002 - the library's signature
        """List the commands by section, without loading any."""
        for section in dict.fromkeys(entry.section for entry in self.entries.values()):
            rows = [
                (name, each.help) for name, each in self.entries.items() if each.section == section
            ]
            with formatter.section(section):
                formatter.write_dl(rows)


def _is_group(app: typer.Typer) -> bool:
    return isinstance(app.info.cls, type) and issubclass(app.info.cls, CommandGroup)


def _unknown(named: str, near: Sequence[str], *, path: str) -> Failure:
    meant = f"Did you mean {' or '.join(f'`{path} {each}`' for each in near)}?" if near else ""
    return Failure(
        f"There is no command `{named}`.",
        why=meant,
        next_step=f"`{path} --help` lists the commands.",
        code=USAGE,
    )
