"""Stock adjustments from the command line."""

from tests.cli.conftest import Shell

HEADER = "name,outlet,sku,quantity,reason\n"
ADJUST = ("stock", "adjust", "--outlet", "Main", "--sku", "T1", "--reason", "DAMAGE")


def test_an_adjustment_is_recorded_once(shell: Shell) -> None:
    given = (*ADJUST, "--quantity=-2.5", "--name", "COUNT-7", "--note", "fell")
    assert shell(*given).code == 0
    assert "was recorded before" in shell(*given).out
    (found,) = shell("stock", "list", "--json").json
    assert (found["name"], found["state"], found["quantity"]) == ("COUNT-7", "recorded", "-2.5")
    jobs = shell("queue", "list", "--type", "stock.adjust", "--json").json
    assert len(jobs) == 1


def test_an_impossible_one_is_refused_with_the_reason(shell: Shell) -> None:
    ran = shell(*ADJUST, "--quantity=2")
    assert (ran.code, "lowers the stock" in ran.err) == (2, True)
    assert shell(*ADJUST, "--quantity=x").code == 2
    assert shell("stock", "list", "--state", "nonsense").code == 2
    assert shell("stock", "retry", "NOPE").code == 1
    assert shell("stock", "list", "--json").json == []


def test_a_file_comes_whole_or_not_at_all(shell: Shell) -> None:
    file = shell.directory / "count.csv"
    file.write_text(HEADER + "A,Main,T1,-1,DAMAGE\nB,Main,T1,1,THEFT\n")
    ran = shell("stock", "import", str(file))
    assert (ran.code, "line 3: THEFT lowers" in ran.out) == (1, True)
    file.write_text(HEADER + "A,Main,T1,-1,DAMAGE\nB,Main,T1,1,STOCK_FOUND\n")
    assert "dry run" in shell("stock", "import", str(file), "--dry-run").out
    assert shell("stock", "list", "--json").json == []
    for expected in ([True, True], [False, False]):
        done = shell("stock", "import", str(file), "--json").json["adjustments"]
        assert [each["fresh"] for each in done] == expected
    assert len(shell("stock", "list", "--json").json) == 2


def test_all_that_keeps_a_file_out_is_told_at_once_also_in_a_dry_run(shell: Shell) -> None:
    assert shell(*ADJUST, "--quantity=-1", "--name", "A").code == 0
    file = shell.directory / "count.csv"
    file.write_text(f"{HEADER}B,Main,T1,x,THEFT\nA,Main,T1,-2,DAMAGE\nC,Main,T1\nD,,T1,1,THEFT\n")
    for options in ((), ("--dry-run",)):
        ran = shell("stock", "import", str(file), "--json", *options)
        assert ran.code == 1
        assert [(each["line"], each["message"]) for each in ran.json["faults"]] == [
            (2, "quantity is not a number (“x”)"),
            (3, "A was recorded already, for something else"),
            (4, "the row has 3 columns, the header has 5"),
            (5, "outlet is missing"),
            (5, "THEFT lowers the stock: its quantity is negative"),
        ]


def test_a_file_in_another_encoding_says_how_to_import_it(shell: Shell) -> None:
    file = shell.directory / "count.csv"
    file.write_bytes(f"{HEADER}Zähl-1,Köln,T1,-1,DAMAGE\n".encode("cp1252"))
    ran = shell("stock", "import", str(file))
    assert (ran.code, ran.out.count("--encoding cp1252")) == (1, 1)
    assert shell("stock", "import", str(file), "--encoding", "nope").code == 2
    ran = shell("stock", "import", str(file), "--encoding", "cp1252", "--json")
    assert (ran.code, ran.json["adjustments"][0]["name"]) == (0, "Zähl-1")


def test_the_list_is_narrowed(shell: Shell) -> None:
    assert shell(*ADJUST, "--quantity=-1", "--name", "COUNT-7", "--note", "fell").code == 0
    assert shell(*ADJUST, "--quantity=-1", "--name", "COUNT-8").code == 0

    def names(*options: str) -> list[str]:
        return [each["name"] for each in shell("stock", "list", "--json", *options).json]

    assert names("--text", "FELL") == ["COUNT-7"]
    assert names("--outlet", "mai", "--sku", "T1", "--limit", "1") == ["COUNT-8"]
    assert names("--sku", "T") == names("--outlet", "Harbour") == names("--until", "1h") == []
    assert len(names("--since", "1h")) == 2
