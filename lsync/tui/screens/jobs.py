"""Jobs: the list and the detail, retry and cancel."""

import shlex
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.control.messages import JobMessage
from lsync.core.domain.job import JobState
from lsync.tui import actions
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.view.commands import Copy, job_commands
from lsync.tui.view.jobs import about, job_detail, jobs_table
from lsync.tui.view.query import JOB_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table


class JobsPane(ListPane[JobMessage, JobMessage]):
    """All jobs, newest first."""

    mode = "jobs"
    subject = Subject.JOBS
    names = JOB_NAMES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("r", "retry", "Retry"),
        Binding("x", "cancel", "Cancel"),
        Binding("l", "log_of_it", "Its log", show=False),
    ]

    def make_table(self) -> Table[JobMessage]:
        """The table of jobs."""
        return jobs_table(self.session.moment)

    def page(self, whole: JobMessage) -> Sequence[Line]:
        """The detail page."""
        return job_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> JobMessage:
        """Ask for one job with its attempts."""
        return await self.session.ask(lambda client: client.job(int(str(key))))

    def has_failed(self, row: JobMessage) -> bool:
        """Dead jobs need a person."""
        return row.state is JobState.FAILED

    def action_retry(self) -> None:
        """Let the job run again, after the time in which that can be taken back."""
        job = self.selected
        if job is not None:
            action = actions.retry_job(self.session, job.id)
            self.begin(action, refused=actions.why_not_retry(job))

    def action_cancel(self) -> None:
        """Ask, then cancel the job."""
        job = self.selected
        if job is not None:
            question = f"Cancel job {job.id} ({job.type} {about(job)}, {job.state})?"
            action = actions.cancel_job(self.session, job.id)
            self.confirm(question, action, refused=actions.why_not_cancel(job))

    def action_log_of_it(self) -> None:
        """Show the log of the order the job is about."""
        job = self.selected
        if job is not None and "order_number" in job.payload:
            self.post_message(self.Goto("log", typed=f"order:{shlex.quote(about(job))}"))

    def copies(self) -> list[Copy]:
        """The commands of the job."""
        job = self.selected
        return job_commands(job.id) if job is not None else []
