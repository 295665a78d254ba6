"""``lsync queue`` on jobs in every state, without a daemon."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lsync.cli import editing
from lsync.cli.failures import Failure
from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Dead, Done, Outcome
from lsync.core.store.database import Database
from tests.cli.conftest import Shell
from tests.queue.doing import Doing

STOCK = "stock.refresh"


def doing(shell: Shell, work: Callable[[Doing], Awaitable[Any]], *, days_ago: float = 0) -> Any:
    """Do something with the shell's queue, as of some days ago."""

    async def run() -> Any:
        url = shell.variables["LSYNC_DATABASE__URL"]
        now = datetime.now(UTC) - timedelta(days=days_ago)
        async with await Database.open(url, clock=lambda: now) as database:
            return await work(Doing(database, types=("work", "sync.push", STOCK)))

    return asyncio.run(run())


def finished(
    shell: Shell, *outcomes: Outcome, days_ago: float = 0, type_: str = "work"
) -> list[int]:
    """Put a job for each outcome into the queue and let it end so."""

    async def work(done: Doing) -> list[int]:
        payload = {"product_id": "p1"} if type_ == STOCK else {}
        ids = [await done.one(type=type_, payload=payload) for _ in outcomes]
        jobs: list[Job] = await done.claim()
        await done.end_all(list(zip(jobs, outcomes, strict=True)))
        return ids

    ids: list[int] = doing(shell, work, days_ago=days_ago)
    return ids


def stuck(shell: Shell) -> int:
    """Leave a job behind as a daemon does that was killed long ago."""

    async def work(done: Doing) -> int:
        job_id = await done.one()
        await done.claim(worker="dead-worker")
        return job_id

    job_id: int = doing(shell, work, days_ago=1)
    return job_id


def ids(shell: Shell, *args: str) -> list[int]:
    return sorted(job["id"] for job in shell("queue", "list", *args, "--json").json)


def test_stuck_jobs_are_listed_and_taken_back(shell: Shell) -> None:
    job_id = stuck(shell)
    finished(shell, Done())
    assert ids(shell, "--stuck") == [job_id]
    shown = shell("queue", "list", "--stuck").out
    assert "dead-worker" in shown
    assert "Lease ended" in shown
    assert shell("queue:recover", "--json").json["changed"] == 1
    assert shell("queue", "list", "--stuck").out == "No job is stuck.\n"
    assert shell("queue", "show", str(job_id), "--json").json["state"] == "pending"


def test_prune_goes_by_age_and_spares_dead_letters(shell: Shell) -> None:
    old = finished(shell, Done(), Dead(error="x"), days_ago=40)
    new = finished(shell, Done(), days_ago=20)
    ran = shell("queue:prune", "30")
    assert (ran.code, ran.out) == (0, "1 job deleted.\n")
    assert "1 failed job of that age stays; --state failed" in ran.err
    assert ids(shell) == [old[1], *new]
    ran = shell("queue", "prune", "30", "--state", "failed", "--json")
    assert ran.json == {"deleted": 1, "recovered": 0, "kept": 0, "before": ran.json["before"]}
    assert ids(shell) == new


def test_prune_0_takes_back_what_is_stuck_and_deletes_nothing_unasked(shell: Shell) -> None:
    (done,) = finished(shell, Done())
    lost = stuck(shell)
    ran = shell("queue:prune", "0")
    assert ran.code == 2
    assert "1 job of dead workers taken back." in ran.out
    assert "Delete 1 completed job? Nobody is there to answer." in ran.err
    assert ids(shell) == sorted([done, lost])
    assert shell("queue", "prune", "0", "--yes").out.endswith("1 job deleted.\n")
    assert ids(shell) == [lost]


def test_prune_deletes_round_by_round_until_nothing_is_left(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lsync.core.store.jobs import pruning as statements
    from lsync.daemon.operations import pruning

    monkeypatch.setattr(pruning, "ROUND", 1)
    monkeypatch.setattr(statements.prune, "__kwdefaults__", {"states": None, "limit": 2})
    finished(shell, *[Done()] * 5, days_ago=2)
    assert shell("queue", "prune", "1").out == "5 jobs deleted.\n"


@pytest.mark.parametrize("words", [["-1"], ["many"], ["1", "--state", "pending"], []])
def test_prune_refuses_what_it_cannot_mean(shell: Shell, words: list[str]) -> None:
    assert shell("queue", "prune", *words).code == 2


def test_failed_jobs_are_grouped_and_a_group_is_retried(shell: Shell) -> None:
    slow = Dead(error="no answer", error_class="Timeout")
    odd = Dead(error="bad\x1b[2Jname", error_class="BadPayload")
    a, b, c = finished(shell, slow, odd, slow)
    groups = shell("queue", "errors", "--json").json
    assert [(each["error_class"], each["jobs"], each["newest_job"]) for each in groups] == [
        ("Timeout", 2, c),
        ("BadPayload", 1, b),
    ]
    assert "\x1b" not in shell("queue", "errors").out
    assert ids(shell, "--error", "Timeout") == [a, c]
    asked = shell("queue", "retry", "--failed", "--error", "Timeout")
    assert "Retry 2 jobs" in asked.err
    ran = shell("queue", "retry", "--failed", "--error", "Timeout", "--yes", "--json")
    assert ran.json["changed"] == 2
    assert ids(shell, "failed") == [b]
    assert shell("queue", "discard", "--failed", "--text", "name", "--yes", "--json").json[
        "changed"
    ]
    assert ids(shell, "cancelled") == [b]


def test_more_than_one_action_takes_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from lsync.daemon.operations import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    finished(shell, *[Dead(error="x")] * 3)
    assert "Discard the newest 2 jobs (" in shell("queue", "discard", "--failed").err
    ran = shell("queue", "discard", "--failed", "--yes")
    assert "run it again for the others" in ran.err
    assert ran.out == "2 jobs changed.\n"
    assert len(ids(shell, "failed")) == 1


def test_all_waiting_jobs_of_a_kind_are_cancelled(shell: Shell) -> None:
    async def work(done: Doing) -> tuple[int, int]:
        return await done.one(), await done.one(type="sync.push", payload={"order_number": "X"})

    kept, gone = doing(shell, work)
    ran = shell("queue", "cancel", "--pending", "--type", "sync.push", "--yes", "--json")
    assert ran.json["changed"] == 1
    assert (ids(shell, "pending"), ids(shell, "cancelled")) == ([kept], [gone])


@pytest.mark.parametrize(
    "words",
    [
        ["retry"],
        ["retry", "1", "--failed"],
        ["retry", "1", "--error", "Timeout"],
        ["cancel"],
        ["cancel", "1", "--pending"],
        ["discard", "--type", "work"],
        ["retry", "--failed", "--priority", "urgent"],
    ],
)
def test_it_must_be_clear_which_jobs_are_meant(shell: Shell, words: list[str]) -> None:
    assert shell("queue", *words).code == 2


def test_the_payload_of_a_failed_job_is_corrected_and_retried(shell: Shell) -> None:
    (job_id,) = finished(shell, Dead(error="x"), type_=STOCK)
    job = str(job_id)
    ran = shell("queue", "edit", job, "--payload", '{"product_id": "p4"}', "--json")
    assert (ran.json["state"], ran.json["payload"]) == ("failed", {"product_id": "p4"})
    ran = shell("queue", "edit", job, "--payload", "-", "--retry", answer='{"product_id": "p5"}')
    assert ran.code == 0, ran.err
    found = shell("queue", "show", job, "--json").json
    assert (found["state"], found["payload"]) == ("pending", {"product_id": "p5"})
    ran = shell("queue", "edit", job, "--payload", '{"product_id": "p6"}')
    assert (ran.code, "only a failed one is corrected" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"product_id": 4}', "product_id: Input should be a valid string"),
        ('{"product_id": "p4", "more": 1}', "more: Extra inputs are not permitted"),
    ],
)
def test_a_payload_that_its_job_cannot_use_is_refused(
    shell: Shell, payload: str, told: str
) -> None:
    (job_id,) = finished(shell, Dead(error="x"), type_=STOCK)
    ran = shell("queue", "edit", str(job_id), "--payload", payload)
    assert ran.code == 2
    assert told in ran.err
    assert shell("queue", "show", str(job_id), "--json").json["payload"] == {"product_id": "p1"}


def test_a_job_is_not_moved_to_another_order(shell: Shell) -> None:
    async def work(done: Doing) -> int:
        job_id = await done.one(type="sync.push", payload={"order_number": "PO-1"})
        (job,) = await done.claim()
        await done.end(job, Dead(error="x"))
        return job_id

    job = str(doing(shell, work))
    ran = shell("queue", "edit", job, "--payload", '{"order_number": "PO-2"}')
    assert ran.code == 2
    assert "order_number must stay PO-1" in ran.err


def test_the_editor_changes_the_payload(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    (job_id,) = finished(shell, Dead(error="x"), type_=STOCK)
    no_terminal = shell("queue", "edit", str(job_id))
    assert (no_terminal.code, "--payload" in no_terminal.err) == (2, True)

    def editor(code: str) -> str:
        return f'"{sys.executable}" -c "import sys, pathlib as p; f = p.Path(sys.argv[1]); {code}"'

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    for command in (editor("pass"), "/no/such/editor", editor("exit(3)")):
        monkeypatch.setenv("EDITOR", command)
        with pytest.raises(Failure, match=r"Nothing was changed|cannot be started"):
            editing.edit("{}", suffix=".json", otherwise="")
    change = "f.write_text(f.read_text().replace('1', '9'))"
    monkeypatch.setenv("VISUAL", editor(change))
    text = editing.edit('{"product_id": "p1"}', suffix=".json", otherwise="")
    assert json.loads(text) == {"product_id": "p9"}


def test_clearing_asks_and_deletes_one_state(shell: Shell) -> None:
    _, dead = finished(shell, Done(), Dead(error="x"))
    assert "Delete 1 completed job?" in shell("queue", "clear", "completed").err
    assert shell("queue", "clear", "completed", "--yes", "--json").json == {
        "action": "clear",
        "changed": 1,
        "skipped": [],
    }
    assert ids(shell) == [dead]


@pytest.mark.parametrize("as_json", [False, True])
def test_discarding_tells_of_each_job_that_it_left_alone(shell: Shell, as_json: bool) -> None:
    dead, done = finished(shell, Dead(error="x"), Done())
    words = ["queue", "discard", str(dead), str(done), "999", "--yes"]
    ran = shell(*words, *["--json"] * as_json)
    assert ran.code == 1
    assert f"Job {done} was not discarded. It is completed; only a job that has failed" in ran.err
    assert "There is no job 999." in ran.err
    assert ids(shell, "cancelled") == [dead]
    if as_json:
        assert (ran.json["changed"], len(ran.json["skipped"])) == (1, 2)
    else:
        assert ran.out == "1 job changed.\n"


def test_discarding_only_what_cannot_be_discarded_asks_nothing_and_fails(shell: Shell) -> None:
    ran = shell("queue", "discard", "999")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no job 999." in ran.err


@pytest.mark.parametrize("deed", ["cancel", "retry"])
def test_cancel_and_retry_tell_of_each_job_that_they_left_alone(shell: Shell, deed: str) -> None:
    (done,) = finished(shell, Done())
    yes = ["--yes"] * (deed == "cancel")
    ran = shell("queue", deed, str(done), "999", *yes)
    assert ran.code == 1
    assert f"Job {done} was not {'cancelled' if deed == 'cancel' else 'queued again'}." in ran.err
    assert "It is completed; only" in ran.err
    assert f"`lsync queue show {done}` shows how it ended." in ran.err
    assert "There is no job 999." in ran.err


@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_only_job_types_are_paused_and_the_nearest_is_named_first(shell: Shell, deed: str) -> None:
    ran = shell("queue", deed, "sync.psh\x1b[2J")
    assert ran.code == 2
    assert "The types are sync.push, " in ran.err
    assert "webhook.process" in ran.err
    assert "\x1b" not in ran.err
    assert shell("queue", "stats", "--json").json["pauses"] == []


def test_resuming_the_queue_names_what_stays_paused_and_how_to_end_that(shell: Shell) -> None:
    shell("queue", "pause", "sync.push", "--reason", "stock count")
    shell("queue", "pause")
    ran = shell("queue", "resume")
    assert "The queue as a whole is no longer paused, but something else still is:" in ran.out
    assert "Jobs of type sync.push are paused by" in ran.out
    assert "stock count. `lsync queue resume sync.push` goes on." in ran.out
    assert "Nothing is paused." in shell("queue", "resume", "sync.push").out


def test_pausing_again_without_a_reason_keeps_the_one_that_was_given(shell: Shell) -> None:
    shell("queue", "pause", "--reason", "stock count")
    (pause,) = shell("queue", "pause", "--json").json
    assert pause["reason"] == "stock count"


def test_cancelling_a_running_job_says_when_it_ends(shell: Shell) -> None:
    async def running(done: Doing) -> int:
        job_id = await done.one(type="sync.push", payload={"order_number": "PO-1"})
        await done.claim()
        return job_id

    job = str(doing(shell, running))
    shell.variables["COLUMNS"] = "160"
    told = shell("queue", "cancel", job, "--yes").out
    assert "▸ stopping" in told
    assert "ends before its next call, or is broken off after 10 s" in told
    shown = shell("queue", "show", job).out
    assert "a call under way may still be answered for 10 s" in shown
    assert "the next sync looks what came of it" in shown
