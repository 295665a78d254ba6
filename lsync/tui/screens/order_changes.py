"""The keys that change orders or compare them: hold, note, import, edit, map, diff, decisions."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlClient, ControlError
from lsync.core.control.messages import DecisionMessage, OrderDetail
from lsync.tui import changing
from lsync.tui.screens.base import why_off
from lsync.tui.screens.choose import Choice, ChooseScreen
from lsync.tui.screens.diff import DiffScreen
from lsync.tui.screens.history import HistoryScreen
from lsync.tui.screens.order_actions import OrderActions
from lsync.tui.screens.prompt import EditorScreen, PromptScreen
from lsync.tui.view.decisions import answer_lines, decision_lines, decisions_table
from lsync.tui.view.editing import EDIT_WORDS, UnreadableEditError, editable, edited
from lsync.tui.view.importing import import_lines
from lsync.tui.view.mappings import Match, matches, matches_table
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.words import count

Answer = TypeVar("Answer")
SAMPLE = 5


class OrderChanges(OrderActions):
    """Everything about ``selected_order`` beyond syncing it."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("f", "diff", "Diff, repair"),
        Binding("h", "hold", "Hold/release", show=False),
        Binding("n", "note", "Note", show=False),
        Binding("t", "take", "Take it on", show=False),
        Binding("i", "import", "Import a file", show=False),
        Binding("e", "edit", "Edit its lines", show=False),
        Binding("m", "map", "Map unknown words", show=False),
        Binding("D", "decisions", "Decisions", show=False),
        Binding("comma,full_stop", "history", "History", show=False),
    ]

    async def ask(
        self, words: str, call: Callable[[ControlClient], Awaitable[Answer]]
    ) -> Answer | None:
        """Ask the daemon; a refusal is shown and gives ``None``."""
        try:
            return await self.session.ask(call)
        except ControlError as error:
            self.refuse(words, error)
            return None

    # Holding and notes

    def action_hold(self) -> None:
        """Hold the order back, or let it go, after the time in which that can be taken back."""
        order = self.order_here()
        if order is not None:
            action = changing.hold_order(self.session, order.order_number, held=not order.held)
            self.begin(action)

    def action_note(self) -> None:
        """Type a note on the order."""
        order = self.order_here()
        if order is None:
            return
        number = order.order_number

        def typed(text: str | None) -> None:
            if text and text.strip():
                self.dashboard.perform(changing.note_order(self.session, number, text.strip()))

        lines = [line("It stands in the order's log with your name and never leaves lsync.")]
        self.app.push_screen(PromptScreen(f"Note on {number}", lines), typed)

    def action_take(self) -> None:
        """Say that you look after the order."""
        order = self.order_here()
        if order is not None:
            self.begin(changing.take_order(self.session, order.order_number))

    # Importing and editing

    def action_import(self) -> None:
        """Type the name of an order file; what it would do is shown before it is done."""
        self._ask_for_file("")

    def _ask_for_file(self, name: str) -> None:
        def typed(name: str | None) -> None:
            if name:
                self.read_file(name, Path(name).expanduser())

        lines = [
            line("A CSV, JSON or JSON lines file on this machine. You see first what it does.")
        ]
        self.app.push_screen(PromptScreen("Import orders", lines, value=name), typed)

    @work(exclusive=True, group="import")
    async def read_file(self, name: str, path: Path) -> None:
        """Show what importing a file would do; a ``name`` that leads to none is asked again."""
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            self.say(f"{path} cannot be read: {error.strerror}.")
            self._ask_for_file(name)
            return
        await self._propose(path.name, content)

    async def _propose(self, name: str, content: bytes) -> None:
        trial = await self.ask(
            f"import {name}", lambda client: client.import_orders(name, content, dry_run=True)
        )
        if trial is None:
            return
        if changing.why_not_import(trial) is not None:
            self.tell(f"{name} would change nothing", import_lines(trial))
            return
        wanted = changing.import_file(self.session, name, content)
        self.confirm_lines(f"Import {name}?", import_lines(trial), wanted)

    @work(exclusive=True, group="edit")
    async def action_edit(self) -> None:
        """Edit quantities and costs; the difference is shown before it is taken over."""
        order = self.order_here()
        if order is None:
            return
        number = order.order_number
        whole = await self.ask(f"edit {number}", lambda client: client.order(number))
        if whole is not None:
            self._edit(whole, editable(whole))

    def _edit(self, order: OrderDetail, text: str) -> None:
        def typed(result: str | None) -> None:
            if result is not None and result != editable(order):
                self.take_edit(order, result)

        title = f"Lines of {order.order_number}"
        self.app.push_screen(EditorScreen(title, [line(EDIT_WORDS)], value=text), typed)

    @work(exclusive=True, group="edit")
    async def take_edit(self, order: OrderDetail, text: str) -> None:
        """Show what an edit would change, or what is wrong with it."""
        try:
            content = edited(order, text)
        except UnreadableEditError as error:
            self.say(str(error))
            self._edit(order, text)
            return
        number, name = order.order_number, f"{order.order_number}.json"
        trial = await self.ask(
            f"edit {number}",
            lambda client: client.import_orders(name, content, sent=True, dry_run=True),
        )
        refused = None if trial is None else changing.why_not_import(trial)
        if refused is not None:
            self.say(refused)
        if trial is None or refused is not None:
            self._edit(order, text)
            return
        wanted = changing.edit_order(self.session, number, content)
        self.confirm_lines(f"Change {number}?", import_lines(trial), wanted)

    # Mapping

    @work(exclusive=True, group="map")
    async def action_map(self) -> None:
        """Offer what the unknown words of the order may mean."""
        order = self.selected_order
        number = None if order is None else order.order_number
        found = await self.ask("map", lambda client: client.suggestions(order=number))
        if found is None:
            return
        screen: ChooseScreen[Match] = ChooseScreen(
            f"Unknown words of {number or 'all orders'}",
            matches_table(),
            matches(found),
            keys={"enter": "means this", "t": "type what it means"},
        )
        self.app.push_screen(screen, self._mapped)

    def _mapped(self, choice: Choice[Match] | None) -> None:
        if choice is None:
            return
        if not self.session.may_act:
            self.say(why_off(self.session, what="Mapping"))
            return
        match = choice.rows[0]
        if choice.key == "enter" and match.candidate is not None:
            self._map(match, match.candidate.lightspeed_id, match.candidate.name)
            return

        def typed(target: str | None) -> None:
            if target:
                self._map(match, target, target)

        lines = [line("Its Lightspeed id, its name, or for a product its SKU.")]
        self.app.push_screen(PromptScreen(f"What is {match.word.local_id}?", lines), typed)

    def _map(self, match: Match, target: str, name: str) -> None:
        self.confirm(
            f"{match.word.kind.capitalize()} {match.word.local_id} means {name}, from now on?"
            " Orders that waited for it are queued.",
            changing.map_word(self.session, match.word, target),
        )

    # Comparing and looking back

    @work(exclusive=True, group="diff")
    async def action_diff(self) -> None:
        """Compare the order with Lightspeed and plan the repair; ``y`` applies it."""
        order = self.order_here()
        if order is None:
            return
        number = order.order_number
        self.notify(f"Reading {number} at Lightspeed …", timeout=2, markup=False)
        diff = await self.ask(f"diff {number}", lambda client: client.diff(number))
        if diff is None:
            return
        repair = None
        if not diff.equal:
            repair = await self.ask(f"repair {number}", lambda client: client.plan_repair(number))

        def wished(apply: bool | None) -> None:
            if apply and not self.session.may_act:
                self.say(why_off(self.session, what="Repair"))
            elif apply and repair is not None:
                self.dashboard.perform(
                    changing.repair_order(self.session, number, plan_hash=repair.plan_hash)
                )

        self.app.push_screen(DiffScreen(diff, repair), wished)

    @work(exclusive=True, group="history")
    async def action_history(self) -> None:
        """Step through what happened to the order."""
        order = self.order_here()
        if order is None:
            return
        number = order.order_number
        history = await self.ask(f"history {number}", lambda client: client.history(number))
        if history is not None:
            self.app.push_screen(HistoryScreen(history, self.session))

    # Decisions

    @work(exclusive=True, group="decisions")
    async def action_decisions(self) -> None:
        """Show the questions that wait: those of the selected order if it has any, else all."""
        order = self.selected_order
        found = None
        if order is not None:
            number = order.order_number
            found = await self.ask(
                "decisions", lambda client: client.decisions(state="open", order=number)
            )
        if not found:
            found = await self.ask("decisions", lambda client: client.decisions(state="open"))
        if found is not None:
            self._show_decisions(found)

    def _show_decisions(self, found: tuple[DecisionMessage, ...]) -> None:
        screen: ChooseScreen[DecisionMessage] = ChooseScreen(
            "Questions that wait for you",
            decisions_table(self.session.moment),
            found,
            keys={"y": "theirs", "n": "ours", "enter": "read"},
            lines=decision_lines(len(found)),
        )
        self.app.push_screen(screen, partial(self._decided, found))

    def _decided(
        self, found: tuple[DecisionMessage, ...], choice: Choice[DecisionMessage] | None
    ) -> None:
        if choice is None:
            return
        if choice.key == "enter":
            self._read_decision(found, choice.rows[0])
            return
        answer: Literal["accept", "reject"] = "accept" if choice.key == "y" else "reject"
        said = answer_lines(answer, choice.rows)
        action = changing.answer_decisions(self.session, [row.id for row in choice.rows], answer)
        if not self.session.may_act:
            self.say(why_off(self.session, what="Answering"))
        elif len(choice.rows) == 1:
            self.confirm(f"{answer.capitalize()}: {said[0]}", action)
        else:
            self.confirm_many(
                action,
                title=f"{answer} {count(len(said), 'question')}",
                count=len(said),
                noun="questions",
                sample=said[:SAMPLE],
                then=lambda: None,
            )

    def _read_decision(self, found: tuple[DecisionMessage, ...], one: DecisionMessage) -> None:
        lines: list[Line] = [
            line(Span(one.question, Tone.STRONG)),
            line(Span("accepting: ", Tone.DIM), Span(one.consequence)),
            line(Span("raised by: ", Tone.DIM), Span(one.source or "lsync")),
        ]
        self.tell(f"Question {one.id}", lines, then=lambda: self._show_decisions(found))
