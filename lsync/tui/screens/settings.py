"""Settings and where each came from; the connection to Lightspeed can be tried."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.messages import SettingMessage
from lsync.tui import actions
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.prompt import PromptScreen
from lsync.tui.screens.told import ToldScreen
from lsync.tui.view.commands import Copy
from lsync.tui.view.facts import Facts, setting_facts
from lsync.tui.view.query import SETTING_NAMES
from lsync.tui.view.settings import (
    finding_lines,
    outcome_lines,
    set_command,
    setting_detail,
    settings_table,
    why_not_change,
)
from lsync.tui.view.spans import Line, line
from lsync.tui.view.table import Table


class SettingsPane(ListPane[SettingMessage, SettingMessage]):
    """All settings."""

    mode = "settings"
    subject = Subject.SETTINGS
    names = SETTING_NAMES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("e", "edit", "Change"),
        Binding("t", "test", "Try the API"),
        Binding("d", "doctor", "Doctor"),
    ]

    def make_table(self) -> Table[SettingMessage]:
        """The table of settings."""
        return settings_table()

    def facts(self, row: SettingMessage) -> Facts:
        """What a row says about the names of the filter."""
        return setting_facts(row, self.session.moment())

    def page(self, whole: SettingMessage) -> Sequence[Line]:
        """The detail page."""
        return setting_detail(whole)

    async def read_whole(self, key: Hashable) -> SettingMessage:
        """The row is all there is."""
        return self.row_of(key)

    def has_failed(self, row: SettingMessage) -> bool:
        """``n`` stops at settings that somebody has set."""
        return not row.source.startswith("default")

    def action_edit(self) -> None:
        """Type another value; it is kept in the database."""
        setting = self.selected
        if setting is None:
            return
        refused = why_not_change(setting)
        if refused is not None:
            self.say(refused)
            return

        def typed(value: str | None) -> None:
            if value is not None and value != setting.value:
                said = "another value, which is not shown" if setting.secret else value
                self.confirm(
                    f"Set {setting.key} to {said}?",
                    actions.change_setting(self.session, setting.key, value),
                )

        lines = [line("The daemon checks it; what a higher source sets is refused.")]
        value = "" if setting.secret else setting.value
        self.app.push_screen(PromptScreen(setting.key, lines, value=value), typed)

    @work(exclusive=True, group="test")
    async def action_test(self) -> None:
        """Try one cheap call to Lightspeed and show how it went."""
        try:
            outcome = await self.session.ask(lambda client: client.vend_test())
        except ControlError as error:
            self.refuse("test", error)
            return
        self.app.push_screen(ToldScreen("Connection to Lightspeed", outcome_lines(outcome)))

    @work(exclusive=True, group="doctor", thread=True)
    def action_doctor(self) -> None:
        """Examine this installation and show what is wrong, each with its fix."""
        doctor = self.session.doctor
        if doctor is None:
            self.app.call_from_thread(
                self.say, "Doctor looks at the machine it runs on: run `lsync doctor` there."
            )
            return
        try:
            findings = doctor()
        except Exception as error:  # noqa: BLE001 - whatever is broken is what doctor is asked about
            self.app.call_from_thread(self.say, f"Doctor could not look: {error}")
            return
        self.app.call_from_thread(self.tell, "Doctor", finding_lines(findings))

    def copies(self) -> list[Copy]:
        """The command that sets the selected value."""
        setting = self.selected
        if setting is None:
            return []
        return [
            Copy(key="y", what="set it", command=set_command(setting)),
            Copy(key="k", what="its key only", command=setting.key),
        ]
