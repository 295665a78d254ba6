"""Importing files that are written otherwise, from the command line."""

import errno
import os
from pathlib import Path
from threading import Thread
from typing import NoReturn

import pytest

from lsync.cli.order_file import LARGEST
from tests.cli.conftest import Shell

TEXT = "Nummer;Lieferant;Filiale;sku;Menge;Preis\nPO-1;Müller;Köln;T1;2;3,50\n"
NAMES = {
    "order_number": "Nummer",
    "supplier": "Lieferant",
    "outlet": "Filiale",
    "quantity": "Menge",
    "unit_cost": "Preis",
}
COLUMNS = [word for ours, theirs in NAMES.items() for word in ("--column", f"{ours}={theirs}")]


def test_a_file_of_another_program_comes_in_as_it_is(shell: Shell) -> None:
    file = shell.directory / "bestellungen.csv"
    file.write_bytes(TEXT.encode("cp1252"))
    wanted = ("po", "import", str(file), "--decimal", "comma", "--encoding", "cp1252", *COLUMNS)
    assert "dry run" in shell(*wanted, "--dry-run").out
    assert shell("po", "list", "--json").json == []
    assert shell(*wanted).code == 0
    order = shell("po", "show", "PO-1", "--json").json
    assert (order["supplier"], order["outlet"]) == ("Müller", "Köln")
    assert order["lines"][0]["unit_cost"] == "3.5"


def test_a_wish_that_cannot_be_read_is_named(shell: Shell) -> None:
    file = shell.directory / "b.csv"
    file.write_text(TEXT, encoding="utf-8")
    for wrong in (("--column", "quantity"), ("--column", "sku=a", "--column", "sku=b")):
        assert shell("po", "import", str(file), *wrong).code == 2
    ran = shell("po", "import", str(file), "--column", "quantitty=Menge")
    assert ran.code == 2
    assert "--column cannot be quantitty." in ran.err
    assert "Did you mean quantity?" in ran.err
    assert "Choose one of order_number, supplier," in ran.err


def test_a_file_in_another_encoding_says_once_how_to_import_it(shell: Shell) -> None:
    file = shell.directory / "b.csv"
    rows = "".join(f"PO-{number},Müller,Köln,T,1,2\n" for number in range(3))
    file.write_bytes(f"{HEADER}{rows}".encode("cp1252"))
    ran = shell("po", "import", str(file))
    assert (ran.code, ran.out.count("--encoding cp1252")) == (1, 1)
    assert shell("po", "import", str(file), "--encoding", "cp1252").code == 0


HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"


def test_what_comes_out_of_a_pipe_is_imported_too(shell: Shell) -> None:
    pipe = shell.directory / "orders.csv"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(f"{HEADER}PO-1,A,B,S,1,2\n",), daemon=True)
    writer.start()
    ran = shell("po", "import", str(pipe), "--json")
    writer.join()
    assert [order["result"] for order in ran.json["orders"]] == ["created"]


def test_a_file_that_is_too_large_for_orders_is_not_sent(shell: Shell) -> None:
    file = shell.directory / "large.csv"
    with file.open("wb") as opened:
        opened.truncate(LARGEST + 1)
    ran = shell("po", "import", str(file))
    assert ran.code == 1
    assert "The limit is 64 MiB" in ran.err


def test_an_encoding_of_any_length_that_is_none_is_named(shell: Shell) -> None:
    file = shell.directory / "orders.csv"
    file.write_text(f"{HEADER}PO-1,A,B,S,1,2\n")
    for encoding in ("klingon" * 9, "", "base64"):
        ran = shell("po", "import", str(file), "--encoding", encoding)
        assert ran.code == 2
        assert f"--encoding cannot be {encoding}." in ran.err
        assert "usual are utf-8, utf-16, cp1252, latin-1" in ran.err


JSON = (
    '[{"order_number": "PO-1", "supplier": "A", "outlet": "B", "sku": "S", "quantity": 1,'
    ' "unit_cost": 2}]'
)


def test_a_dash_is_stdin_in_whatever_format(shell: Shell) -> None:
    for text in (JSON, f"{HEADER}PO-1,A,B,S,1,2\n"):
        ran = shell("po", "import", "-", "--dry-run", "--json", answer=text)
        assert [order["result"] for order in ran.json["orders"]] == ["created"]
    ran = shell("stock", "import", "-", answer="name,outlet,sku,quantity,reason\n")
    assert "the file has no rows" in ran.out


@pytest.mark.parametrize(
    "command", [("po", "import"), ("po", "invoice", "import"), ("stock", "import")]
)
def test_a_file_that_may_not_be_read_is_told_like_a_missing_one(
    empty_shell: Shell, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    file = empty_shell.directory / "secret.csv"
    file.write_text(HEADER)

    def refuse(path: Path, *_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(Path, "open", refuse)
    ran = empty_shell(*command, str(file))
    assert ran.code == 1
    for told in ("secret.csv cannot be read.", "Permission denied.", "its permissions"):
        assert told in ran.err
