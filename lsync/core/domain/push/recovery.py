"""How an order gets into Lightspeed exactly once: recovery points, and what comes next. Pure.

Lightspeed has no idempotency key, its bulk call adds up, and an answer can be lost. So every
write is announced first (`intend`, committed), sent once, and its outcome is settled by what was
observed (`decide`). After a crash or a lost answer the announcement is settled by looking.

What a step means to whoever finds it:

==========  ============================================  ====================================
step        what is known                                 how a push goes on from there
==========  ============================================  ====================================
armed       nothing of this generation was ever sent      create
creating    a create may have happened                    look for it; rest; look; create
created     the consignment exists, no write is open      read it back
filling     a line write may have happened                read back; if it lacks: rest, read
filled      every line write was confirmed                read it back
verified    lines were read back equal, not sent          read back, send
sending     a send may have happened                      read it back
done        recorded                                      read back; write only a new revision
==========  ============================================  ====================================
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """Recovery points of a push; the table in this module says what each means."""

    ARMED = "armed"
    CREATING = "creating"
    CREATED = "created"
    FILLING = "filling"
    FILLED = "filled"
    VERIFIED = "verified"
    SENDING = "sending"
    DONE = "done"


_READ = frozenset({Step.FILLED, Step.VERIFIED, Step.DONE})

TRANSITIONS: dict[Step, frozenset[Step]] = {
    Step.ARMED: frozenset({Step.CREATING}),
    Step.CREATING: frozenset({Step.ARMED, Step.CREATED}),
    Step.CREATED: _READ | {Step.FILLING},
    Step.FILLING: _READ,
    Step.FILLED: _READ | {Step.FILLING},
    Step.VERIFIED: _READ | {Step.SENDING},
    Step.SENDING: _READ,
    Step.DONE: _READ,
}


WHOLE = frozenset({Step.VERIFIED, Step.DONE})
"""Steps in which nothing is missing from the consignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is kept about one generation of pushing one order.

    ``watermark`` is the highest consignment version seen when the push was armed.
    ``uncertain_since`` is when the open write lost its answer; ``looks`` counts empty look-ups
    since then.
    """

    order_id: int
    reference: str
    revision: int
    watermark: int
    generation: int = 1
    step: Step = Step.ARMED
    consignment_id: str | None = None
    uncertain_since: datetime | None = None
    looks: int = 0

    def at(self, step: Step) -> "Push":
        """Return the push at another step, with nothing uncertain.

        Raises:
            ValueError: the table has no such edge.
        """
        if step is not self.step and step not in TRANSITIONS[self.step]:
            raise ValueError(f"a push that is {self.step} cannot become {step}")
        return replace(self, step=step, uncertain_since=None, looks=0)
