"""Reasons for which a daemon does not start, each with the exit code its supervisor acts on."""

from typing import Self

from lsync.core.control.messages import ErrorMessage
from lsync.core.domain.sanitise import visible

EXIT_RETRY = 75
EXIT_CONFIG = 78


def told(message: ErrorMessage) -> str:
    """The message as every command writes an error: what, why, what to do next."""
    parts = (("Error:", message.error), ("  Why:", message.why), (" Next:", message.next_step))
    return "\n".join(f"{label} {visible(text, keep_lines=True)}" for label, text in parts if text)


class StartRefusedError(Exception):
    """The daemon must not run as things stand. ``message`` is for the person who started it."""

    def __init__(self, error: str, *, why: str, next_step: str, exit_code: int) -> None:
        """``exit_code``: 75 if trying later may help, 78 if the configuration must change."""
        super().__init__(error)
        self.message = ErrorMessage(error=error, why=why, next_step=next_step, exit_code=exit_code)

    @classmethod
    def of(cls, message: ErrorMessage) -> Self:
        """The refusal that says what ``message`` says."""
        return cls(
            message.error,
            why=message.why,
            next_step=message.next_step,
            exit_code=message.exit_code,
        )
