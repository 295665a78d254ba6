"""Recording and listing stock adjustments."""

from collections.abc import Sequence

from lsync.core.control import messages as m
from lsync.core.control.messages.adjustments import AdjustmentFault
from lsync.core.domain.adjustment import COLUMNS, Adjustment, AdjustmentState, read_adjustments
from lsync.core.domain.order_file import DecimalMark
from lsync.core.domain.order_file.rows import UnreadableFileError
from lsync.core.domain.sanitise import visible
from lsync.core.domain.sheet import Fault, read_sheet
from lsync.core.store import adjustments
from lsync.core.store.database import Transaction
from lsync.core.sync.adjusting import (
    TAKEN,
    BadAdjustmentsError,
    names_taken,
    queue_adjustments,
    record,
)
from lsync.daemon.application import Application
from lsync.daemon.operations.file_content import file_bytes
from lsync.daemon.operations.missing import bad_input, not_allowed, not_found


async def list_adjustments(
    application: Application,
    *,
    states: Sequence[AdjustmentState],
    limit: int,
    before: int | None,
) -> list[m.AdjustmentMessage]:
    """A page of adjustments, newest first."""
    async with application.database.read() as tx:
        found = await adjustments.listing(tx, states=states, limit=limit, before=before)
    return [_message(each) for each in found]


async def adjust(
    application: Application, request: m.AdjustRequest, *, by: str
) -> list[m.AdjustmentMessage]:
    """Record adjustments, all or none.

    Raises:
        ControlError: 422: one is impossible, or its name was used for another one.
    """
    wanted = [
        Adjustment(
            name=each.name.strip(),
            outlet=each.outlet,
            sku=each.sku,
            quantity=each.quantity,
            reason=each.reason,
            note=each.note,
        )
        for each in request.adjustments
    ]
    try:
        return await _record(application, wanted, by=by)
    except BadAdjustmentsError as refused:
        raise bad_input(
            "The stock adjustment was not recorded.",
            why="; ".join(refused.problems),
            next_step="Correct what is named and record it again; nothing was changed.",
        ) from refused


async def import_file(
    application: Application, request: m.AdjustmentFile, *, by: str
) -> m.AdjustmentFileReport:
    """Record the adjustments of a file, all or none.

    Raises:
        ControlError: 422: the content is not base64.
    """
    content = file_bytes(request.content_base64)
    wanted, faults = await _read(application, content, request)
    done: list[m.AdjustmentMessage] = []
    if not faults and request.dry_run:
        done = [_message(each) for each in wanted]
    elif not faults:
        try:
            done = await _record(application, wanted, by=by)
        except BadAdjustmentsError as refused:
            faults = [(None, problem) for problem in refused.problems]
    return m.AdjustmentFileReport(
        filename=request.filename,
        dry_run=request.dry_run,
        adjustments=tuple(done),
        faults=tuple(AdjustmentFault(line=line, message=text) for line, text in faults),
    )


async def _read(
    application: Application, content: bytes, request: m.AdjustmentFile
) -> tuple[list[Adjustment], list[Fault]]:
    """What a file asks for, and everything that keeps it out."""
    try:
        rows = read_sheet(
            content, filename=request.filename, required=COLUMNS, encoding=request.encoding
        )
    except UnreadableFileError as error:
        return [], [(error.line, str(error))]
    found, faults = read_adjustments(rows, decimal=DecimalMark(request.decimal))
    wanted = [adjustment for _, adjustment in found]
    async with application.database.read() as tx:
        taken = await names_taken(tx, wanted)
    faults += [(row, f"{visible(it.name)} {TAKEN}") for row, it in found if it.name in taken]
    faults.sort(key=lambda fault: fault[0].line)
    return wanted, [row.wrong(why) for row, why in faults]


async def retry(application: Application, request: m.RetryAdjustments) -> list[m.AdjustmentMessage]:
    """Judge failed adjustments anew.

    Raises:
        ControlError: 404 there is none of that name, 409 it has not failed.
    """

    async def work(tx: Transaction) -> list[Adjustment]:
        known = await adjustments.named(tx, request.names)
        now = await tx.now()
        done = [
            await adjustments.move(tx, _failed(known, name), _ANEW, now=now)
            for name in dict.fromkeys(request.names)
        ]
        await queue_adjustments(tx, max_attempts=application.rules.max_attempts)
        return done

    return [_message(each) for each in await application.database.run(work)]


_ANEW = AdjustmentState.RECORDED


def _failed(known: dict[str, Adjustment], name: str) -> Adjustment:
    found = known.get(name)
    if found is None:
        raise not_found(
            f"adjustment {visible(name)}", next_step="`lsync stock list` shows what there is."
        )
    if found.state is not AdjustmentState.FAILED:
        raise not_allowed(
            f"Adjustment {visible(name)} is not judged anew.",
            why=f"It is {found.state}.",
            next_step="Only failed ones can be.",
        )
    return found


async def _record(
    application: Application, wanted: Sequence[Adjustment], *, by: str
) -> list[m.AdjustmentMessage]:
    async def work(tx: Transaction) -> list[tuple[Adjustment, bool]]:
        return await record(tx, wanted, by=by, max_attempts=application.rules.max_attempts)

    done = await application.database.run(work)
    return [_message(each, fresh=fresh) for each, fresh in done]


def _message(each: Adjustment, *, fresh: bool = False) -> m.AdjustmentMessage:
    return m.AdjustmentMessage(
        id=each.id or 0,
        name=each.name,
        state=each.state,
        outlet=each.outlet,
        sku=each.sku,
        product_id=each.product_id,
        quantity=each.quantity,
        reason=each.reason,
        note=each.note,
        lightspeed_id=each.lightspeed_id,
        error=each.error,
        recorded_at=each.recorded_at,
        recorded_by=each.recorded_by,
        posted_at=each.posted_at,
        fresh=fresh,
    )
