"""What happened in a push, as sentences for people and facts for programs."""

from collections.abc import Sized

from lsync.core.domain.amount import plain
from lsync.core.domain.push import Push
from lsync.core.domain.push.dialogue import (
    Action,
    AddLines,
    Adopted,
    Create,
    Created,
    Event,
    Filled,
    Finish,
    Gone,
    Looked,
    Lost,
    Read,
    RemoveLines,
    Rest,
    Resumed,
    Retreat,
    Send,
    Sent,
    SetHeader,
    SetLines,
    Stop,
)
from lsync.core.domain.records import LogStatus
from lsync.core.domain.sanitise import visible
from lsync.core.sync.said import Said

OK, INFO, WARNING, FAILED = LogStatus.OK, LogStatus.INFO, LogStatus.WARNING, LogStatus.FAILED


def tell_event(event: Event, push: Push) -> Said:
    """Say what was observed."""
    match event:
        case Resumed():
            return Said(step="resume", message=f"Going on from {push.step}", status=INFO)
        case Created(consignment=it):
            return Said(
                step="create",
                message=f"Created consignment {visible(it.consignment_id)}, empty and OPEN",
                detail={"reference": push.reference, "version": it.version},
            )
        case Looked() | Adopted():
            return _tell_search(event, push)
        case Filled() | Read() | Gone():
            return _tell_lines(event, push)
        case Sent(consignment=it):
            return Said(step="send", message=f"The consignment is {visible(it.status)}")
        case Lost():
            return _tell_loss(event)


def _tell_search(event: Looked | Adopted, push: Push) -> Said:
    if isinstance(event, Looked):
        found = [it.consignment.consignment_id for it in event.candidates]
        return Said(
            step="look",
            message=(
                f"Looked for {visible(push.reference)} among the consignments after version "
                f"{push.watermark}: {len(found) or 'none'} found"
            ),
            status=OK if found else INFO,
            detail={"watermark": push.watermark, "found": found},
        )
    surplus = len(event.deleted) + len(event.others)
    others = f"; {surplus} more of the same number" if surplus else ""
    return Said(
        step="adopt",
        message=f"Adopted consignment {visible(event.consignment.consignment_id)}{others}",
        status=WARNING if surplus else OK,
        detail={
            "deleted": [it.consignment_id for it in event.deleted],
            "others": [it.consignment_id for it in event.others],
        },
    )


def _tell_lines(event: Filled | Read | Gone, push: Push) -> Said:
    match event:
        case Filled(action=AddLines(lines=lines, rest=rest)):
            to_go = f", {len(rest)} to go" if rest else ""
            return Said(step="lines", message=f"Added {_lines(lines)}{to_go}")
        case Filled(action=SetLines(lines=lines)):
            values = [f"{line.sku or line.product_id}: {plain(line.quantity)}" for line in lines]
            return Said(
                step="lines",
                message=f"Set {_lines(lines)} to what was ordered",
                detail={"lines": values},
            )
        case Filled(action=RemoveLines(product_ids=product_ids)):
            return Said(
                step="lines",
                message=f"Took {_lines(product_ids)} off that the order no longer has",
                detail={"products": list(product_ids)},
            )
        case Filled():
            return Said(step="header", message="Set supplier, outlet, due date and invoice")
        case Read(consignment=it):
            return Said(
                step="verify",
                message=f"Read back {_lines(it.lines)}; the consignment is {visible(it.status)}",
            )
        case _:
            gone = f"Lightspeed has no consignment {visible(push.consignment_id or '')}"
            return Said(step="verify", message=gone, status=FAILED)


def _lines(found: Sized) -> str:
    return "1 line" if len(found) == 1 else f"{len(found)} lines"


def _tell_loss(event: Lost) -> Said:
    match event.action:
        case Create():
            step, doing = "create", "creating the consignment"
        case AddLines():
            step, doing = "lines", "adding lines"
        case SetLines():
            step, doing = "lines", "setting lines"
        case RemoveLines():
            step, doing = "lines", "removing lines"
        case SetHeader():
            step, doing = "header", "changing the consignment"
        case Send():
            step, doing = "send", "sending the order"
    message = f"No usable answer to {doing}: it may have happened, so lsync looks"
    return Said(step=step, message=message, status=WARNING)


def tell_end(action: Action) -> Said | None:
    """Say how a run ended; None for an action that goes on."""
    match action:
        case Rest(reason=reason, until=until):
            detail: dict[str, object] = {"until": until.isoformat()}
            return Said(step="rest", message=reason, status=WARNING, detail=detail)
        case Finish(equal=True):
            return Said(step="finish", message="Order and consignment agree")
        case Finish():
            message = "Order and consignment differ; nothing was changed"
            return Said(step="finish", message=message, status=WARNING)
        case Stop(problems=problems):
            said = "; ".join(problem.message for problem in problems)
            return Said(step="stop", message=said, status=FAILED)
        case Retreat(reason=reason):
            return Said(step="retreat", message=reason, status=WARNING)
        case _:
            return None
