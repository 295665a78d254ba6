"""What people do over the control socket, written into the sync log with the system's user.

Operation ``operator``: the dashboard's ``@`` shows these entries.
"""

import os
from collections.abc import Sequence
from typing import Any

import structlog
from pydantic import BaseModel
from starlette.requests import Request

from lsync.core.control import messages as m
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.errors import StoreError
from lsync.daemon.application import Application
from lsync.daemon.users import login_name

OPERATION = "operator"
NEEDS_NO_NOTE = (m.BulkPlan, m.PrunePlan, m.VendTest, m.Authorization, m.LogEntry)
"""Answers after which nothing is different from before, or of what is a log entry itself."""
NOUNS = {"purchase-orders": "orders", "subscriptions": "webhook subscriptions"}

log = structlog.get_logger(__name__)


def who(request: Request) -> str:
    """The user on the other end of the socket; in process it is the one who runs it."""
    peer = request.scope.get("state", {}).get("peer")
    return login_name(os.getuid()) if peer is None else str(peer.name)


async def note_deed(
    request: Request,
    application: Application,
    *,
    template: str,
    answer: BaseModel | Sequence[BaseModel],
) -> None:
    """Write down who did what; a failure to do so does not undo what was done."""
    if isinstance(answer, NEEDS_NO_NOTE) or not application.ready:
        return
    number = request.path_params.get("number")
    step, about = describe(template, request.path_params, answer)

    async def write(tx: Transaction) -> None:
        entry = SyncLogEntry(
            created_at=await tx.now(),
            operation=OPERATION,
            step=step,
            status=LogStatus.INFO,
            message=visible(f"{who(request)}: {step} {about}".strip()),
            order_number=number,
            job_id=request.path_params.get("job_id"),
        )
        await sync_log.append(tx, entry)

    try:
        await application.database.run(write)
    except StoreError as failure:
        log.warning("deed not written down", step=step, about=about, error=str(failure))


def describe(
    template: str, given: dict[str, Any], answer: BaseModel | Sequence[BaseModel]
) -> tuple[str, str]:
    """What was done, in one word, and to what: ``retry``, ``job 17``."""
    words = [word for word in template.removeprefix("/v1/").split("/") if not word.startswith("{")]
    noun = NOUNS.get(words[0], words[0])
    step = words[-1] if len(words) > 1 else "change"
    if "number" in given:
        return step, str(given["number"])
    if "job_id" in given:
        return ("edit" if step == "payload" else step), f"job {given['job_id']}"
    match answer:
        case m.SettingChanged():
            return ("forget" if answer.value is None else "set"), answer.key
        case m.BulkResult():
            return answer.action, f"{answer.changed} {noun}"
        case BaseModel():
            return step, noun
        case several:
            return step, f"{noun} ({len(several)})"
