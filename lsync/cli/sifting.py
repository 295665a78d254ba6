"""Lists narrowed by ``--filter``: the dashboard's language, with the same names and meanings."""

import re
import shlex
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from lsync.cli.failures import USAGE, Failure
from lsync.cli.output import plain
from lsync.cli.spelling import nearest
from lsync.core.domain.filter_language import Fact
from lsync.tui.view.facts import job_facts, log_facts, order_facts
from lsync.tui.view.query import JOB_NAMES, LOG_NAMES, ORDER_NAMES, Names, Query, parse_query
from lsync.tui.view.words import Moment

if TYPE_CHECKING:
    from lsync.core.control.messages import JobMessage, LogEntry, OrderSummary

Row = TypeVar("Row")
_NAMED = re.compile(r"!?([a-z_]+)[:<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve(Generic[Row]):
    """What a typed filter leaves of the rows; ``asked`` goes to the daemon."""

    query: Query
    facts: Callable[[Row], Mapping[str, Fact]]

    @property
    def asked(self) -> Mapping[str, Any]:
        """Arguments of the client's list method."""
        return self.query.values

    @property
    def complete(self) -> bool:
        """Whether the daemon does it all."""
        return not self.query.terms

    def keeps(self, row: Row) -> bool:
        """Whether a row passes what the daemon was not asked."""
        return self.query.keeps(self.facts(row), _shown(plain(row)))

    async def sift(
        self, rows: AsyncIterator[Row], *, limit: int | None = None
    ) -> AsyncIterator[Row]:
        """The rows that pass, at most ``limit``."""
        left = limit
        async for row in rows:
            if self.keeps(row):
                yield row
                left = None if left is None else left - 1
                if left == 0:
                    return


def _shown(value: object) -> str:
    """All values of a row, without the names of its fields: a word is looked for in them."""
    if isinstance(value, Mapping):
        return " ".join(_shown(each) for each in value.values())
    if isinstance(value, list | tuple):
        return " ".join(_shown(each) for each in value)
    return "" if value is None else str(value)


def order_sieve(typed: str | None) -> "Sieve[OrderSummary]":
    """A filter of orders. Raises ``Failure`` for what cannot be understood."""
    moment = Moment(now=datetime.now(UTC))
    query = _read(typed, names=ORDER_NAMES, moment=moment)
    return Sieve(query=query, facts=lambda order: order_facts(order, moment))


def job_sieve(typed: str | None) -> "Sieve[JobMessage]":
    """A filter of jobs. Raises ``Failure`` for what cannot be understood."""
    moment = Moment(now=datetime.now(UTC))
    query = _read(typed, names=JOB_NAMES, moment=moment)
    return Sieve(query=query, facts=lambda job: job_facts(job, moment))


def log_sieve(typed: str | None) -> "Sieve[LogEntry]":
    """A filter of log entries. Raises ``Failure`` for what cannot be understood."""
    moment = Moment(now=datetime.now(UTC))
    query = _read(typed, names=LOG_NAMES, moment=moment)
    return Sieve(query=query, facts=lambda entry: log_facts(entry, moment))


def merged(options: Mapping[str, Any], sieve: Sieve[Any]) -> dict[str, Any]:
    """What the daemon is asked by the options and the filter together.

    Raises:
        Failure: both say something about the same.
    """
    twice = sorted(set(options) & set(sieve.asked))
    if twice:
        raise Failure(
            f"{twice[0]} is given twice.",
            why=f"--{twice[0].replace('_', '-')} and --filter both say something about it.",
            next_step="Leave it out of one of them.",
            code=USAGE,
        )
    return {**options, **sieve.asked}


def _read(typed: str | None, *, names: Names, moment: Moment) -> Query:
    """Read a filter. The dashboard lets an unfinished term pass everything; here it is an error.

    A bulk command must not act on more than was meant.
    """
    try:
        words = shlex.split(typed or "")
    except ValueError as error:
        raise _fault(typed or "", f"{error}.", next_step="Close the quotation mark.") from error
    for word in words:
        named = _NAMED.match(word)
        if named and named[1] not in names.all:
            near = nearest(named[1], names.all, at_most=1)
            raise _fault(
                word,
                f"There is no `{named[1]}`." + (f" Did you mean `{near[0]}`?" if near else ""),
                next_step=f"Names are {', '.join(names.all)}; --text looks for any text.",
            )
        if not parse_query(shlex.quote(word), names=names, moment=moment).narrows:
            raise _fault(
                word, "It is not finished.", next_step="Write state:failed, age>1h, or a word."
            )
    return parse_query(typed or "", names=names, moment=moment)


def _fault(word: str, why: str, *, next_step: str) -> Failure:
    return Failure(f"--filter cannot be {word}.", why=why, next_step=next_step, code=USAGE)
