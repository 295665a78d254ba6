"""An order beside what Lightspeed has of it; ``y`` applies the repair that is shown."""

from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.control.messages import OrderDiff, RepairPlan
from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.diff import diff_lines
from lsync.tui.view.spans import Line


class DiffScreen(Dialog[bool]):
    """Shows a comparison and the repair; only ``y`` closes it with the wish to repair."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("y", "apply", "Apply the repair"),
        Binding("f,enter,n", "close", "Close"),
    ]

    def __init__(self, diff: OrderDiff, repair: RepairPlan | None) -> None:
        """``repair`` is planned only when something differs."""
        self._applies = repair is not None and bool(repair.steps)
        hint = "y applies the repair   Esc closes" if self._applies else "Esc closes"
        super().__init__(f"{diff.order_number} against Lightspeed", hint=hint)
        self._diff = diff
        self._repair = repair

    def lines(self) -> list[Line]:
        """The comparison and the repair."""
        return diff_lines(self._diff, self._repair)

    def action_apply(self) -> None:
        """Close with the wish to repair, if there is something to do."""
        if self._applies:
            self.dismiss(True)

    def action_close(self) -> None:
        """Close without it."""
        self.dismiss(False)
