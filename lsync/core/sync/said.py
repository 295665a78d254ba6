"""One entry of the sync log before it is written. Who says what is in the ``*_words`` modules."""

from dataclasses import dataclass, field

from lsync.core.domain.records import LogStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step, how it ended, a sentence for people and facts for programs."""

    step: str
    message: str
    status: LogStatus = LogStatus.OK
    detail: dict[str, object] = field(default_factory=dict)
