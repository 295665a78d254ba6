"""What commands print for people and for programs."""

import json
from collections.abc import AsyncIterator

import pytest

from lsync.cli.output import Output, Shape, json_line
from lsync.cli.table import Column

HOSTILE = "a\x1b[2J\x7f\u202e\n[red]=1+1"
COLUMNS: tuple[Column[dict[str, str]], ...] = (Column(title="Name", cell=lambda row: row["name"]),)


async def stream(count: int) -> AsyncIterator[dict[str, str]]:
    for number in range(count):
        yield {"name": f"row {number} {HOSTILE}"}


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_streamed_array_is_one_document(
    count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    await Output(shape=Shape.JSON).stream(stream(count), COLUMNS, empty="none")
    document = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in document] == [f"row {n} {HOSTILE}" for n in range(count)]


async def test_an_array_that_cannot_be_read_to_its_end_is_not_begun(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken() -> AsyncIterator[dict[str, str]]:
        yield {"name": "row"}
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        await Output(shape=Shape.JSON).stream(broken(), COLUMNS, empty="none")
    assert capsys.readouterr().out == ""


async def test_a_huge_array_is_one_document_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsync.cli.output.HELD_CHARACTERS", 100)
    await Output(shape=Shape.JSON).stream(stream(30), COLUMNS, empty="none")
    assert len(json.loads(capsys.readouterr().out)) == 30


async def test_json_lines_are_one_object_each(capsys: pytest.CaptureFixture[str]) -> None:
    await Output(shape=Shape.JSON_LINES).stream(stream(3), COLUMNS, empty="none")
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["name"][:5] for line in lines] == ["row 0", "row 1", "row 2"]


async def test_a_table_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    await Output().stream(stream(60), COLUMNS, empty="none")
    told = capsys.readouterr()
    assert "row 49" in told.out
    assert "row 50" not in told.out
    assert "--limit" in told.err


async def test_a_table_with_a_limit_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    await Output().stream(stream(60), COLUMNS, empty="none", limit=2)
    told = capsys.readouterr()
    assert "row 1" in told.out
    assert told.err == ""


def test_no_rows_are_an_empty_array_or_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Output(shape=Shape.JSON).rows([], COLUMNS, empty="Nothing.")
    assert json.loads(capsys.readouterr().out) == []
    Output().rows([], COLUMNS, empty="Nothing.")
    assert capsys.readouterr().out == "Nothing.\n"


def test_remarks_are_left_out_when_quiet_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    Output(quiet=True).say("remark")
    Output(shape=Shape.JSON).say("remark")
    Output(quiet=True).text("result")
    assert capsys.readouterr().out == "result\n"


def test_nothing_raw_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Output().text(HOSTILE)
    Output().note(HOSTILE)
    Output().rows([{"name": HOSTILE}], COLUMNS, empty="")
    Output(shape=Shape.JSON).rows([{"name": HOSTILE}], COLUMNS, empty="")
    told = capsys.readouterr()
    for character in "\x1b\x7f\u202e":
        assert character not in told.out + told.err
    assert "[red]" in told.out


def test_json_escapes_del_as_well() -> None:
    assert json.loads(json_line({"a": "\x7f"})) == {"a": "\x7f"}
    assert "\x7f" not in json_line({"a": "\x7f"})
