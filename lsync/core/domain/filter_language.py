"""The filter people type: words, ``name:value``, ``age>1h``, each negated by a leading ``!``.

``state:failed !type:sync.poll age>1h timeout`` keeps what failed more than an hour ago, is no
poll and mentions a timeout. Every term must hold. Nothing typed is an error, so that a list can
follow each letter; a term that is not finished yet keeps nothing out.

What the terms are compared with is the caller's: a row's facts and the text it shows.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lsync.core.domain.moments import parse_age

Fact = str | int | float | Decimal | timedelta | None
"""What a row says about one name; numbers and spans of time can be compared by size."""

_COMPARED = re.compile(r"([a-z_]+)([<>])(.+)")


class Relation(StrEnum):
    """How a term compares."""

    HOLDS = "holds"
    """The row's text holds the word."""
    IS = ":"
    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term. ``values`` are alternatives, one of which must hold; ``name`` is "" for a word."""

    relation: Relation
    values: tuple[str, ...]
    name: str = ""
    negated: bool = False


def parse_filter(typed: str, *, names: Sequence[str]) -> tuple[Term, ...]:
    """Read a filter; ``names`` are those that may stand before ``:``, ``<`` or ``>``.

    Anything with another name is looked for as it stands.
    """
    terms = (_term(word, names=names) for word in _words(typed))
    return tuple(term for term in terms if term is not None)


def _words(typed: str) -> list[str]:
    try:
        return shlex.split(typed)
    except ValueError:
        return typed.split()


def _term(word: str, *, names: Sequence[str]) -> Term | None:
    negated = word.startswith("!")
    rest = word.removeprefix("!")
    compared = _COMPARED.fullmatch(rest)
    if compared and compared[1] in names:
        return _comparison(compared[1], Relation(compared[2]), compared[3], negated=negated)
    name, colon, value = rest.partition(":")
    if colon and name in names:
        values = tuple(each for each in value.split(",") if each)
        return (
            Term(relation=Relation.IS, name=name, values=values, negated=negated)
            if values
            else None
        )
    if rest.rstrip("<>") in names and rest.endswith(("<", ">")):
        return None
    return Term(relation=Relation.HOLDS, values=(rest,), negated=negated) if rest else None


def _comparison(name: str, relation: Relation, value: str, *, negated: bool) -> Term | None:
    if size_of(value) is None:
        return None
    return Term(relation=relation, name=name, values=(value,), negated=negated)


def size_of(value: Fact) -> Decimal | None:
    """Return a number as it is and a span of time, or its spelling ``2h``, in seconds."""
    match value:
        case None:
            return None
        case timedelta():
            return Decimal(str(value.total_seconds()))
        case str():
            age = parse_age(value)
            return size_of(age) if age is not None else _number(value)
        case number:
            return Decimal(str(number))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def holds(terms: Sequence[Term], *, facts: Mapping[str, Fact], text: str) -> bool:
    """Tell whether every term holds for a row with these facts, which shows ``text``."""
    shown = text.casefold()
    return all(_holds(term, facts, shown) != term.negated for term in terms)


def _holds(term: Term, facts: Mapping[str, Fact], shown: str) -> bool:
    if term.relation is Relation.HOLDS:
        return any(value.casefold() in shown for value in term.values)
    fact = facts.get(term.name)
    if term.relation is Relation.IS:
        return any(_is(fact, value) for value in term.values)
    actual, limit = size_of(fact), size_of(term.values[0])
    if actual is None or limit is None:
        return False
    return actual > limit if term.relation is Relation.ABOVE else actual < limit


def _is(fact: Fact, value: str) -> bool:
    """A fact is what it begins with, so that ``state:fail`` means failed; case is no matter."""
    said = "" if fact is None else str(fact)
    return said.casefold().replace("_", " ").startswith(value.casefold().replace("_", " "))
