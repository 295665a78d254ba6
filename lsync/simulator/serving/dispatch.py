"""What becomes of one API call: admitted or refused, struck by faults, executed, recorded.

Pure of I/O. The result says what to send and how; `door` sends it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal

from lsync.simulator.api.call import Answer, Call, json_answer
from lsync.simulator.api.oauth import is_token_call
from lsync.simulator.api.operation import Match
from lsync.simulator.api.routes import ROUTER
from lsync.simulator.calls import CallRecord
from lsync.simulator.faults import Fault, FaultName
from lsync.simulator.refusal import Refusal
from lsync.simulator.serving.damage import damaged
from lsync.simulator.tokens import EVERYTHING, Grant
from lsync.simulator.wire import http_date
from lsync.simulator.world import World

Struck = Mapping[FaultName, Fault]
Cut = Literal["before", "hang", "reset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the caller gets: an answer, after `wait_seconds` of real time, or a cut connection.

    `cut` "before" sends nothing, "hang" neither sends nor closes until the caller does, and
    "reset" sends `at_byte` bytes of the answer and resets.
    """

    answer: Answer
    wait_seconds: float = 0.0
    cut: Cut | None = None
    at_byte: int = 0


def reply_to(world: World, call: Call) -> Reply:
    """Carry out a call as a faithful server in the present weather would."""
    now = world.now()
    struck = world.faults.draw(call.method, call.path)
    match: Match | None = None
    try:
        grant = _admit(world, call, now)
        match = _find(call, grant)
        if grant.scopes is not None:
            call = replace(call, grant=grant)
        reply = _carry_out(world, call, match, struck=struck, now=now)
    except Refusal as refusal:
        reply = Reply(answer=_refused(refusal))
    except OverBudget as over:
        reply = Reply(answer=_over_budget(over.until + _skew(struck)))
    world.calls.add(
        CallRecord(
            at=now.timestamp(),
            method=call.method,
            path=call.path,
            operation=match.operation.name if match else None,
            status=None if reply.cut else reply.answer.status,
            fault=",".join(struck),
        )
    )
    answer = _with_headers(world, reply.answer, now, shown=now + _skew(struck))
    return replace(reply, answer=answer, wait_seconds=_latency(struck))


def _latency(struck: Struck) -> float:
    fault = struck.get("latency")
    return fault.number("seconds", 0.2) if fault else 0.0


def _skew(struck: Struck) -> timedelta:
    fault = struck.get("clock_skew")
    return timedelta(seconds=fault.number("seconds", 120)) if fault else timedelta()


class OverBudget(Exception):  # noqa: N818  it is an answer, not a fault of the program
    """The budget of the window is spent."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def _admit(world: World, call: Call, now: datetime) -> Grant:
    if is_token_call(call):
        return EVERYTHING
    grant = world.tokens.grant_of(call.headers.get("authorization"), now=now)
    until = world.budget.spend(now)
    if until is not None:
        raise OverBudget(until)
    return grant


def _find(call: Call, grant: Grant) -> Match:
    match = ROUTER.find(call)
    scope = match.operation.scope
    if scope is not None and not grant.allows(scope):
        raise Refusal(403, f"the token lacks the scope {scope}")
    return match


def _carry_out(world: World, call: Call, match: Match, *, struck: Struck, now: datetime) -> Reply:
    if "token_expiry" in struck:
        raise Refusal(401, "the access token has expired")
    if "429_storm" in struck:
        raise OverBudget(now + timedelta(seconds=struck["429_storm"].number("seconds", 5)))
    if lost := struck.get("lost_request"):
        return Reply(answer=Answer(), cut=_cut(lost))
    if late := struck.get("late_execution"):
        due = now + timedelta(seconds=late.number("seconds", 30))
        world.schedule.add(due, lambda: _execute_late(world, call, match))
        return Reply(answer=Answer(), cut=_cut(late))
    for name in ("5xx", "html200"):
        fault = struck.get(name)
        if fault is not None:
            return Reply(answer=_instead(world, call, match, fault))
    return _disturbed(_execute(world, call, match), struck)


def _cut(fault: Fault) -> Cut:
    return "hang" if fault.options.get("hang") else "before"


def _instead(world: World, call: Call, match: Match, fault: Fault) -> Answer:
    if fault.options.get("executed"):
        _execute_late(world, call, match)
    if fault.name == "html200":
        return Answer(
            body=b"<html><body>One moment please</body></html>",
            headers=(("content-type", "text/html"),),
        )
    return Answer(
        status=int(fault.number("status", 503)),
        body=b"upstream unavailable",
        headers=(("content-type", "text/plain"),),
    )


def _execute(world: World, call: Call, match: Match) -> Answer:
    """Execute and record; what is refused is not recorded."""
    answer = match.execute(world, call)
    if answer.effect is not None:
        world.ledger.record(
            answer.effect,
            now=world.clock.now(),
            source="api",
            method=call.method,
            path=call.path,
            operation=match.operation.name,
            body=_body_for_ledger(call.body),
        )
    return answer


def _execute_late(world: World, call: Call, match: Match) -> None:
    try:
        _execute(world, call, match)
    except Refusal:
        return  # nobody is listening any more


def _body_for_ledger(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return f"{len(body)} bytes"


def _disturbed(answer: Answer, struck: Struck) -> Reply:
    if lost := struck.get("lost_reply"):
        return Reply(answer=answer, cut=_cut(lost))
    if reset := struck.get("reset"):
        at_byte = int(reset.number("at_byte", 40))
        return Reply(answer=answer, cut="reset", at_byte=at_byte)
    return Reply(answer=damaged(answer, struck))


def _refused(refusal: Refusal) -> Answer:
    return json_answer(refusal.body(), status=refusal.status)


def _over_budget(until: datetime) -> Answer:
    whole = datetime.fromtimestamp(ceil(until.timestamp()), tz=until.tzinfo)
    body = {"error": "Too Many Requests", "message": "Rate limiting enforced"}
    return replace(json_answer(body, status=429), headers=(("retry-after", http_date(whole)),))


def _with_headers(world: World, answer: Answer, now: datetime, *, shown: datetime) -> Answer:
    present = {name for name, _ in answer.headers}
    headers = [*answer.headers, ("date", http_date(shown))]
    if "x-ratelimit-limit" not in present:
        headers.append(("x-ratelimit-limit", str(world.budget.limit)))
        headers.append(("x-ratelimit-remaining", str(world.budget.remaining(now))))
    if answer.body and "content-type" not in present:
        headers.append(("content-type", "application/json"))
    return replace(answer, headers=tuple(headers))
