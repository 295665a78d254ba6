"""Commands over a database, without a daemon: what they print and how they exit."""

import asyncio
import json
from pathlib import Path

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.store import orders
from lsync.core.store.database import Database
from tests.cli.conftest import Ran, Shell

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,name\n"
ORDERS = HEADER + (
    "PO-1,Example Supplies,Harbour,SKU-1,2,3.50,Tea\n"
    "PO-1,Example Supplies,Harbour,SKU-2,1.5,0.25,Coffee\n"
    "PO-2,Example Supplies,Harbour,SKU-1,10,1,Tea\n"
)


def write(shell: Shell, text: str, name: str = "orders.csv") -> Path:
    file = shell.directory / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def stocked(shell: Shell) -> Shell:
    """A shell whose database holds two draft orders."""
    ran = shell("po", "import", str(write(shell, ORDERS)))
    assert ran.code == 0, ran.err
    return shell


READING: dict[str, type] = {
    "po list": list,
    "queue stats": dict,
    "queue list": list,
    "log search": list,
    "log calls": list,
    "webhook events": list,
    "status": dict,
    "attention": list,
    "config show": list,
    "db status": dict,
    "po show PO-1": dict,
    "sync status PO-1": dict,
    "queue pause": list,
    "queue resume": list,
}


def test_json_is_one_document_of_its_kind_in_either_spelling(stocked: Shell) -> None:
    for command, kind in READING.items():
        words = command.split()
        for spelt in (words, [":".join(words[:2]), *words[2:]]):
            ran = stocked(*spelt, "--json")
            assert type(ran.json) is kind, spelt
            assert ran.code == (1 if command == "status" else 0), "status exits 1: no daemon runs"


def test_people_get_text_and_a_note_which_database_is_used(stocked: Shell) -> None:
    for command in READING:
        ran = stocked(*command.split())
        assert ran.out.strip(), command
        with pytest.raises(json.JSONDecodeError):
            json.loads(ran.out)
        local = command in {"config show", "db status"}
        assert ("No daemon answers" in ran.err) is not local, command


def test_quiet_leaves_the_note_out(stocked: Shell) -> None:
    assert stocked("po", "list", "--quiet").err == ""


def test_bare_lsync_tells_what_waits(stocked: Shell) -> None:
    ran = stocked()
    assert ran.code == 0
    assert "lsync po approve --all" in ran.out


def test_an_imported_order_is_listed_and_shown_whole(stocked: Shell) -> None:
    listed = {order["order_number"]: order for order in stocked("po", "list", "--json").json}
    assert listed["PO-1"]["state"] == "draft"
    assert listed["PO-1"]["sync_state"] == "not_synced"
    assert listed["PO-1"]["lines"] == 2
    assert listed["PO-1"]["consignment_ids"] == []
    shown = stocked("po", "show", "PO-1", "--json").json
    assert [line["sku"] for line in shown["lines"]] == ["SKU-1", "SKU-2"]
    assert {type(line["quantity"]) for line in shown["lines"]} == {str}
    assert {type(line["unit_cost"]) for line in shown["lines"]} == {str}


def test_lists_filter(stocked: Shell) -> None:
    assert stocked("po", "list", "--state", "approved", "--json").json == []
    assert len(stocked("po", "list", "--state", "draft,approved", "--json").json) == 2
    assert len(stocked("po", "list", "--text", "PO-2", "--json").json) == 1
    assert len(stocked("po", "list", "--limit", "1", "--json").json) == 1


def test_json_lines_are_one_object_each(stocked: Shell) -> None:
    lines = stocked("po", "list", "--jsonl").out.splitlines()
    assert {json.loads(line)["order_number"] for line in lines} == {"PO-1", "PO-2"}


def test_the_same_file_again_changes_nothing(stocked: Shell) -> None:
    ran = stocked("po", "import", str(stocked.directory / "orders.csv"), "--json")
    assert ran.code == 0
    assert {order["result"] for order in ran.json["orders"]} == {"unchanged"}


def test_an_order_that_stays_out_is_named_with_line_and_reason_and_exits_1(shell: Shell) -> None:
    ran = shell("po", "import", str(write(shell, ORDERS + "PO-3,Example,Harbour,S,many,1,x\n")))
    assert ran.code == 1
    assert "line 5" in ran.out
    assert "PO-3" in ran.out
    assert "refused" in ran.out
    assert len(shell("po", "list", "--json").json) == 2


def test_a_dry_run_imports_nothing(shell: Shell) -> None:
    ran = shell("po", "import", str(write(shell, ORDERS)), "--dry-run")
    assert ran.code == 0
    assert "dry run" in ran.out
    assert shell("po", "list", "--json").json == []


def test_a_decimal_comma_is_asked_for(shell: Shell) -> None:
    text = HEADER.replace(",", ";") + "PO-1;Example;Harbour;SKU-1;1,5;2,25;Tee\n"
    file = str(write(shell, text))
    assert shell("po", "import", file, "--decimal", "comma").code == 0
    (line,) = shell("po", "show", "PO-1", "--json").json["lines"]
    assert float(line["quantity"]) == 1.5


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x00binary", b"\x89PNG\r\n", b"a;b\n1;2\n"])
def test_a_file_that_is_no_order_file_is_refused_with_a_reason(
    content: bytes, shell: Shell
) -> None:
    file = shell.directory / "strange.csv"
    file.write_bytes(content)
    ran = shell("po", "import", str(file))
    assert ran.code == 1
    assert (ran.out + ran.err).strip()
    assert "Traceback" not in ran.err
    assert shell("po", "list", "--json").json == []


def test_a_file_that_cannot_be_read_says_so(shell: Shell) -> None:
    for path in ("nowhere.csv", "."):
        ran = shell("po", "import", path)
        assert ran.code == 1
        assert "cannot be read" in ran.err


def test_approving_asks_and_queues(stocked: Shell) -> None:
    refused = stocked("po", "approve", "PO-1")
    assert refused.code == 2
    assert "--yes" in refused.err
    approved = stocked("po", "approve", "PO-1", "--yes", "--json").json
    assert [(each["order_number"], each["approved"]) for each in approved] == [("PO-1", True)]
    assert stocked("po", "show", "PO-1", "--json").json["sync_state"] == "queued"
    (job,) = stocked("queue", "list", "pending", "--json").json
    assert (job["type"], job["payload"]["order_number"]) == ("sync.push", "PO-1")
    assert job["id"] == approved[0]["job_id"]


def test_approve_all_takes_what_waits_and_then_nothing(stocked: Shell) -> None:
    assert len(stocked("po", "approve", "--all", "--yes", "--json").json) == 2
    again = stocked("po", "approve", "--all", "--yes")
    assert again.code == 0
    assert "No order waits" in again.out


def test_approving_what_does_not_exist_fails(stocked: Shell) -> None:
    ran = stocked("po", "approve", "PO-9", "--yes")
    assert ran.code == 1


def test_an_unknown_order_suggests_the_nearest(stocked: Shell) -> None:
    for args in (["po", "show", "PO-11"], ["sync", "status", "PO-11"], ["sync", "plan", "PO-11"]):
        ran = stocked(*args)
        assert ran.code in {1, 78}
        assert ran.out == ""
        if ran.code == 1:
            assert "Did you mean PO-1" in ran.err


def test_a_log_id_leads_to_its_order(stocked: Shell) -> None:
    entry = next(each for each in stocked("log", "--json").json if each["order_number"] is not None)
    for name in (f"log:{entry['id']}", str(entry["id"])):
        assert (
            stocked("sync", "status", name, "--json").json["order_number"]
            == (entry["order_number"])
        )
    assert stocked("log", "show", f"log:{entry['id']}", "--json").json["id"] == entry["id"]


def test_jobs_are_shown_cancelled_and_retried(stocked: Shell) -> None:
    stocked("po", "approve", "--all", "--yes")
    first, second = (str(job["id"]) for job in stocked("queue", "list", "--json").json)
    assert stocked("queue", "show", first).code == 0
    assert "Cancel" in stocked("queue", "cancel", first).err
    assert stocked("queue", "cancel", first, "--yes", "--json").json[0]["state"] == "cancelled"
    assert stocked("queue", "retry", first, "--json").json[0]["state"] == "pending"
    mixed = stocked("queue", "cancel", second, "999", "--yes", "--json")
    assert mixed.code == 1
    assert [job["state"] for job in mixed.json] == ["cancelled"]
    assert "999" in mixed.err


def test_retrying_all_failed_with_none_says_so(stocked: Shell) -> None:
    assert "No jobs match" in stocked("queue", "retry", "--failed", "--yes").out
    assert stocked("queue", "retry", "--failed", "--yes", "--json").json["changed"] == 0


def test_recovering_with_nothing_lost_changes_nothing(stocked: Shell) -> None:
    assert stocked("queue", "recover", "--json").json["changed"] == 0
    assert stocked("queue:recover").out == "No jobs taken back.\n"


def test_a_pause_is_seen_and_taken_back(stocked: Shell) -> None:
    (pause,) = stocked("queue", "pause", "sync.push", "--reason", "count", "--json").json
    assert (pause["type"], pause["reason"]) == ("sync.push", "count")
    assert "count" in stocked("attention").out
    assert stocked("queue", "resume", "sync.push", "--json").json == []


def test_the_log_is_exported_safely(stocked: Shell) -> None:
    write(stocked, HEADER + '=1+1,Example,Harbour,S,1,1,"x"\n', "evil.csv")
    stocked("po", "import", "evil.csv")
    assert stocked("log", "export", "log.csv").code == 0
    assert stocked("log", "export", "log.jsonl").code == 0
    rows = (stocked.directory / "log.csv").read_text(encoding="utf-8")
    assert rows.startswith("id,created_at")
    assert ",=1+1" not in rows
    lines = (stocked.directory / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(stocked("log", "--json").json)
    assert stocked("log", "export", "log.txt").code == 2
    nowhere = stocked("log", "export", "no/such/log.csv")
    assert (nowhere.code, "no/such/log.csv cannot be written" in nowhere.err) == (1, True)
    assert sorted(path.name for path in stocked.directory.glob("*log.*")) == [
        "log.csv",
        "log.jsonl",
    ]


@pytest.mark.parametrize(
    "args", [["sync", "po", "PO-1"], ["sync", "pending"], ["sync", "retry", "PO-1"]]
)
def test_without_a_daemon_a_sync_exits_69_and_queues_nothing(
    args: list[str], stocked: Shell
) -> None:
    ran = stocked(*args)
    assert ran.code == 69
    assert "lsync daemon" in ran.err
    assert stocked("queue", "list", "--json").json == []


def test_lightspeed_without_settings_exits_78(stocked: Shell) -> None:
    for args in (["vend", "test"], ["webhook", "list"]):
        ran = stocked(*args)
        assert ran.code == 78
        assert "lightspeed." in ran.err


HOSTILE = "\x1b]52;c;eA==\x07\x1b[2J\u202e\u009b31m[red]\x7f"


def test_hostile_text_reaches_no_terminal(shell: Shell) -> None:
    evil = f"PO{HOSTILE},S{HOSTILE},O{HOSTILE},K{HOSTILE},1,1,N{HOSTILE}\n"
    file = write(shell, HEADER + evil)
    everything: list[Ran] = [shell("po", "import", str(file))]
    listed = shell("po", "list", "--json")
    numbers = [order["order_number"] for order in listed.json]
    everything += [listed, shell("po", "list"), shell("log"), shell("log", "--json"), shell()]
    for number in [*numbers, f"X{HOSTILE}"]:
        everything += [shell("po", "show", number), shell("po", "approve", number, "--yes")]
        everything += [shell("sync", "status", number), shell("queue", "list")]
    everything.append(shell(f"quue{HOSTILE}"))
    everything.append(shell("po", "list", "--state", HOSTILE))
    for ran in everything:
        raw = [each for each in ran.out + ran.err if each in "\x1b\x07\u202e\u009b\x7f"]
        assert raw == []


def test_an_unknown_column_is_a_remark_and_exits_0(shell: Shell) -> None:
    text = ORDERS.replace("name\n", "name,colour\n").replace("Tea\n", "Tea,red\n")
    file = write(shell, text.replace("Coffee\n", "Coffee,black\n"))
    ran = shell("po", "import", str(file))
    assert ran.code == 0, ran.out
    assert "colour" in ran.out
    again = shell("po", "import", str(file), "--json")
    assert (again.code, again.json["problems"][0]["notice"]) == (0, True)


async def _submit(url: str, number: str) -> None:
    async with await Database.open(url) as database, database.write() as tx:
        order = await orders.find(tx, number)
        assert order is not None
        now = await tx.now()
        approved = await orders.set_state(tx, order, state=OrderState.APPROVED, now=now)
        await orders.set_state(tx, approved, state=OrderState.SUBMITTED, now=now)


def test_a_changed_order_that_was_submitted_is_kept_and_exits_1(stocked: Shell) -> None:
    asyncio.run(_submit(stocked.variables["LSYNC_DATABASE__URL"], "PO-1"))
    same = stocked("po", "import", str(write(stocked, ORDERS)))
    assert same.code == 0, "nothing stayed out: it says the same"
    changed = write(stocked, ORDERS.replace("SKU-1,2,", "SKU-1,3,"))
    ran = stocked("po", "import", str(changed))
    assert ran.code == 1
    assert "submitted and was left as it is" in ran.out
    assert stocked("po", "show", "PO-1", "--json").json["lines"][0]["quantity"] == "2"


@pytest.mark.parametrize("content", [b"\x00\x01\xff binary", b"order_number\xff,\xfe\n", b""])
def test_a_file_that_is_no_text_exits_1_and_brings_nothing_in(shell: Shell, content: bytes) -> None:
    file = shell.directory / "orders.csv"
    file.write_bytes(content)
    ran = shell("po", "import", str(file))
    assert ran.code == 1
    assert ran.out.strip()
    assert "Traceback" not in ran.err
    assert shell("po", "list", "--json").json == []
    assert shell("po", "import", str(shell.directory)).code == 1


def test_lists_are_narrowed_by_date(stocked: Shell) -> None:
    stocked("po", "approve", "PO-1", "--yes")
    for command in ("po list", "queue list"):
        words = (*command.split(), "--json")
        assert stocked(*words, "--since", "1h").json
        assert stocked(*words, "--until", "1h").json == []
        wrong = stocked(*words, "--since", "soon")
        assert (wrong.code, "--since cannot be soon" in wrong.err) == (2, True)
        assert "2026-11-01T14:30" in wrong.err


def test_a_draft_tells_what_its_sync_will_find(shell: Shell) -> None:
    bad = HEADER + "PO-3,Example Supplies,Harbour,SKU-1,0,1,Tea\nPO-3,E,H,SKU-1,1,1,Tea\n"
    shell("po", "import", str(write(shell, bad.replace(",E,H,", ",Example Supplies,Harbour,"))))
    shown = shell("po", "show", "PO-3", "--json").json
    assert [each["code"] for each in shown["warnings"]] == ["zero_quantity", "duplicate_line"]
    assert shown["problems"] == []
    assert "2 problems its sync will find" in shell("po", "show", "PO-3").out
    planned = shell("sync", "plan", "PO-3", "--json")
    assert planned.code == 1
    assert [step["step"] for step in planned.json["steps"]] == ["approve", "none"]


def test_a_held_order_is_approved_but_waits_until_it_is_released(stocked: Shell) -> None:
    (held,) = stocked("po", "hold", "PO-1", "--json").json
    assert held["held"] is True
    stocked("po", "approve", "--all", "--yes")
    (job,) = stocked("queue", "list", "--json").json
    assert job["payload"]["order_number"] == "PO-2"
    assert "(held)" in stocked("po", "list").out
    (released,) = stocked("po", "release", "PO-1", "--json").json
    assert (released["held"], released["sync_state"]) == (False, "queued")
    mixed = stocked("po:hold", "PO-9", "PO-2")
    assert mixed.code == 1
    assert "There is no order PO-9" in mixed.err
    assert "PO-2" in mixed.out


def test_cancelled_jobs_are_cleared_after_asking(stocked: Shell) -> None:
    stocked("po", "approve", "--all", "--yes")
    for job in stocked("queue", "list", "--json").json:
        stocked("queue", "cancel", str(job["id"]), "--yes")
    asked = stocked("queue", "clear", "cancelled")
    assert asked.code == 2
    assert "Delete 2 cancelled jobs?" in asked.err
    assert stocked("queue", "clear", "cancelled", "--yes", "--json").json["changed"] == 2
    assert stocked("queue", "list", "--json").json == []
    assert stocked("queue", "clear", "pending").code == 2


def test_discarding_needs_failed_jobs(stocked: Shell) -> None:
    stocked("po", "approve", "PO-1", "--yes")
    (job,) = stocked("queue", "list", "--json").json
    ran = stocked("queue", "discard", str(job["id"]), "--yes")
    assert (ran.code, "only a job that has failed can be discarded" in ran.err) == (1, True)
    assert stocked("queue", "discard").code == 2
