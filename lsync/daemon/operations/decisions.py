"""What waits for a person: listing it, and carrying the answers out."""

from lsync.core.control import messages as m
from lsync.core.domain.decision import Decision, DecisionState
from lsync.core.store import decisions
from lsync.core.store.database import Transaction
from lsync.core.store.decisions import DecisionFilter
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.sync.deciding import Answer, decide
from lsync.daemon.application import Application

ANSWERS = {"accept": DecisionState.ACCEPTED, "reject": DecisionState.REJECTED}


async def list_decisions(
    application: Application, *, matching: DecisionFilter, limit: int, before: int | None
) -> list[m.DecisionMessage]:
    """A page of questions, newest first."""
    async with application.database.read() as tx:
        found = await decisions.listing(tx, matching=matching, limit=limit, before=before)
    return [decision_message(each) for each in found]


async def answer(
    application: Application, request: m.AnswerRequest, *, by: str
) -> list[m.AnsweredDecision]:
    """Answer each question in a transaction of its own; one that is refused stops no other."""
    given = Answer(state=ANSWERS[request.answer], by=by, note=request.note)
    return [await _answer(application, each, given) for each in dict.fromkeys(request.ids)]


async def _answer(application: Application, decision_id: int, given: Answer) -> m.AnsweredDecision:
    async def work(tx: Transaction) -> m.AnsweredDecision:
        decision = await decisions.find(tx, decision_id)
        if decision is None:
            return _refused(decision_id, f"There is no decision {decision_id}.")
        if decision.state is given.state:
            return _refused(decision_id, f"It was {decision.state} by {decision.decided_by}.")
        settled = await decide(application.engine, tx, decision, given)
        return m.AnsweredDecision(id=decision_id, done=True, decision=decision_message(settled))

    try:
        return await application.database.run(work)
    except DatabaseUnavailable:
        raise
    except StoreError as refusal:
        return _refused(decision_id, refusal.why)


def _refused(decision_id: int, message: str) -> m.AnsweredDecision:
    return m.AnsweredDecision(id=decision_id, done=False, message=message)


def decision_message(decision: Decision) -> m.DecisionMessage:
    """A question as a message."""
    return m.DecisionMessage(
        id=decision.id or 0,
        kind=decision.kind,
        state=decision.state,
        question=decision.question,
        consequence=decision.consequence,
        order_number=decision.order_number,
        line_no=decision.line_no,
        product_id=decision.product_id,
        ours=decision.ours,
        theirs=decision.theirs,
        source=decision.source,
        detail=dict(decision.detail),
        raised_at=decision.raised_at,
        decided_at=decision.decided_at,
        decided_by=decision.decided_by,
        note=decision.note,
    )
