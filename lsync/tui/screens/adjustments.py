"""Stock adjustments that were not posted: read them, and have them judged anew."""

from functools import partial

from textual import work

from lsync.core.control.client import ControlError
from lsync.core.control.messages import AdjustmentMessage
from lsync.core.domain.adjustment import AdjustmentState
from lsync.tui import actions
from lsync.tui.screens.base import Pane, why_off
from lsync.tui.screens.choose import Choice, ChooseScreen
from lsync.tui.view.adjustments import adjustment_lines, adjustments_table

MOST = 200
"""Adjustments shown in the box; `lsync stock list` has them all."""


class FailedAdjustments(Pane):
    """Opens a box of them; ``r`` tries those that are marked, or the one under the cursor."""

    @work(exclusive=True, group="adjustments")
    async def show_adjustments(self) -> None:
        """Ask which failed, and show them."""
        try:
            found = await self.session.ask(
                lambda client: client.adjustments(state=AdjustmentState.FAILED, limit=MOST)
            )
        except ControlError as error:
            self.refuse("stock adjustments", error)
            return
        self._choose_adjustments(found)

    def _choose_adjustments(self, found: tuple[AdjustmentMessage, ...]) -> None:
        screen: ChooseScreen[AdjustmentMessage] = ChooseScreen(
            "Stock adjustments that were not posted",
            adjustments_table(),
            found,
            keys={"r": "retry", "enter": "read"},
        )
        self.app.push_screen(screen, partial(self._adjustment_chosen, found))

    def _adjustment_chosen(
        self, found: tuple[AdjustmentMessage, ...], choice: Choice[AdjustmentMessage] | None
    ) -> None:
        if choice is None:
            return
        if choice.key == "enter":
            one = choice.rows[0]
            lines = adjustment_lines(one, self.session.moment)
            again = partial(self._choose_adjustments, found)
            self.tell(f"Stock adjustment {one.name}", lines, then=again)
        elif not self.session.may_act:
            self.say(why_off(self.session, what="Retry"))
        else:
            names = [each.name for each in choice.rows]
            self.begin(actions.retry_adjustments(self.session, names))
