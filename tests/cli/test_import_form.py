"""Importing files that are written otherwise, from the command line."""

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
    ran = shell("po", "import", str(file), "--column", "menge=Menge")
    assert (ran.code, "no column of an order file" in ran.out) == (1, True)
