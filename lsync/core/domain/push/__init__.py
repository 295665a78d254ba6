"""How an order gets into Lightspeed exactly once: recovery points and decisions, without I/O."""

from lsync.core.domain.push.decision import decide, intend, undo
from lsync.core.domain.push.recovery import TRANSITIONS, WHOLE, Push, Step
from lsync.core.domain.push.situation import Decision, Header, Situation

__all__ = [
    "TRANSITIONS",
    "WHOLE",
    "Decision",
    "Header",
    "Push",
    "Situation",
    "Step",
    "decide",
    "intend",
    "undo",
]
