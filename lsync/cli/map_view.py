"""Mappings and suggestions as tables."""

from shlex import quote
from typing import TYPE_CHECKING

from lsync.cli.moments import local
from lsync.cli.order_view import problem_lines
from lsync.cli.output import Output, block
from lsync.cli.table import Column
from lsync.cli.wording import count, listing

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        CandidateMessage,
        MappedMessage,
        MappingMessage,
        SuggestionMessage,
    )

MAPPING_COLUMNS: "tuple[Column[MappingMessage], ...]" = (
    Column(title="Kind", cell=lambda each: each.kind),
    Column(title="Here", cell=lambda each: each.local_id, elastic=True),
    Column(title="At Lightspeed", cell=lambda each: each.name or "", elastic=True),
    Column(title="Id", cell=lambda each: each.lightspeed_id, rank=2),
    Column(title="Said by", cell=lambda each: each.source, rank=1),
    Column(title="Since", cell=lambda each: local(each.updated_at), rank=3),
)


def _candidate(each: "CandidateMessage") -> str:
    name = f"{each.sku} {each.name}" if each.sku else each.name
    return f"{name} ({each.score:.0%})"


def _command(each: "SuggestionMessage") -> str:
    if not each.candidates:
        return f"lsync map set {each.kind} {quote(each.local_id)} …"
    best = each.candidates[0]
    return f"lsync map set {each.kind} {quote(each.local_id)} {quote(best.sku or best.name)}"


def _orders(each: "SuggestionMessage") -> str:
    more = len(each.orders) - 3
    return listing(each.orders[:3]) + (f" and {more} more" if more > 0 else "")


SUGGESTION_COLUMNS: "tuple[Column[SuggestionMessage], ...]" = (
    Column(title="Kind", cell=lambda each: each.kind, rank=2),
    Column(title="Unknown", cell=lambda each: each.local_id, elastic=True, fold=True),
    Column(title="Orders", cell=_orders, rank=1, elastic=True, fold=True),
    Column(
        title="May mean",
        cell=lambda each: listing(map(_candidate, each.candidates), none="nothing like it"),
        elastic=True,
        fold=True,
    ),
    Column(title="Next", cell=_command, elastic=True, fold=True),
)


def print_mapped(out: Output, done: "MappedMessage") -> None:
    """What was remembered, which orders go on, and what holds the others up."""
    mapping = done.mapping
    out.text(f"✓ {mapping.kind} {mapping.local_id} means {mapping.name} ({mapping.lightspeed_id}).")
    if done.queued:
        out.text(f"{count(len(done.queued), 'order')} queued: {listing(done.queued)}.")
    for each in done.blocked:
        lines = [line for problem in each.problems for line in problem_lines(problem)]
        out.text(block(f"\n{each.order_number} is still blocked", lines))
