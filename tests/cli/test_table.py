"""Tables that fit, and cells that are harmless."""

import io

from rich.console import Console

from lsync.cli.table import Column, Styled, build_table, choose_columns, share_width

Row = dict[str, str]


def column(title: str, *, rank: int = 0, elastic: bool = False, fold: bool = False) -> Column[Row]:
    return Column(title=title, cell=lambda row: row[title], rank=rank, elastic=elastic, fold=fold)


def render(rows: list[Row], columns: list[Column[Row]], *, width: int) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, markup=False).print(build_table(rows, columns, width=width))
    return stream.getvalue()


def test_the_highest_rank_is_dropped_first() -> None:
    columns = [column("a"), column("b", rank=2), column("c", rank=1)]
    assert choose_columns(columns, widths=[10, 10, 10], width=None) == [0, 1, 2]
    assert choose_columns(columns, widths=[10, 10, 10], width=36) == [0, 1, 2]
    assert choose_columns(columns, widths=[10, 10, 10], width=30) == [0, 2]
    assert choose_columns(columns, widths=[10, 10, 10], width=5) == [0]


def test_an_elastic_column_is_cut_before_another_is_dropped() -> None:
    columns = [column("a"), column("b", elastic=True), column("c", rank=1)]
    assert choose_columns(columns, widths=[10, 90, 10], width=40) == [0, 1, 2]


def test_no_line_is_wider_than_the_terminal() -> None:
    rows = [{"order": "PO-1001", "why": "x" * 300, "when": "2026-11-23 07:12 CET"}]
    columns = [column("order"), column("why", elastic=True), column("when", rank=1)]
    lines = render(rows, columns, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert "…" in lines[-1]


def test_a_folding_column_loses_nothing() -> None:
    words = " ".join(f"word{n}" for n in range(40))
    shown = render(
        [{"order": "1", "why": words}],
        [column("order"), column("why", elastic=True, fold=True)],
        width=40,
    )
    assert all(f"word{n}" in shown for n in range(40))


def test_markup_and_control_characters_stay_text() -> None:
    hostile = "[bold]x[/red] \x1b[2J \x07 \u202e evil [link=http://example.com]"
    shown = render([{"name": hostile}], [column("name")], width=200)
    assert "[bold]x[/red]" in shown
    assert "[link=http://example.com]" in shown
    assert not any(character in shown for character in "\x1b\x07\u202e")


def test_a_style_is_not_read_from_the_text() -> None:
    styled: Column[Row] = Column(title="s", cell=lambda row: Styled(text=row["s"], style="bold"))
    assert "[red]" in render([{"s": "[red]"}], [styled], width=40)


def test_elastic_columns_share_what_is_left_and_the_others_stay_whole() -> None:
    columns = [column("a"), column("b", elastic=True), column("c", elastic=True), column("d")]
    widths = share_width(columns, widths=[7, 100, 14, 9], kept=[0, 1, 2, 3], width=80)
    assert widths == {0: 7, 1: 42, 2: 14, 3: 9}
    assert sum(width + 2 for width in widths.values()) == 80


def test_short_cells_stay_whole_beside_long_ones() -> None:
    rows = [{"order": "PO-1001", "state": "submitted", "why": "x" * 200, "id": "y" * 36}]
    columns = [
        column("order"),
        column("state"),
        column("id", elastic=True),
        column("why", elastic=True),
    ]
    last = render(rows, columns, width=80).splitlines()[-1]
    assert "PO-1001 " in last
    assert "submitted " in last
    assert len(last) <= 80
