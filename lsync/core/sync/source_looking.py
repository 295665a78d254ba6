"""Looks at a back office's own order tables: takes in what is new, writes back what became of it.

A look costs one statement when nothing changed. Nothing that a restart must know is kept here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from lsync.core.store import source_links, source_reading
from lsync.core.store.database import Change
from lsync.core.store.source_reading import SourceHeader, value_of
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.source_importing import SourceOutcome, take_in
from lsync.core.sync.source_telling import OrderSource, tell_all

CHUNK = 50
"""Orders that are read and taken together."""
OVERLAP = timedelta(minutes=10)
"""How long a transaction of the back office may last: its rows show up with an older time."""
FAULTY = 100
"""Refused rows that are looked at again and again, in case their lines were mended."""
EVERY_FEW = 8
"""Looks after which refused rows and unwritten news are looked for without a sign of them."""

log = structlog.get_logger(__name__)


class SourceLooker:
    """Remembers from look to look what was seen, so that only news is read."""

    def __init__(
        self,
        source: OrderSource,
        *,
        rules: ApprovalRules,
        compare_every: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """The first look compares everything: much may have happened before the start."""
        self._source = source
        self._rules = rules
        self._compare_every = compare_every
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._faulty: set[str] = set()
        self._latest: datetime | None = None
        self._compare_at: datetime | None = None
        self._version: int | None = None
        self._outline: object = None
        self._left = False
        self._looks = 0
        self._news = True
        source.own.listen(self._hear)

    def _hear(self, change: Change) -> None:
        if change.kind == "order":
            self._news = True

    async def look(self) -> int:
        """Take in what is new; return how many orders came in or changed.

        Raises:
            SourceUnreadable, DatabaseUnavailable: the rest is found by the next look.
        """
        self._looks += 1
        now = self._clock()
        everything = self._compare_at is None or now >= self._compare_at
        version = await self._source.there.data_version()
        few = self._looks % EVERY_FEW == 0
        if not everything and not few and version is not None and version == self._version:
            return 0
        done = await self._read(everything=everything, again=few)
        self._version = None if self._left else version
        if everything:
            self._compare_at = now + self._compare_every
        return done

    async def _read(self, *, everything: bool, again: bool) -> int:
        source = self._source
        since = None if everything or self._latest is None else self._latest - OVERLAP
        async with source_reading.reading(source.there) as tx:
            outline = await source_reading.outline(tx, source.layout, changed_since=since)
            same = outline is not None and (since, outline) == self._outline
            if everything or not same:
                found = await source_reading.headers(tx, source.layout, changed_since=since)
            elif again and self._faulty:
                found = []
            else:
                return 0
        heads = {head.key: head for head in found}
        self._left = False
        wanted = await self._wanted(heads, everything=everything, again=again)
        done = 0
        for start in range(0, len(wanted), CHUNK):
            done += await self._take(wanted[start : start + CHUNK], heads)
        self._advance(found)
        self._outline = None if self._left else (since, outline)
        return done

    async def _wanted(
        self, heads: dict[str, SourceHeader], *, everything: bool, again: bool
    ) -> list[str]:
        """Return the rows to read whole, in the sequence of their ids."""
        wanted = {key for key, head in heads.items() if self._seen.get(key) != head.digest}
        if again or everything:
            wanted.update(sorted(self._faulty)[:FAULTY])
        if everything:
            wanted.update(await self._unsettled())
        strangers = {key for key in wanted if key in heads and heads[key].cancelled}
        if strangers:
            strangers -= await self._known()
            self._seen.update((key, heads[key].digest) for key in strangers)
        fit = {key for key in wanted - strangers if len(key) <= source_links.LONGEST_KEY}
        for key in wanted - strangers - fit:
            log.error("the id of an order is too long to be kept", id=key[:80])
            self._seen[key] = heads[key].digest
        return sorted(fit, key=_sequence)

    async def _unsettled(self) -> list[str]:
        async with self._source.own.read() as tx:
            return await source_links.unsettled(tx, self._source.layout.name)

    async def _known(self) -> set[str]:
        async with self._source.own.read() as tx:
            return await source_links.known_keys(tx, self._source.layout.name)

    async def _take(self, keys: Sequence[str], heads: dict[str, SourceHeader]) -> int:
        source, name = self._source, self._source.layout.name
        async with source.own.read() as tx:
            before = await source_links.find_many(tx, name, keys)
        async with source_reading.reading(source.there) as tx:
            found = await source_reading.documents(tx, source.layout, keys)
        taken = await take_in(source.own, name, found, before=before, rules=self._rules)
        refused = {each.key for each in taken if each.outcome is SourceOutcome.REFUSED}
        self._faulty = (self._faulty - set(keys)) | refused
        left = {each.key for each in found} - {each.key for each in taken}
        self._left = self._left or bool(left)
        for key in set(keys) - left:
            if key in heads:
                self._seen[key] = heads[key].digest
        same = (SourceOutcome.UNCHANGED, SourceOutcome.REFUSED)
        return sum(each.outcome not in same for each in taken)

    def _advance(self, found: Sequence[SourceHeader]) -> None:
        """Remember the latest change; a column that holds no times helps nothing."""
        times = [_time(head.changed) for head in found]
        self._latest = max(
            (time for time in (*times, self._latest) if time is not None), default=None
        )

    async def write_back(self) -> int:
        """Tell the rows how their orders stand, where they do not say so yet; return how many.

        Raises:
            SourceUnreadable, DatabaseUnavailable: the rest is written by a later look.
        """
        if not self._source.layout.written:
            return 0
        if not self._news and self._looks % EVERY_FEW:
            return 0
        self._news = False
        try:
            return await tell_all(self._source)
        except BaseException:
            self._news = True
            raise


def _sequence(key: str) -> tuple[bool, int, str]:
    value = value_of(key)
    whole = isinstance(value, int)
    return not whole, value if whole else 0, key


def _time(changed: datetime | str | None) -> datetime | None:
    if isinstance(changed, str):
        try:
            changed = datetime.fromisoformat(changed)
        except ValueError:
            return None
    return changed.replace(tzinfo=None) if isinstance(changed, datetime) else None
