"""However a file is cut into pieces while it is read, it says the same; and little is held."""

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsync.core.domain.order_file import UnreadableFileError, read_rows, text
from lsync.core.domain.order_file.json_window import JsonWindow
from lsync.core.domain.order_file.rows import MAX_ROW_BYTES, FileProblem, Row

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,note"
CELLS = st.sampled_from(["PO-1", "é", "😀", '"a\nb"', '"', "", "1.5", "\udcff", "x" * 90])
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
CSV = st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=8).map(",".join), ENDS), max_size=9)
VALUES = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)
Told = list[Row | FileProblem] | tuple[str, int | None]


def told(content: bytes, name: str, *, piece: int, encoding: str | None = None) -> Told:
    """Everything a file gives when it is read in pieces of ``piece`` bytes."""
    before = text.PIECE_BYTES
    text.PIECE_BYTES = piece
    try:
        return list(read_rows(io.BytesIO(content), filename=name, encoding=encoding))
    except UnreadableFileError as error:
        return str(error), error.line
    finally:
        text.PIECE_BYTES = before


PIECES = st.integers(1, 40)


@given(CSV, PIECES)
def test_csv_in_pieces(rows: list[tuple[str, str]], piece: int) -> None:
    written = f"\ufeff{HEADER}\n" + "".join(row + end for row, end in rows)
    content = written.encode("utf-8", "surrogateescape")
    assert told(content, "o.csv", piece=piece) == told(content, "o.csv", piece=1 << 20)


@given(st.lists(VALUES, max_size=5), PIECES, st.sampled_from(["o.json", "o.jsonl"]), st.data())
def test_json_in_pieces(values: list[object], piece: int, name: str, data: st.DataObject) -> None:
    """Also when it is broken somewhere."""
    whole = json.dumps(values, indent=data.draw(st.sampled_from([None, 1])))
    cut = data.draw(st.integers(0, len(whole)))
    put = data.draw(st.sampled_from(["", "", "]", "}", '"', "1e", "\\u00", "-", "NaN"]))
    content = (whole[:cut] + put + whole[cut:]).encode()
    assert told(content, name, piece=piece) == told(content, name, piece=1 << 20)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1252", "shift_jis", "utf-7", "gb18030"])
@given(st.binary(max_size=60), PIECES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_encoding_in_pieces(encoding: str, content: bytes, piece: int) -> None:
    """The byte that does not fit is named by its place in the file."""
    content = f"{HEADER}\n".encode(encoding) + content
    given_ = told(content, "o.csv", piece=piece, encoding=encoding)
    assert given_ == told(content, "o.csv", piece=1 << 20, encoding=encoding)


@pytest.mark.parametrize("piece", [7, 64 * 1024])
def test_the_byte_that_does_not_fit_is_counted_from_the_beginning(piece: int) -> None:
    content = f"{HEADER}\n".encode() + b"x" * 1000 + b"\xff"
    message, _ = told(content, "o.csv", piece=piece, encoding="utf-8")
    assert f"byte {len(content)} does not fit" in str(message)


class Counted:
    """Pieces of a text, and how many characters of it were asked for."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while self.taken < len(self.whole):
            piece = self.whole[self.taken : self.taken + 1000]
            self.taken += len(piece)
            yield piece


@pytest.mark.parametrize("broken", ['{"a": 1,}', '{"a": nope}', '{"a": 1, "a": 2}', '{"a" 1}'])
def test_broken_json_is_noticed_without_reading_on(broken: str) -> None:
    pieces = Counted(broken + " " * 100_000)
    window = JsonWindow(iter(pieces))
    window.next()
    with pytest.raises(UnreadableFileError):
        window.value(what="this")
    assert pieces.taken < 5000


def test_a_quote_that_is_never_closed_is_not_followed_to_the_end_of_the_file() -> None:
    pieces = Counted('{"a": "' + "x" * 8 * MAX_ROW_BYTES)
    window = JsonWindow(iter(pieces))
    window.next()
    with pytest.raises(UnreadableFileError, match="Unterminated string"):
        window.value(what="this")
    assert pieces.taken < 4 * MAX_ROW_BYTES


def test_a_long_array_is_read_in_a_narrow_window() -> None:
    pieces = Counted(json.dumps([{"sku": f"S-{number}"} for number in range(5000)]))
    window = JsonWindow(iter(pieces))
    assert window.next() == "["
    window.drop()
    widest = 0
    for number in range(5000):
        assert window.value(what="it") == {"sku": f"S-{number}"}
        widest = max(widest, len(window._text))
        assert window.next() in (",", "]")
        window.drop()
        window.next()
    assert widest < 5000


def test_a_line_that_is_too_long_is_not_kept_whole() -> None:
    pieces = ("x" * 100_000 for _ in range(100))
    (line,) = text.lines_of(pieces)
    assert len(line) == MAX_ROW_BYTES + 1
