"""Changing settings that are kept in the database."""

from pydantic import Field

from lsync.core.control.messages.base import Message


class SettingChange(Message):
    """``POST /v1/settings``. Without a value the stored one is forgotten."""

    key: str = Field(min_length=1, max_length=128)
    value: str | None = Field(default=None, max_length=8192, repr=False)


class SettingChanged(Message):
    """What is stored now; a secret is masked. ``at_once``: a running daemon takes it up by itself.

    ``value`` is ``None`` when nothing is stored any more; ``was_stored`` whether something was.
    """

    key: str
    value: str | None
    secret: bool = False
    was_stored: bool = False
    at_once: bool = False
    database: str
