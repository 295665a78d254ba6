"""What a typed filter means for a list: what the daemon is asked, and what is left to the rows.

The language is ``lsync.core.domain.filter_language``. The daemon takes words and single values;
everything else (``!``, ``age>1h``, several values) is compared with the rows read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from lsync.core.domain.filter_language import Fact, Relation, Term, holds, parse_filter
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.moments import parse_age, parse_moment
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.records import LogStatus, WebhookStatus
from lsync.tui.view.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What may stand before a colon in a list's filter.

    ``asked`` are the daemon's names for those it looks for itself, ``several`` those of them that
    take more than one value, ``choices`` the values there are, ``rows`` further names that are
    compared with the rows, ``dated`` says that the daemon takes ``since`` and ``until``.
    """

    asked: Mapping[str, str] = field(default_factory=dict)
    several: frozenset[str] = frozenset()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    words_asked: bool = True
    dated: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        """Every name that may be typed."""
        return (*self.asked, *self.rows, *(DATES if self.dated else ()))


DATES = ("since", "until", "on")


@dataclass(frozen=True, slots=True)
class Query:
    """A filter: ``values`` are arguments of the client's list method, ``terms`` for the rows."""

    values: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether the daemon keeps anything out."""
        return bool(self.values)

    @property
    def narrows(self) -> bool:
        """Whether anything is kept out."""
        return bool(self.values or self.terms)

    def keeps(self, facts: Mapping[str, Fact], text: str) -> bool:
        """Tell whether a row that the daemon sent passes."""
        return holds(self.terms, facts=facts, text=text)


def parse_query(typed: str, *, names: Names, moment: Moment) -> Query:
    """Read a filter. Nothing typed is an error."""
    values: dict[str, str] = {}
    words: list[str] = []
    terms: list[Term] = []
    for term in parse_filter(typed, names=names.all):
        if term.relation is Relation.HOLDS and not term.negated and names.words_asked:
            words += term.values
            continue
        asked = _asked(term, names=names, moment=moment)
        if asked is None or set(asked) & set(values):
            terms.append(term)
        else:
            values |= asked
    if words:
        values["text"] = " ".join(words)
    return Query(values, tuple(terms))


def _asked(term: Term, *, names: Names, moment: Moment) -> dict[str, str] | None:
    """Return the daemon's arguments that say the same as ``term``, or ``None``."""
    if names.dated and (term.name in DATES or term.name == "age"):
        return _dates(term, moment=moment)
    if term.negated or term.relation is not Relation.IS or term.name not in names.asked:
        return None
    choices = names.choices.get(term.name)
    values = term.values if choices is None else _chosen(term.values, choices)
    if not values or (len(values) > 1 and term.name not in names.several):
        return None
    return {names.asked[term.name]: ",".join(values)}


def _chosen(typed: Sequence[str], choices: Sequence[str]) -> tuple[str, ...]:
    """Return the choices that the typed values begin; () when one of them begins none."""
    found: list[str] = []
    for value in typed:
        meant = value.casefold().replace(" ", "_")
        begun = [choice for choice in choices if choice.startswith(meant)]
        if not begun:
            return ()
        found += [choice for choice in begun if choice not in found]
    return tuple(found)


def _dates(term: Term, *, moment: Moment) -> dict[str, str] | None:
    """Return since and until; an unfinished moment keeps nothing out, so it is no argument."""
    value = term.values[0]
    if term.negated:
        return None
    if term.name == "age" and parse_age(value) is None:
        return {}
    try:
        at = parse_moment(value, now=moment.now, zone=moment.zone)
    except (ValueError, OverflowError):
        return {}
    if term.name == "on":
        return {"since": at.isoformat(), "until": (at + timedelta(days=1)).isoformat()}
    younger = term.name == "since" or term.relation is Relation.BELOW
    return {"since" if younger else "until": at.isoformat()}


ORDER_NAMES = Names(
    asked={"state": "state", "sync": "sync_state", "supplier": "supplier", "outlet": "outlet"},
    several=frozenset({"state", "sync"}),
    choices={"state": tuple(OrderState), "sync": tuple(SyncState)},
    rows=("age", "lines", "ordered", "received", "problem", "held"),
)
JOB_NAMES = Names(
    asked={"state": "state", "type": "type", "priority": "priority"},
    choices={"state": tuple(JobState), "priority": tuple(each.label for each in Priority)},
    rows=("age", "worker", "error", "tries", "order"),
)
LOG_NAMES = Names(
    asked={"order": "order", "status": "status", "operation": "operation"},
    several=frozenset({"status", "operation"}),
    choices={"status": tuple(LogStatus)},
    rows=("age", "step", "job", "took"),
    dated=True,
)
WEBHOOK_NAMES = Names(
    asked={"type": "type", "status": "status", "entity": "entity"},
    several=frozenset({"type", "status"}),
    choices={"status": tuple(WebhookStatus)},
    rows=("verdict", "age", "job"),
    dated=True,
)
API_NAMES = Names(
    asked={"order": "order"},
    rows=("status", "method", "path", "took", "age", "job"),
    words_asked=False,
)
SETTING_NAMES = Names(rows=("key", "value", "source"), words_asked=False)
