"""Jobs: the list and the detail, retry and cancel."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Literal

from textual.binding import Binding

from lsync.core.control.messages import BulkRequest, JobMessage
from lsync.core.domain.job import JobState
from lsync.tui import actions
from lsync.tui.model import Subject
from lsync.tui.screens.job_groups import JobGroups
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.view.commands import Copy, job_commands
from lsync.tui.view.facts import Facts, job_facts
from lsync.tui.view.jobs import about, job_detail, jobs_table
from lsync.tui.view.query import JOB_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table


class JobsPane(ListPane[JobMessage, JobMessage], JobGroups):
    """All jobs, newest first."""

    mode = "jobs"
    subject = Subject.JOBS
    names = JOB_NAMES
    marks = True
    BINDINGS: ClassVar[list[Any]] = [
        Binding("r", "retry", "Retry"),
        Binding("x", "cancel", "Cancel"),
        Binding("X", "discard", "Discard", show=False),
    ]

    def make_table(self) -> Table[JobMessage]:
        """The table of jobs."""
        return jobs_table(self.session.moment)

    def facts(self, row: JobMessage) -> Facts:
        """What a row says about the names of the filter."""
        return job_facts(row, self.session.moment())

    def page(self, whole: JobMessage) -> Sequence[Line]:
        """The detail page."""
        return job_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> JobMessage:
        """Ask for one job with its attempts."""
        return await self.session.ask(lambda client: client.job(int(str(key))))

    def order_of(self, row: JobMessage) -> str | None:
        """The order in the job's payload."""
        number = row.payload.get("order_number")
        return None if number is None else str(number)

    def job_of(self, row: JobMessage) -> int | None:
        """The job itself."""
        return row.id

    def has_failed(self, row: JobMessage) -> bool:
        """Dead jobs need a person."""
        return row.state is JobState.FAILED

    def action_retry(self) -> None:
        """Let the job run again, after the time in which that can be taken back."""
        if self.table.marked:
            self.plan_many("retry")
            return
        job = self.selected
        if job is not None:
            action = actions.retry_job(self.session, job.id)
            self.begin(action, refused=actions.why_not_retry(job))

    def action_cancel(self) -> None:
        """Ask, then cancel the job."""
        if self.table.marked:
            self.plan_many("cancel")
            return
        job = self.selected
        if job is not None:
            question = f"Cancel job {job.id} ({job.type} {about(job)}, {job.state})?"
            action = actions.cancel_job(self.session, job.id)
            self.confirm(question, action, refused=actions.why_not_cancel(job))

    def action_discard(self) -> None:
        """Ask, then give up the dead job."""
        if self.table.marked:
            self.plan_many("discard")
            return
        job = self.selected
        if job is not None:
            question = f"Discard job {job.id} ({job.type} {about(job)})? It will not run again."
            action = actions.discard_job(self.session, job.id)
            self.confirm(question, action, refused=actions.why_not_discard(job))

    def plan_many(self, what: Literal["retry", "cancel", "discard"]) -> None:
        """Act on the marked jobs, once their count is typed."""
        ids = tuple(sorted(int(str(key)) for key in self.table.marked))
        request = BulkRequest(action=what, ids=ids)
        self.plan_bulk(request, what=f"of {len(ids)} marked jobs", then=self.table.unmark)

    @property
    def selected_job(self) -> JobMessage | None:
        """The open job, else the one under the cursor."""
        return self.selected

    def copies(self) -> list[Copy]:
        """The commands of the job."""
        job = self.selected
        return job_commands(job.id) if job is not None else []
