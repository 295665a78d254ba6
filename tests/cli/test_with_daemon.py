"""Commands beside a running daemon; it and the simulator are those of the demo."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from lsync.cli.demo.command import find_samples
from lsync.cli.demo.processes import clean_environment
from tests.cli.terminals import SECONDS, Terminal

pytestmark = pytest.mark.process


def test_an_order_goes_out_and_comes_back(terminal: Terminal) -> None:
    assert terminal("sync", "po", "PO-1001").code == 1, "a draft is not synced"
    assert terminal("po", "approve", "PO-1001", "--yes").code == 0
    ran = terminal("sync", "po", "PO-1001", "--json")
    assert ran.code == 0, ran.err
    (order,) = ran.json
    assert (order["state"], order["sync_state"]) == ("submitted", "synced")
    (consignment,) = order["consignment_ids"]
    shop = f"{terminal.system.simulator_url}/_sim/consignments/{consignment}/receive"
    httpx.post(shop, json={}).raise_for_status()
    deadline = time.monotonic() + SECONDS
    while terminal("sync", "status", "PO-1001", "--json").json["state"] != "received":
        assert time.monotonic() < deadline


def test_what_an_import_leaves_out_is_its_exit_code(terminal: Terminal, tmp_path: Path) -> None:
    terminal("po", "approve", "PO-1007", "--yes")
    assert terminal("sync", "po", "PO-1007").code == 0
    lines = find_samples().read_text(encoding="utf-8").splitlines()
    head = lines[0]
    rows = [line for line in csv.DictReader(lines) if line["order_number"] == "PO-1007"]
    file = tmp_path / "again.csv"

    def write(columns: str) -> None:
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns.split(","))
            writer.writeheader()
            writer.writerows(rows)

    for row in rows:
        row["colour"] = "red"
    write(f"{head},colour")
    same = terminal("po", "import", str(file))
    assert (same.code, "colour" in same.out) == (0, True), "a remark keeps nothing out"
    rows[0]["quantity"] = "77"
    write(f"{head},colour")
    kept = terminal("po", "import", str(file))
    assert (kept.code, "submitted and was left as it is" in kept.out) == (1, True)
    file.write_bytes(b"\x00\xff\xfe")
    assert terminal("po", "import", str(file)).code == 1


def test_a_blocked_sync_exits_1_with_all_problems_and_a_retry_too(terminal: Terminal) -> None:
    assert terminal("po", "approve", "PO-1005", "--yes").code == 0
    for args in (["sync", "po", "PO-1005"], ["sync", "retry", "PO-1005"]):
        ran = terminal(*args)
        assert ran.code == 1
        assert "unknown_sku" in ran.out
        assert "zero_quantity" in ran.out
    assert "PO-1005" in terminal("attention").out
    assert "did you mean SKU-0123" in terminal("sync:status", "PO-1005").out


def test_a_difference_is_shown_repaired_and_told_in_the_history(terminal: Terminal) -> None:
    terminal("po", "approve", "PO-1004", "--yes")
    assert terminal("sync", "po", "PO-1004").code == 0
    assert terminal("sync", "diff", "PO-1004").code == 0
    proof = terminal("sync", "prove", "PO-1004")
    assert (proof.code, "Proven: exactly one consignment" in proof.out) == (0, True)
    order = terminal("po", "show", "PO-1004", "--json").json
    (consignment,), sku = order["consignment_ids"], order["lines"][0]["sku"]
    edit = f"{terminal.system.simulator_url}/_sim/consignments/{consignment}/edit"
    httpx.post(edit, json={"lines": {sku: {"count": 999}}}).raise_for_status()
    shown = terminal("sync", "diff", "PO-1004")
    assert (shown.code, "999" in shown.out, "quantity" in shown.out) == (1, True, True)
    assert terminal("sync", "prove", "PO-1004").code == 1
    planned = terminal("sync", "repair", "PO-1004", "--dry-run", "--json").json
    assert [step["step"] for step in planned["steps"]] == ["lines", "verify"]
    assert terminal("sync", "repair", "PO-1004").code == 2, "nobody is there to answer"
    assert terminal("sync", "repair", "PO-1004", "--yes").code == 0
    assert terminal("sync", "diff", "PO-1004", "--json").json["equal"]
    assert "nothing to repair" in terminal("sync", "repair", "PO-1004").out
    told = terminal("sync", "history", "PO-1004").out
    assert "approved → submitted" in told
    assert "repair agreed" in told


def test_a_plan_is_applied_only_as_long_as_it_holds(terminal: Terminal) -> None:
    terminal("po", "hold", "PO-1006")
    terminal("po", "approve", "PO-1006", "--yes")
    planned = terminal("sync", "plan", "PO-1006", "--json").json
    terminal("po", "release", "PO-1006")
    refused = terminal("sync", "po", "PO-1006", "--apply-plan", planned["state_hash"])
    assert (refused.code, "changed since" in refused.err) == (1, True)
    assert terminal("sync", "po", "PO-1006", "PO-1007", "--apply-plan", "0").code == 2
    assert terminal("sync", "send").code == 2
    assert terminal("sync", "pending").code == 0


def test_only_queueing_answers_at_once(terminal: Terminal) -> None:
    terminal("po", "approve", "PO-1002", "--yes")
    (accepted,) = terminal("sync", "po", "PO-1002", "--no-wait", "--json").json
    assert accepted["order_number"] == "PO-1002"
    assert terminal("queue", "show", str(accepted["job_id"])).code == 0


def test_one_unknown_order_does_not_stop_the_others(terminal: Terminal) -> None:
    terminal("po", "approve", "PO-1003", "--yes")
    ran = terminal("sync", "po", "PO-103", "PO-1003", "--json")
    assert ran.code == 1
    assert [order["sync_state"] for order in ran.json] == ["synced"]
    assert "Did you mean PO-1" in ran.err


def test_a_wait_that_is_too_short_exits_75_and_the_sync_goes_on(terminal: Terminal) -> None:
    terminal("queue", "pause", "sync.push")
    try:
        terminal("po", "approve", "PO-1004", "--yes")
        ran = terminal("sync", "po", "PO-1004", "--timeout", "0.2")
        assert ran.code == 75
    finally:
        terminal("queue", "resume", "sync.push")
    assert terminal("sync", "po", "PO-1004").code == 0


def test_ctrl_c_says_what_goes_on_in_the_daemon(terminal: Terminal) -> None:
    terminal("queue", "pause", "sync.push")
    try:
        terminal("po", "approve", "PO-1006", "--yes")
        waiting = terminal.start("sync", "po", "PO-1006")
        assert waiting.stderr is not None
        assert "`lsync queue resume sync.push` goes on" in waiting.stderr.readline()
        assert "! Jobs of type sync.push are paused" in terminal("status").out
        assert "lsync queue resume" in terminal("sync", "status", "PO-1006").out.splitlines()[0]
        waiting.send_signal(signal.SIGINT)
        _, told = waiting.communicate(timeout=SECONDS)
        assert waiting.returncode == 130
        assert "lsync queue cancel" in told
        (job,) = terminal("queue", "list", "pending", "--text", "PO-1006", "--json").json
        assert str(job["id"]) in told
    finally:
        terminal("queue", "resume", "sync.push")


def test_watching_shows_it_again_until_ctrl_c(terminal: Terminal) -> None:
    watching = terminal.start("queue", "stats", "--watch")
    assert watching.stdout is not None
    heads = 0
    while heads < 2:
        heads += watching.stdout.readline().startswith("State")
    watching.send_signal(signal.SIGINT)
    _, told = watching.communicate(timeout=SECONDS)
    assert watching.returncode in {0, 130}
    assert "Traceback" not in told


@pytest.mark.parametrize("command", ["log --jsonl", "po show PO-1001"])
def test_a_pipe_that_closes_early_is_no_error(terminal: Terminal, command: str) -> None:
    reading = terminal.start(*command.split())
    assert reading.stdout is not None
    if "--jsonl" in command:
        reading.stdout.readline()
    reading.stdout.close()
    assert reading.wait(SECONDS) == 0
    assert reading.stderr is not None
    assert reading.stderr.read() == ""


def test_lightspeed_answers(terminal: Terminal) -> None:
    tried = terminal("vend", "test", "--json")
    assert (tried.code, tried.json["ok"]) == (0, True)
    assert (tried.json["tested_by"], tried.json["remarks"]) == ("daemon", [])
    created = terminal("webhook", "create", "http://127.0.0.1:9/hook", "--insecure", "--json")
    assert len(created.json) == 7
    listed = terminal("webhook", "list", "--json").json
    assert {each["id"] for each in created.json} <= {each["id"] for each in listed}


HEAVY = {"sqlalchemy", "alembic", "textual", "uvicorn", "starlette"}


def loaded_by(*args: str) -> set[str]:
    """Which modules are loaded after a command has run in a fresh interpreter."""
    code = (
        "import atexit, sys; from lsync.cli.app import app; "
        "atexit.register(lambda: print('MODULES', *sys.modules)); app(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        env=clean_environment(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("MODULES ")[2].split())


def test_a_client_loads_neither_database_nor_server_nor_screen(terminal: Terminal) -> None:
    config = ("--config", str(terminal.system.config))
    light = HEAVY | {"httpx", "asyncio", "ssl", "logging", "pydantic_settings"}
    assert not loaded_by(*config, "queue", "stats") & light
    assert not loaded_by(*config, "queue", "stats", "--json") & (light | {"rich.console"})
    assert not loaded_by(*config, "po", "list", "--json") & light
    assert not loaded_by(*config, "status") & light
    assert not loaded_by(*config) & light
    assert not loaded_by("--help") & (HEAVY | {"httpx", "pydantic", "rich", "asyncio"})


def test_order_numbers_and_job_ids_are_completed(terminal: Terminal) -> None:
    def offered(*words: str) -> list[str]:
        line = ["lsync", "--config", str(terminal.system.config), *words]
        done = subprocess.run(
            [sys.executable, "-m", "lsync"],
            env={
                **clean_environment(os.environ),
                "_LSYNC_COMPLETE": "complete_bash",
                "COMP_WORDS": " ".join(line),
                "COMP_CWORD": str(len(line) - 1),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    found = offered("po", "show", "PO-101")
    assert sorted(found) == [f"PO-{number}" for number in range(1010, 1015)]
    assert all(word.isdecimal() for word in offered("queue", "show", ""))
    assert offered("queue", "show", "")


def test_the_daemon_s_own_settings_can_be_seen(terminal: Terminal) -> None:
    shown = {each["key"]: each for each in terminal("config", "show", "--daemon", "--json").json}
    assert shown["lightspeed.base_url"]["value"].startswith(terminal.system.simulator_url)
    assert "simulator-token" not in json.dumps(shown)
    assert str(Path("config.toml")) in shown["lightspeed.base_url"]["source"]
