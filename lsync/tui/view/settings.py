"""Settings with where each came from, as rows and as a page; and the test of the connection."""

from collections.abc import Sequence

from lsync.core.control.messages import SettingMessage, VendTest
from lsync.tui.view.commands import shell
from lsync.tui.view.fields import field_lines
from lsync.tui.view.marks import status_mark
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import milliseconds

COLUMNS = (
    Column(title="setting", least=28, most=34),
    Column(title="value", least=20),
    Column(title="source", least=12, most=30),
)
START_ONLY = ("database.", "daemon.")
"""Settings that only the file, the environment and flags can set."""


def settings_table() -> Table[SettingMessage]:
    """Return the table of settings."""
    return Table(
        columns=COLUMNS,
        key=lambda setting: setting.key,
        cells=setting_cells,
        sort_keys=(
            lambda setting: setting.key,
            lambda setting: setting.value,
            lambda setting: setting.source,
        ),
    )


def setting_cells(setting: SettingMessage) -> Sequence[Span]:
    """Return the cells of one row."""
    default = setting.source.startswith("default")
    return (
        Span(setting.key, Tone.PLAIN if default else Tone.STRONG),
        Span(setting.value, Tone.DIM if setting.secret or default else Tone.PLAIN),
        Span(setting.source, Tone.DIM),
    )


def set_command(setting: SettingMessage) -> str:
    """Return the command that would set the value it has now."""
    return shell("lsync", "config", "set", setting.key, "" if setting.secret else setting.value)


def why_not_change(setting: SettingMessage) -> str | None:
    """Return why a setting cannot be changed here, or ``None`` when it can."""
    if setting.key.startswith(START_ONLY):
        return f"{setting.key}: only the file, the environment and flags can set it; then restart."
    return None


def setting_detail(setting: SettingMessage) -> list[Line]:
    """Return the detail page: the value, its source, and how it can be changed."""
    facts = [("value", setting.value), ("comes from", setting.source)]
    if setting.key.startswith(START_ONLY):
        how = "Only the settings file, the environment and flags can change it; then restart."
    else:
        how = f"Change it with `{set_command(setting)}`, unless a higher source sets it."
    return [
        line(Span(setting.key, Tone.TITLE)),
        *field_lines([*facts, *([("secret", "never shown")] if setting.secret else [])]),
        (),
        line(how),
    ]


def outcome_lines(test: VendTest) -> list[Line]:
    """Return the outcome of the test of the connection to Lightspeed."""
    mark = Span("✓ ", Tone.GOOD) if test.ok else Span("✗ ", Tone.BAD)
    facts = [
        ("address", test.base_url),
        ("took", milliseconds(test.duration_ms)),
        ("outlets", ", ".join(test.outlets)),
        ("budget", f"{test.budget.remaining} of {test.budget.limit} left" if test.budget else ""),
    ]
    return [
        line(mark, Span(test.message, Tone.STRONG)),
        *([line(Span("→ ", Tone.DIM), Span(test.next_step))] if test.next_step else []),
        *field_lines([(name, value) for name, value in facts if value]),
    ]


def finding_lines(findings: Sequence[tuple[str, str, str, str]]) -> list[Line]:
    """Return doctor's findings: what is wrong first, each with its fix."""
    order = {"failed": 0, "warning": 1, "ok": 2}
    rows: list[Line] = []
    for check, state, message, fix in sorted(findings, key=lambda each: order.get(each[1], 3)):
        mark = status_mark(state)
        rows.append(line(mark.span(), Span(f"  {check}  ", Tone.STRONG), Span(message)))
        if fix and state != "ok":
            rows.append(line(Span("  fix: ", Tone.DIM), Span(fix)))
    return rows
