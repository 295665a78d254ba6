"""What commands print: tables and texts for people, JSON for programs. Decides no exit code.

Outside text is shown through the sanitiser and never read as markup.
"""

import json
import os
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from io import StringIO
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import typer

from lsync.core.domain.sanitise import visible

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from lsync.cli.table import Column, Row

TABLE_ROWS = 50
"""Rows a table shows unless ``--limit`` says otherwise; JSON has all."""
HELD_CHARACTERS = 4_000_000
"""Of a JSON array that are held back until all of it is read, or there are more."""
PAGED_ROWS = 500
"""The same where a pager shows them."""


class Captured(StringIO):
    """What is printed, held back, as if it were written to the terminal ``instead_of``."""

    def __init__(self, instead_of: TextIO, *, paged: bool = False) -> None:
        """``paged``: it may be longer than the screen."""
        super().__init__()
        self._instead_of = instead_of
        self.paged = paged

    @property
    def encoding(self) -> str:  # type: ignore[override]  # StringIO has none, the terminal has
        """The terminal's."""
        return self._instead_of.encoding

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return self._instead_of.isatty()


class Shape(Enum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"


class Dumpable(Protocol):
    """A message of the control protocol."""

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """The message as JSON-ready values."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where one command's results go. ``quiet`` leaves out remarks, never results."""

    shape: Shape = Shape.TABLE
    quiet: bool = False

    @property
    def for_people(self) -> bool:
        """Whether a table or text is wanted, not JSON."""
        return self.shape is Shape.TABLE

    def say(self, text: str, *, style: str = "") -> None:
        """One remark for people; silent with ``--json`` and ``--quiet``."""
        if self.for_people and not self.quiet:
            self.text(text, style=style)

    def text(self, text: str, *, style: str = "") -> None:
        """A line of result, lines inside it kept."""
        from rich.text import Text

        self.render(Text(visible(text, keep_lines=True), style=style))

    def note(self, text: str) -> None:
        """A remark beside the result, on stderr."""
        if not self.quiet:
            from rich.text import Text

            error_console().print(Text(visible(text, keep_lines=True), style="dim"), soft_wrap=True)

    def render(self, renderable: "RenderableType") -> None:
        """Anything of Rich whose text is already safe."""
        console().print(renderable, soft_wrap=not sys.stdout.isatty())

    def one(self, message: Dumpable) -> None:
        """A single thing as one JSON object."""
        print_json(message.model_dump(mode="json"))

    def rows(
        self,
        rows: "Sequence[Row]",
        columns: "Sequence[Column[Row]]",
        *,
        empty: str,
        names: Sequence[str] = (),
    ) -> None:
        """A list that is already whole; ``empty`` is said instead of a table without rows.

        ``names`` head a sheet of CSV even if there are none.
        """
        if self.shape is Shape.JSON:
            print_json([plain(row) for row in rows])
        elif self.shape is Shape.JSON_LINES:
            for row in rows:
                typer.echo(json_line(plain(row)))
        elif self.shape is Shape.CSV:
            _print_sheet(rows, names)
        elif rows:
            self.table(rows, columns)
        else:
            self.say(empty)

    async def stream(
        self,
        rows: "AsyncIterator[Row]",
        columns: "Sequence[Column[Row]]",
        *,
        empty: str,
        limit: int | None = None,
        names: Sequence[str] = (),
    ) -> None:
        """A list of unknown length: JSON lines are written as they come, a table is cut.

        ``names`` head a sheet of CSV even if there are no rows.
        """
        if self.shape is Shape.JSON:
            await _json_array(rows)
        elif self.shape is Shape.JSON_LINES:
            async for row in rows:
                typer.echo(json_line(plain(row)))
        elif self.shape is Shape.CSV:
            from lsync.cli.sheet import Sheet

            sheet = Sheet(names)
            async for row in rows:
                sheet.add(plain(row))
        else:
            paged = isinstance(sys.stdout, Captured) and sys.stdout.paged
            shown, more = await _first(rows, limit or (PAGED_ROWS if paged else TABLE_ROWS))
            self.rows(shown, columns, empty=empty)
            if more and limit is None:
                remark = f"The first {len(shown)}; more with --limit, all with --jsonl."
                # In a pager it belongs to the end of the list, not before its beginning.
                (self.say if paged else self.note)(remark)

    def table(self, rows: "Sequence[Row]", columns: "Sequence[Column[Row]]") -> None:
        """A table as wide as the terminal, or as wide as it needs to be in a pipe."""
        from lsync.cli.table import build_table

        console().print(build_table(rows, columns, width=_fit()))


def plain(value: Any) -> Any:
    """A message, or a value of plain types, as JSON-ready values."""
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def print_json(value: Any) -> None:
    """One JSON document."""
    typer.echo(_harmless(json.dumps(value, indent=2)))


def json_line(value: Any) -> str:
    """One value as one line."""
    return _harmless(json.dumps(value, separators=(",", ":")))


def _print_sheet(rows: "Sequence[Row]", names: Sequence[str]) -> None:
    from lsync.cli.sheet import Sheet

    sheet = Sheet(names)
    for row in rows:
        sheet.add(plain(row))


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to who runs the command: Rich's own way out is exit code 1."""
            raise  # noqa: PLE0704 - Rich calls this where it caught the error

    plain_width = None if stream.isatty() or "COLUMNS" in os.environ else 10_000
    return Piped(
        file=stream,
        markup=False,
        highlight=False,
        emoji=False,
        width=plain_width,
        legacy_windows=False,
    )


def console() -> "Console":
    """Rich's view of stdout: colours only on a terminal and not under ``NO_COLOR``."""
    return _console(sys.stdout)


def error_console() -> "Console":
    """Rich's view of stderr."""
    return _console(sys.stderr)


def _fit() -> int | None:
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return console().width
    return None


def _harmless(document: str) -> str:
    """JSON escapes every control character but DEL."""
    return document.replace("\x7f", "\\u007f")


async def _json_array(rows: AsyncIterator[Any]) -> None:
    """Write an array in bounded memory; if reading fails, none, or one that is not closed."""
    held: list[str] = []
    size, separator = 0, "[\n"
    async for row in rows:
        indented = _harmless(json.dumps(plain(row), indent=2)).replace("\n", "\n  ")
        held.append(f"{separator}  {indented}")
        size, separator = size + len(held[-1]), ",\n"
        if size > HELD_CHARACTERS:
            sys.stdout.write("".join(held))
            held.clear()
    sys.stdout.write("".join(held))
    typer.echo("[]" if separator == "[\n" else "\n]")


async def _first(rows: "AsyncIterator[Row]", limit: int) -> "tuple[list[Row], bool]":
    shown: list[Row] = []
    async for row in rows:
        if len(shown) == limit:
            return shown, True
        shown.append(row)
    return shown, False


def block(title: str, lines: Iterable[str]) -> str:
    """A titled block of indented lines."""
    return "\n".join([title, *(f"  {line}" for line in lines)])
