"""Holding, noting, importing, editing, mapping, repairing and deciding, as a person does it."""

import json
from pathlib import Path

import pytest

from lsync.core.control import messages as m
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard


async def to_orders(seen: Driven, *keys: str) -> None:
    await seen.press("2")
    await seen.sees("[2 Orders]", "PO-1008")
    await seen.press(*keys)


async def test_h_holds_and_releases(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "h")
        await seen.told("PO-1001 is held until h releases it.")
        await seen.press(*["j"] * 6, "h")
        await seen.until(lambda: daemon.done == ["hold PO-1001", "release PO-1007"])


async def test_n_writes_a_note_and_t_takes_the_order_on(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "n")
        await seen.sees("Note on PO-1001")
        await seen.type("supplier called")
        await seen.press("enter")
        await seen.told("Noted on PO-1001: me: supplier called")
        await seen.press("t")
        await seen.told("PO-1001: taken by me.")
        assert daemon.done == ["note PO-1001 supplier called False", "note PO-1001  True"]


async def test_f_shows_the_difference_and_y_repairs_exactly_that(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "f")
        await seen.sees(
            "≠ the order and Lightspeed differ", "set MUG-001 to 12", "costs 1 API call"
        )
        await seen.press("enter")
        await seen.misses("against Lightspeed")
        assert daemon.done == []
        await seen.press("f")
        await seen.sees("set MUG-001 to 12")
        await seen.press("y")
        await seen.told("The repair of PO-1001 is queued as job 120.")
        assert daemon.done == ["repair PO-1001 p7"]


async def test_where_nothing_differs_there_is_nothing_to_apply(daemon: FakeDaemon) -> None:
    daemon.equal = True
    async with dashboard(daemon) as seen:
        await to_orders(seen, "f")
        await seen.sees("✓ nothing differs", "1 line equal")
        await seen.press("y")
        await seen.sees("✓ nothing differs")
        assert daemon.done == []


async def test_the_history_is_stepped_through_and_marks_what_changed(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(100, 40)) as seen:
        await to_orders(seen, "comma")
        await seen.sees("3 of 3", "Supplier 2   (was Supplier 1)", "≠ MUG-001")
        await seen.press("comma")
        await seen.sees("2 of 3", "Supplier 1   (was Supplier 0)")
        await seen.press("comma", "comma", "comma")
        await seen.sees("1 of 3", "Supplier 0")
        await seen.press("full_stop", "full_stop")
        await seen.sees("3 of 3")


async def test_m_offers_the_nearest_and_maps_after_asking(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "m")
        await seen.sees("KETTLE-9", "Kettle red", "91%")
        await seen.press("enter")
        await seen.sees("Product KETTLE-9 means Kettle red, from now on?")
        await seen.press("y")
        await seen.told("KETTLE-9 means Kettle red. Queued: PO-1003.")
        assert daemon.done == ["map KETTLE-9 p9"]


async def test_what_a_word_means_can_be_typed(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "m")
        await seen.sees("Kettle red")
        await seen.press("t")
        await seen.sees("What is KETTLE-9?")
        await seen.type("KETTLE-7")
        await seen.press("enter", "y")
        await seen.until(lambda: daemon.done == ["map KETTLE-9 KETTLE-7"])


async def test_a_file_is_imported_after_its_effect_was_shown(
    daemon: FakeDaemon, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(b"order_number\n")
    async with dashboard(daemon, size=(120, 30)) as seen:
        await to_orders(seen, "i")
        await seen.sees("Import orders")
        await seen.type(str(file))
        await seen.press("enter")
        await seen.sees("Import orders.csv?", "≠ PO-1001  replaced", "line 1: 12 → 24")
        assert daemon.done == []
        await seen.press("y")
        await seen.told("1 order taken over from orders.csv.")
        assert daemon.done == ["import orders.csv"]


async def test_a_file_that_is_not_there_is_named(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "i")
        await seen.sees("Import orders")
        await seen.type("/nowhere/x.csv")
        await seen.press("enter")
        await seen.told("/nowhere/x.csv cannot be read: No such file or directory.")
        await seen.sees("Import orders", "/nowhere/x.csv")


REFUSED = m.ImportReport(
    filename="x",
    orders=(
        m.ImportedOrder(
            order_number="PO-1001",
            result="refused",
            lines=0,
            problems=(
                m.RowProblem(line=2, order_number="PO-1001", message="quantity: 'x' is no number"),
                m.RowProblem(line=7, order_number="PO-1001", message="sku is empty"),
            ),
        ),
    ),
)


async def test_a_file_that_changes_nothing_says_which_rows_are_wrong(
    daemon: FakeDaemon, tmp_path: Path
) -> None:
    daemon.import_report = REFUSED
    file = tmp_path / "x.csv"
    file.write_bytes(b"order_number\n")
    async with dashboard(daemon) as seen:
        await to_orders(seen, "i")
        await seen.sees("Import orders")
        await seen.type(str(file))
        await seen.press("enter")
        await seen.sees("x.csv would change nothing", "line 2: quantity", "line 7: sku is empty")


async def test_an_edit_that_is_refused_is_not_lost(daemon: FakeDaemon) -> None:
    daemon.import_report = REFUSED
    async with dashboard(daemon) as seen:
        await to_orders(seen, "e")
        await seen.sees("Lines of PO-1001")
        await seen.press("end", *"-mine", "ctrl+o")
        await seen.told("quantity: 'x' is no number")
        await seen.sees("Lines of PO-1001", "-mine")


@pytest.mark.parametrize(
    ("keys", "words"),
    [(("m", "enter"), "Mapping: not here"), (("D", "y"), "Answering: not here")],
)
async def test_what_may_only_be_read_says_so_when_something_is_chosen(
    daemon: FakeDaemon, keys: tuple[str, str], words: str
) -> None:
    async with dashboard(daemon, read_only=True) as seen:
        await to_orders(seen, keys[0])
        await seen.sees("Esc closes")
        await seen.press(keys[1])
        await seen.told(words)
        assert daemon.done == []


async def test_lines_are_edited_as_text_and_shown_before_they_are_taken_over(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon, size=(120, 40)) as seen:
        await to_orders(seen, "e")
        await seen.sees("Lines of PO-1001", "Ctrl-O goes on")
        await seen.press("delete", "delete", "delete", "x", "ctrl+o")
        await seen.told("does not begin with the number of a line")
        await seen.sees("Lines of PO-1001")
        await seen.press("delete", "1", "ctrl+o")
        await seen.sees("Change PO-1001?")
        await seen.press("y")
        await seen.until(lambda: daemon.done == ["import PO-1001.json"])
        assert daemon.imported is not None
        asked, content = daemon.imported
        assert asked.sent, "an order that has gone out can be edited, too"
        rows = json.loads(content)
        assert {row["order_number"] for row in rows} == {"PO-1001"}


async def test_one_question_is_answered_after_asking(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "D")
        await seen.sees("Questions that wait for you", "MUG-001", "3.75")
        await seen.press("y")
        await seen.sees("Accept: PO-1002 The cost of MUG-001", "[ n no ]")
        await seen.press("y")
        await seen.told("1 question answered: accept.")
        assert daemon.done == ["accept [1]"]


async def test_several_questions_need_the_typed_count(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen, "D")
        await seen.sees("MUG-001")
        await seen.press("space", "space", "n")
        await seen.sees("reject 2 questions", "This touches 2 questions:")
        await seen.press("2", "enter")
        await seen.told("2 questions answered: reject.")
        assert daemon.done == ["reject [1, 2]"]


@pytest.mark.parametrize("key", ["h", "n", "i", "e", "t"])
async def test_a_dashboard_that_only_reads_changes_nothing(daemon: FakeDaemon, key: str) -> None:
    async with dashboard(daemon, read_only=True) as seen:
        await to_orders(seen, key)
        await seen.told("was started to read only")
        assert daemon.done == []
