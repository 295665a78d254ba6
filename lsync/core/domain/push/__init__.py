"""How an order gets into Lightspeed exactly once: recovery points and decisions, without I/O."""

from lsync.core.domain.push.decision import decide, intend, undo
from lsync.core.domain.push.recovery import TRANSITIONS, Push, Step
from lsync.core.domain.push.situation import Decision, Situation

__all__ = ["TRANSITIONS", "Decision", "Push", "Situation", "Step", "decide", "intend", "undo"]
