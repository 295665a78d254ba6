"""Acting on jobs by their error or their type, and on many at once."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.messages import BulkRequest, ErrorGroupMessage, JobMessage
from lsync.core.domain.job import JobState
from lsync.tui import actions
from lsync.tui.screens.base import Pane, why_off
from lsync.tui.screens.choose import Choice, ChooseScreen
from lsync.tui.screens.prompt import EditorScreen
from lsync.tui.view.job_groups import TypeRow, groups_table, type_rows, types_table
from lsync.tui.view.spans import Span, Tone, line

Deed = Literal["retry", "cancel", "discard"]


class JobGroups(Pane):
    """``b`` groups failed jobs by error, ``p`` pauses types, ``E`` edits a dead job's payload."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("b", "errors", "By error"),
        Binding("p", "pause", "Pause/resume", show=False),
        Binding("E", "edit_payload", "Edit its payload", show=False),
    ]

    @property
    def selected_job(self) -> JobMessage | None:
        """The job that keys act on."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def search(self, typed: str) -> None:
        """Show the jobs of a filter."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    # By error

    def action_errors(self) -> None:
        """Show the failed jobs by error; retry, discard or show a whole group."""
        status = self.session.model.status
        groups = status.queue.error_groups if status is not None else ()
        screen: ChooseScreen[ErrorGroupMessage] = ChooseScreen(
            "Failed jobs by error",
            groups_table(),
            groups,
            keys={"r": "retry all", "X": "discard all", "enter": "show them"},
        )
        self.app.push_screen(screen, self._group_chosen)

    def _group_chosen(self, choice: Choice[ErrorGroupMessage] | None) -> None:
        if choice is None:
            return
        group = choice.rows[0]
        if choice.key == "enter":
            self.search(f"state:failed error:{group.error_class}")
        elif not self.session.may_act:
            self.say(why_off(self.session, what="By error"))
        else:
            deed: Deed = "retry" if choice.key == "r" else "discard"
            request = BulkRequest(action=deed, state=JobState.FAILED, error_class=group.error_class)
            self.plan_bulk(request, what=f"jobs failed with {group.error_class}")

    @work(exclusive=True, group="bulk")
    async def plan_bulk(
        self, request: BulkRequest, *, what: str, then: Callable[[], None] = lambda: None
    ) -> None:
        """Ask what a bulk action would touch, then for the typed count."""
        try:
            plan = await self.session.ask(lambda client: client.plan_bulk(request))
        except ControlError as error:
            self.refuse(request.action, error)
            return
        if not plan.count:
            self.say(f"None {what} can be acted on: {request.action}.")
            return
        self.confirm_many(
            actions.bulk_jobs(self.session, request, plan),
            title=f"{request.action} {plan.count} {what}",
            count=plan.count,
            noun="jobs",
            sample=plan.sample,
            then=then,
        )

    # By type

    def action_pause(self) -> None:
        """Choose a type, or all, to pause or to resume."""
        status = self.session.model.status
        if status is None:
            return
        screen: ChooseScreen[TypeRow] = ChooseScreen(
            "Pause or resume",
            types_table(self.session.moment),
            type_rows(status.queue),
            keys={"enter": "pauses or resumes", "p": "the same"},
            lines=[line(Span("What runs now goes on; nothing new of it starts.", Tone.DIM))],
        )
        self.app.push_screen(screen, self._type_chosen)

    def _type_chosen(self, choice: Choice[TypeRow] | None) -> None:
        if choice is None:
            return
        row = choice.rows[0]
        if not self.session.may_act:
            self.say(why_off(self.session, what="Pause/resume"))
        elif row.pause is not None:
            self.begin(actions.resume_queue(self.session, type=row.type))
        else:
            self.confirm(
                f"Pause {row.words}? What runs now goes on.",
                actions.pause_queue(self.session, type=row.type),
            )

    # The payload

    def action_edit_payload(self) -> None:
        """Edit the payload of a dead job as JSON; ``r`` then runs it with the new one."""
        job = self.selected_job
        if job is None:
            return
        if job.state not in {JobState.FAILED, JobState.CANCELLED}:
            self.say(f"Job {job.id} is {job.state}: only the payload of dead jobs is edited.")
            return
        self._edit(job, json.dumps(job.payload, indent=2, ensure_ascii=False))

    def _edit(self, job: JobMessage, text: str) -> None:
        lines = [line("JSON. It is kept when you go on; nothing runs until r retries the job.")]
        screen = EditorScreen(f"Payload of job {job.id} ({job.type})", lines, value=text)
        self.app.push_screen(screen, partial(self._edited, job, text))

    def _edited(self, job: JobMessage, before: str, text: str | None) -> None:
        if text is None or text == before:
            return
        try:
            payload = json.loads(text)
        except ValueError as error:
            self.say(f"This is no JSON: {error}.")
            self._edit(job, text)
            return
        if not isinstance(payload, dict):
            self.say("A payload is an object: { … }.")
            self._edit(job, text)
        elif payload != job.payload:
            self.confirm(
                f"Give job {job.id} this payload: {json.dumps(payload, ensure_ascii=False)}?",
                actions.edit_job(self.session, job.id, payload),
            )
