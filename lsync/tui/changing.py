"""Changes to orders that a person can set going beyond syncing them. No screen."""

from collections.abc import Sequence
from typing import Literal

from lsync.core.control.client import ControlError, DaemonUnreachable
from lsync.core.control.messages import ImportReport, SuggestionMessage
from lsync.tui.countdown import Action
from lsync.tui.session import Session
from lsync.tui.view.words import count

TAKEN = ("created", "replaced")
"""Results of an import that change something."""


def hold_order(session: Session, number: str, *, held: bool) -> Action:
    """Keep an order from being pushed, or let it go."""

    async def work() -> str:
        if held:
            await session.ask(lambda client: client.hold(number))
            return f"{number} is held until h releases it."
        order = await session.ask(lambda client: client.release(number))
        return f"{number} is released: {order.sync_state.replace('_', ' ')}."

    return Action(words=f"{'hold' if held else 'release'} {number}", work=work)


def hold_orders(session: Session, numbers: Sequence[str], *, held: bool) -> Action:
    """Keep each order from being pushed, or let it go; one that is refused stops no other."""
    what = "hold" if held else "release"

    async def work() -> str:
        refused: list[str] = []
        for number in numbers:
            try:
                await hold_order(session, number, held=held).work()
            except DaemonUnreachable:
                raise
            except ControlError as error:
                refused.append(f"\n! {error.message.error}")
        done = count(len(numbers) - len(refused), "order")
        return f"{done} {'held' if held else 'released'}.{''.join(refused[:5])}"

    return Action(words=f"{what} {count(len(numbers), 'order')}", work=work)


def note_order(session: Session, number: str, text: str) -> Action:
    """Write a note on an order."""

    async def work() -> str:
        entry = await session.ask(lambda client: client.note(number, text))
        return f"Noted on {number}: {entry.message}"

    return Action(words=f"note on {number}", work=work)


def take_order(session: Session, number: str) -> Action:
    """Say who looks after an order."""

    async def work() -> str:
        entry = await session.ask(lambda client: client.note(number, "", taken=True))
        return f"{number}: {entry.message}."

    return Action(words=f"take {number} on", work=work)


def import_file(session: Session, name: str, content: bytes) -> Action:
    """Take over the orders of a file."""

    async def work() -> str:
        report = await session.ask(lambda client: client.import_orders(name, content))
        taken = sum(1 for order in report.orders if order.result in TAKEN)
        out = sum(1 for order in report.orders if order.result in {"refused", "kept"})
        left = f" {count(out, 'order')} stayed as they were." if out else ""
        return f"{count(taken, 'order')} taken over from {name}.{left}"

    return Action(words=f"import {name}", work=work)


def edit_order(session: Session, number: str, content: bytes) -> Action:
    """Give an order other lines, as an order file of this one order."""

    async def work() -> str:
        name = f"{number}.json"
        report = await session.ask(lambda client: client.import_orders(name, content, sent=True))
        if not any(order.result in TAKEN for order in report.orders):
            return f"{number} stayed as it was: somebody else changed it, or goods came, meanwhile."
        return f"{number} is changed; if it is approved or sent, it is synced now."

    return Action(words=f"edit {number}", work=work)


def why_not_import(trial: ImportReport) -> str | None:
    """Return why a file would change nothing, or ``None`` when it would."""
    if any(order.result in TAKEN for order in trial.orders):
        return None
    said = [problem.message for problem in trial.problems]
    said += [problem.message for order in trial.orders for problem in order.problems]
    said += [
        f"{order.order_number} may no longer be changed: it has gone out."
        for order in trial.orders
        if order.result == "kept"
    ]
    return said[0] if said else "Nothing would change: everything is as the file says."


def map_word(session: Session, word: SuggestionMessage, target: str) -> Action:
    """Remember what a word of an order stands for."""

    async def work() -> str:
        done = await session.ask(lambda client: client.map(word.kind, word.local_id, target))
        name = done.mapping.name or done.mapping.lightspeed_id
        queued = f" Queued: {', '.join(done.queued)}." if done.queued else ""
        held = "".join(
            f"\n! {each.order_number}: {each.problems[0].message}"
            for each in done.blocked
            if each.problems
        )
        return f"{word.local_id} means {name}.{queued}{held}"

    return Action(words=f"map {word.local_id}", work=work)


def repair_order(session: Session, number: str, *, plan_hash: str) -> Action:
    """Queue exactly the repair that was shown."""

    async def work() -> str:
        accepted = await session.ask(lambda client: client.repair(number, plan_hash=plan_hash))
        return f"The repair of {number} is queued as job {accepted.job_id}."

    return Action(words=f"repair {number}", work=work)


def answer_decisions(
    session: Session, ids: Sequence[int], answer: Literal["accept", "reject"]
) -> Action:
    """Give the same answer to each question."""

    async def work() -> str:
        results = await session.ask(lambda client: client.answer(ids, answer))
        done = sum(1 for each in results if each.done)
        failed = "".join(f"\n! {each.message}" for each in results if not each.done)
        return f"{count(done, 'question')} answered: {answer}.{failed}"

    return Action(words=f"{answer} {count(len(ids), 'question')}", work=work)
