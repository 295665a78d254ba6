"""Query parameters of collections: cursors, page sizes, flags."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from lsync.simulator.refusal import Refusal
from lsync.simulator.table import Table, Versioned
from lsync.simulator.world import World

RowT = TypeVar("RowT", bound=Versioned)
Query = Mapping[str, list[str]]
_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """Default and maximum of `page_size`; a documented maximum refuses, others cut down."""

    size: int
    maximum: int
    documented: bool = False


def page_rule(world: World) -> PageRule:
    """Page sizes of collections whose documents state none."""
    return PageRule(size=world.switches.page_size, maximum=world.switches.page_maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Which page of a versioned collection is asked for."""

    after: int
    before: int | None
    size: int


def read_cursor(query: Query, rule: PageRule) -> Cursor:
    """The cursor of a request; refuses with 400 what is not a number."""
    after = read_int(query, "after")
    size = read_int(query, "page_size")
    return Cursor(
        after=0 if after is None else after,
        before=read_int(query, "before"),
        size=_page_size(size, rule),
    )


def _page_size(asked: int | None, rule: PageRule) -> int:
    if asked is None or asked == 0:
        return rule.size
    if asked < 0:
        raise Refusal(400, "page_size must not be negative")
    if asked > rule.maximum and rule.documented:
        raise Refusal(422, f"page_size must not exceed {rule.maximum}")
    return min(asked, rule.maximum)


def take_page(
    table: Table[RowT], cursor: Cursor, *, keep: Callable[[RowT], bool] | None = None
) -> list[RowT]:
    """Up to `size` rows from the cursor on, of those that `keep` keeps."""
    rows: Iterator[RowT] = table.ascending(after=cursor.after, before=cursor.before)
    if keep is not None:
        rows = filter(keep, rows)
    return list(islice(rows, cursor.size))


def read_text(query: Query, name: str) -> str | None:
    """A text parameter; the last one counts."""
    values = query.get(name)
    return values[-1] if values else None


def read_int(query: Query, name: str) -> int | None:
    """An int64 parameter; refuses with 400 what is none."""
    text = read_text(query, name)
    if text is None or text == "":
        return None
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 20:
        raise Refusal(400, f"{name} must be a whole number")
    number = int(text)
    if abs(number) > _INT64_MAX:
        raise Refusal(400, f"{name} is out of range")
    return number


def read_flag(query: Query, name: str) -> bool:
    """A boolean parameter, false when absent; refuses with 400 anything but true and false."""
    text = read_text(query, name)
    if text is None:
        return False
    if text.lower() in {"true", "1"}:
        return True
    if text.lower() in {"false", "0", ""}:
        return False
    raise Refusal(400, f"{name} must be true or false")
