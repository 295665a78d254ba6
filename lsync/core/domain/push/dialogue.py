"""The dialogue between decision and shell: actions go out, events come back. Values only."""

from dataclasses import dataclass
from datetime import datetime

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A consignment that carries the reference. ``has_lines`` is ``None`` when nobody looked."""

    consignment: ConsignmentView
    has_lines: bool | None = None


# Actions: what the shell has to do next.


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Create the empty OPEN consignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookForCreate:
    """List SUPPLIER consignments after the watermark and keep those with the reference."""

    after: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """Take ``chosen`` as the order's; delete ``surplus`` (empty and OPEN), report ``others``."""

    chosen: ConsignmentView
    surplus: tuple[ConsignmentView, ...] = ()
    others: tuple[ConsignmentView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLines:
    """Add ``lines`` in one bulk call, which adds up; ``rest`` follows in further ones."""

    lines: tuple[ResolvedLine, ...]
    rest: tuple[ResolvedLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLines:
    """Set count and cost of each line to these very values, one call per line."""

    lines: tuple[ResolvedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLines:
    """Take products off the consignment that lsync wrote there and the order no longer has."""

    product_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHeader:
    """Set supplier, outlet, due time and invoice to the order's, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """Read the lines; with ``whole`` the consignment too.

    ``awaited`` are the products of a write that lost its answer a moment ago.
    """

    whole: bool
    awaited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Set the status SENT and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Do nothing until then: a write that nobody confirmed may still happen."""

    until: datetime
    reason: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Record what was read.

    ``equal``: Lightspeed was shown to hold this very revision, but for what was changed there.
    """

    consignment: ConsignmentView
    equal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A person has to look: nothing more is written."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreat:
    """Try again later: Lightspeed keeps not confirming something harmless to repeat."""

    reason: str


LineWrite = AddLines | SetLines | RemoveLines | SetHeader
Write = Create | LineWrite | Send
Look = LookForCreate | ReadBack
Action = Write | Look | Adopt | Rest | Finish | Stop | Retreat

# Events: what the shell observed.


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A run begins; nothing but the kept push is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The create was confirmed."""

    consignment: ConsignmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The complete answer of a look for the create."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """The chosen consignment is the order's; ``others`` are duplicates that remain."""

    consignment: ConsignmentView
    deleted: tuple[ConsignmentView, ...] = ()
    others: tuple[ConsignmentView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A write of lines was confirmed."""

    action: LineWrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a read-back found, lines included."""

    consignment: ConsignmentView
    action: ReadBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Lightspeed has no consignment under the id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The change of status was answered with this."""

    consignment: ConsignmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The write was sent and may have happened; its answer never came or proves nothing."""

    action: Write


Event = Resumed | Created | Looked | Adopted | Filled | Read | Gone | Sent | Lost
