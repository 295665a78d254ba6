"""Can this order be sent as it stands? All problems at once, or every id it needs.

Pure: the facts come from the local catalogue; nothing is asked of Lightspeed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from shlex import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lsync.core.domain.catalogue import CatalogueFacts, Party, key, meant
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.preflight_lines import (
    ResolvedLine,
    check_duplicates,
    check_quantity,
    resolve_product,
)
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.sanitise import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedOrder:
    """An order in Lightspeed's ids. ``due_at`` is noon of the due day at the outlet, in UTC."""

    order_number: str
    supplier_id: str
    outlet_id: str
    lines: tuple[ResolvedLine, ...]
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """The result: ``resolved`` is there exactly when no problem blocks."""

    problems: tuple[Problem, ...] = ()
    resolved: ResolvedOrder | None = None

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems that stop the order before the first write."""
        return tuple(p for p in self.problems if p.severity is Severity.BLOCKING)


def preflight(order: PurchaseOrder, facts: CatalogueFacts) -> Preflight:
    """Check an order against the catalogue's facts and resolve every id it names."""
    supplier, supplier_problem = _party(
        order.supplier, facts.suppliers, chosen=facts.chosen_suppliers, kind="supplier"
    )
    outlet, outlet_problem = _party(
        order.outlet, facts.outlets, chosen=facts.chosen_outlets, kind="outlet"
    )
    lines, problems = _lines(order.lines, facts)
    problems = [*filter(None, (supplier_problem, outlet_problem)), *_whole(order), *problems]
    blocked = any(problem.severity is Severity.BLOCKING for problem in problems)
    if blocked or supplier is None or outlet is None:
        return Preflight(problems=tuple(problems))
    resolved = ResolvedOrder(
        order_number=order.order_number,
        supplier_id=supplier.id,
        outlet_id=outlet.id,
        lines=lines,
        due_at=None if order.due_date is None else due_at(order.due_date, outlet.time_zone),
    )
    return Preflight(problems=tuple(problems), resolved=resolved)


def due_at(day: date, time_zone: str | None) -> datetime:
    """Return noon of ``day`` in that time zone, in UTC; an unknown zone counts as UTC."""
    try:
        zone = ZoneInfo(time_zone) if time_zone else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = UTC
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)


def _party(
    wanted: str, known: Sequence[Party], *, chosen: Mapping[str, str], kind: str
) -> tuple[Party | None, Problem | None]:
    """Return the supplier or outlet meant by a name or id, or the problem with it."""
    found = meant(wanted, known, chosen)
    if len(found) == 1:
        return found[0], None
    code = ProblemCode.UNKNOWN_SUPPLIER if kind == "supplier" else ProblemCode.UNKNOWN_OUTLET
    if found:
        ids = ", ".join(party.id for party in found[:5])
        return None, Problem(
            code=code,
            message=f"{len(found)} {kind}s are called {visible(wanted)}",
            fix=f"put the Lightspeed id of the right one into the order: {ids}; or "
            f"`{map_command(kind, wanted, target=found[0].id)}`",
        )
    gone = any(key(party.name) == key(wanted) or party.id == wanted for party in known)
    return None, Problem(
        code=code,
        message=f"Lightspeed {'deleted the' if gone else 'has no'} {kind} {visible(wanted)}",
        fix=_suggest(wanted, [party.name for party in known if not party.deleted], kind=kind),
    )


def _suggest(wanted: str, names: Iterable[str], *, kind: str) -> str:
    by_key = {key(name): name for name in names}
    near = get_close_matches(key(wanted)[:255], by_key, n=3, cutoff=0.6)
    if near:
        those = " or ".join(visible(by_key[match]) for match in near)
        command = map_command(kind, wanted, target=by_key[near[0]])
        return f"did you mean {those}? `{command}`, or correct the order and import it again"
    command = map_command(kind, wanted, target="<name there>")
    return (
        f"create the {kind} in Lightspeed, correct the order and import it again, or say which "
        f"{kind} is meant: `{command}`"
    )


def map_command(kind: str, wanted: str, *, target: str) -> str:
    """Return the command with which a person says once and for all what a word means."""
    return f"lsync map set {kind} {quote(visible(wanted))} {quote(visible(target))}"


def _whole(order: PurchaseOrder) -> list[Problem]:
    if not order.lines:
        return [
            Problem(
                code=ProblemCode.NO_LINES,
                message="the order has no lines",
                fix="add lines to the order or cancel it",
            )
        ]
    if order.cost == Decimal(0) and any(line.quantity for line in order.lines):
        return [_costs_nothing(order)]
    return []


def _costs_nothing(order: PurchaseOrder) -> Problem:
    """Zeros are an error of whoever wrote them; an order without any cost takes Lightspeed's."""
    given = any(line.unit_cost is not None for line in order.lines)
    return Problem(
        code=ProblemCode.TOTAL_ZERO,
        message="the whole order costs nothing",
        fix="give its lines their unit costs" if given else "check the costs in Lightspeed",
        severity=Severity.BLOCKING if given else Severity.WARNING,
    )


def _lines(
    lines: Sequence[OrderLine], facts: CatalogueFacts
) -> tuple[tuple[ResolvedLine, ...], list[Problem]]:
    """Return the lines that resolve and every line's problems, by line number."""
    problems: list[Problem] = []
    resolved: list[ResolvedLine] = []
    meant: dict[int, str] = {}
    for line in lines:
        problems += check_quantity(line)
        product, problem = resolve_product(line, facts)
        if problem is not None:
            problems.append(problem)
        if product is None:
            meant[line.line_no] = line.product_id or f"sku:{key(line.label)}"
            continue
        meant[line.line_no] = product.id
        resolved.append(
            ResolvedLine(
                line_no=line.line_no,
                product_id=product.id,
                sku=product.sku,
                quantity=line.quantity,
                unit_cost=line.unit_cost,
            )
        )
    problems += check_duplicates(lines, meant)
    return tuple(resolved), sorted(problems, key=lambda problem: problem.line_no or 0)
