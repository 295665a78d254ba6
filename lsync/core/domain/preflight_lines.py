"""The checks of one line before a push: its product, its quantity, and whether it comes twice."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from operator import eq
from shlex import quote

from lsync.core.domain.amount import plain
from lsync.core.domain.catalogue import CatalogueFacts, Product, key, places_of
from lsync.core.domain.order import OrderLine
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.sanitise import visible

MOST_PLACES = 5
"""Decimal places of quantities and costs on consignment lines (X-Series, "10.00000")."""

NEARBY = 100
"""Known SKUs on either side of an unknown one that are compared with it."""

LARGE = Decimal(1000)
"""Above this a quantity is likelier a slip than an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLine:
    """A line in Lightspeed's ids."""

    line_no: int
    product_id: str
    quantity: Decimal
    unit_cost: Decimal | None = None
    sku: str | None = None


def resolve_product(
    line: OrderLine, facts: CatalogueFacts
) -> tuple[Product | None, Problem | None]:
    """Return the product a line means, and the problem that forbids ordering it, if any.

    An inactive or composite product is returned with its problem, so that a second line of
    the same product is still recognised.
    """
    candidates = _candidates(line, facts)
    if not candidates:
        return None, _unknown(line, facts)
    usable = [product for product in candidates if not product.deleted]
    active = [product for product in usable if product.active]
    if len(active) > 1:
        return None, _ambiguous(line, active)
    product = (active or usable or list(candidates))[0]
    return product, _unfit(line, product)


def _candidates(line: OrderLine, facts: CatalogueFacts) -> Sequence[Product]:
    """A product id decides alone; a SKU may be shared by several products."""
    if line.product_id:
        found = facts.products_by_id.get(line.product_id)
        return () if found is None else (found,)
    return facts.products_by_sku.get(key(line.sku), ()) if line.sku else ()


def _unknown(line: OrderLine, facts: CatalogueFacts) -> Problem:
    what = f"product id {line.product_id}" if line.product_id else f"SKU {line.label}"
    near = _nearest(line.sku, facts.similar_skus) if line.sku and not line.product_id else []
    fix = (
        f"did you mean {' or '.join(map(visible, near))}? `lsync map set product "
        f"{quote(visible(line.sku or ''))} {quote(visible(near[0]))}`, or correct the order and "
        "import it again"
        if near
        else "create the product in Lightspeed or correct the order and import it again"
    )
    return Problem(
        code=ProblemCode.UNKNOWN_SKU,
        message=f"Lightspeed has no product with {visible(what)}",
        fix=fix,
        line_no=line.line_no,
    )


def _nearest(sku: str, candidates: Sequence[str]) -> list[str]:
    """Return up to three candidates; a wrong character is likelier than a shifted one.

    Only those next to it in the alphabet are compared, so that an order full of unknown SKUs
    does not take minutes.
    """
    wanted = key(sku)[:190]
    by_key: dict[str, str] = {}
    for text in places_of(wanted):
        place = bisect_left(candidates, text, key=key)
        nearby = candidates[max(place - NEARBY, 0) : place + NEARBY]
        by_key.update({key(candidate): candidate for candidate in nearby})
    near = get_close_matches(wanted, by_key, n=len(by_key) or 1, cutoff=0.75)
    near.sort(key=lambda match: -sum(map(eq, wanted, match)))
    return [by_key[match] for match in near[:3]]


def _ambiguous(line: OrderLine, products: Sequence[Product]) -> Problem:
    ids = ", ".join(product.id for product in products[:5])
    return Problem(
        code=ProblemCode.UNKNOWN_SKU,
        message=f"{len(products)} active products have the SKU {visible(line.label)}",
        fix=f"name the right one by product_id: {ids}",
        line_no=line.line_no,
    )


def _unfit(line: OrderLine, product: Product) -> Problem | None:
    label = visible(product.sku or line.label)
    if product.deleted or not product.active:
        return Problem(
            code=ProblemCode.INACTIVE_PRODUCT,
            message=f"{label} is {'deleted' if product.deleted else 'inactive'} in Lightspeed",
            fix="activate the product in Lightspeed or take the line out",
            line_no=line.line_no,
        )
    if product.composite:
        return Problem(
            code=ProblemCode.COMPOSITE_PRODUCT,
            message=f"{label} is a composite, which Lightspeed does not order",
            fix="order the parts it is made of instead",
            line_no=line.line_no,
        )
    return None


def check_quantity(line: OrderLine) -> list[Problem]:
    """Return what is wrong with a line's numbers."""
    found = [*_quantity(line), *_cost(line)]
    blocked = any(problem.severity is Severity.BLOCKING for problem in found)
    numbers = () if blocked else (line.quantity, line.unit_cost)
    if any(_places(number) > MOST_PLACES for number in numbers):
        found.append(
            Problem(
                code=ProblemCode.TOO_MANY_DECIMALS,
                message=f"{visible(line.label)} has more than {MOST_PLACES} decimals",
                fix=f"round quantity and cost to {MOST_PLACES} decimals",
                line_no=line.line_no,
            )
        )
    return found


def _quantity(line: OrderLine) -> Iterator[Problem]:
    has = f"{visible(line.label)} has quantity {plain(line.quantity)}"
    fix = "set a quantity above zero or take the line out"
    if not line.quantity.is_finite():
        has = f"{visible(line.label)} has a quantity that is no number"
        yield Problem(code=ProblemCode.NOT_A_NUMBER, message=has, fix=fix, line_no=line.line_no)
    elif line.quantity <= 0:
        code = ProblemCode.NEGATIVE_QUANTITY if line.quantity else ProblemCode.ZERO_QUANTITY
        yield Problem(code=code, message=has, fix=fix, line_no=line.line_no)
    elif line.quantity > LARGE:
        yield Problem(
            code=ProblemCode.LARGE_QUANTITY,
            message=has,
            fix="check that the quantity is meant",
            severity=Severity.WARNING,
            line_no=line.line_no,
        )


def _cost(line: OrderLine) -> Iterator[Problem]:
    if line.unit_cost is None:
        return
    if not line.unit_cost.is_finite():
        yield Problem(
            code=ProblemCode.NOT_A_NUMBER,
            message=f"{visible(line.label)} has a unit cost that is no number",
            fix="correct the unit cost",
            line_no=line.line_no,
        )
    elif line.unit_cost < 0:
        yield Problem(
            code=ProblemCode.NEGATIVE_COST,
            message=f"{visible(line.label)} has unit cost {plain(line.unit_cost)}",
            fix="set a unit cost of zero or more, or leave it out",
            line_no=line.line_no,
        )


def _places(number: Decimal | None) -> int:
    """Decimal places that matter; trailing zeros do not."""
    return len(plain(number).partition(".")[2]) if number else 0


def check_duplicates(lines: Sequence[OrderLine], meant: Mapping[int, str]) -> list[Problem]:
    """Return one problem per line whose product an earlier line already orders.

    ``meant`` gives, by line number, what the line orders. Lightspeed keeps one line per
    product, so two would be added up.
    """
    first: dict[str, int] = {}
    problems = []
    for line in lines:
        earlier = first.setdefault(meant[line.line_no], line.line_no)
        if earlier != line.line_no:
            problems.append(
                Problem(
                    code=ProblemCode.DUPLICATE_LINE,
                    message=f"{visible(line.label)} is already ordered in line {earlier}",
                    fix="join the two lines into one",
                    line_no=line.line_no,
                )
            )
    return problems
