"""Taking over the links of an older integration."""

from typing import Literal

from pydantic import Field

from lsync.core.control.messages.base import Message


class AdoptRequest(Message):
    """``POST /v1/adopt``: where the links are. Without ``commit`` nothing is written.

    ``commit`` is the ``state_hash`` of the dry run that a person has seen.
    """

    table: str = Field(min_length=1, max_length=129)
    order_column: str = Field(min_length=1, max_length=64)
    consignment_column: str = Field(min_length=1, max_length=64)
    commit: str | None = None


class AdoptedLink(Message):
    """One link and what it comes to."""

    order_number: str
    consignment_id: str
    state: Literal["adopt", "known", "twice", "conflict", "no_order", "gone"]
    remark: str = ""


class AdoptReport(Message):
    """The dry run, or with ``commit`` what was done: ``adopted`` orders were linked.

    ``held`` are the order numbers that are (or would be) kept from being created, as their links
    cannot be trusted.
    """

    links: tuple[AdoptedLink, ...]
    state_hash: str
    adopted: int = 0
    held: tuple[str, ...] = ()
