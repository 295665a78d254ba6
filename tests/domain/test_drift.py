from decimal import Decimal

import pytest

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.drift import compare, problem_of
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Severity

LINE = ResolvedLine(
    line_no=3, product_id="p", sku="MUG", quantity=Decimal(10), unit_cost=Decimal("2.5")
)


def held(count: str, cost: str | None = "2.50000", product_id: str = "p") -> ConsignmentLineView:
    return ConsignmentLineView(
        product_id=product_id, count=Decimal(count), cost=None if cost is None else Decimal(cost)
    )


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([held("10.00000")], []),
        ([], ["MUG: 10 ordered, missing in Lightspeed"]),
        ([held("0")], ["MUG: 10 ordered, missing in Lightspeed"]),
        ([held("20")], ["MUG: 10 ordered, 20 in Lightspeed, twice as much"]),
        ([held("7.5")], ["MUG: 10 ordered, 7.5 in Lightspeed"]),
        ([held("10", "3")], ["MUG: cost 2.5 here, 3 in Lightspeed"]),
        ([held("10", None)], ["MUG: cost 2.5 here, none in Lightspeed"]),
        (
            [held("4", "3")],
            ["MUG: 10 ordered, 4 in Lightspeed", "MUG: cost 2.5 here, 3 in Lightspeed"],
        ),
        (
            [held("10"), held("2", product_id="q")],
            ["Lightspeed has 2 of product q, not ordered here"],
        ),
    ],
)
def test_each_difference_is_classed_and_said_in_words(
    there: list[ConsignmentLineView], expected: list[str]
) -> None:
    problems = [problem_of(drift) for drift in compare([LINE], there)]
    assert [problem.message for problem in problems] == expected
    assert all(problem.severity is Severity.DRIFT for problem in problems)


def test_an_order_without_a_cost_takes_lightspeeds() -> None:
    free = ResolvedLine(line_no=1, product_id="p", quantity=Decimal(10))
    assert compare([free], [held("10", "3")]) == ()


def test_outside_text_in_a_difference_is_made_visible() -> None:
    (drift,) = compare([], [held("1", product_id="\x1b[2J")])
    assert "\x1b" not in problem_of(drift).message


@pytest.mark.parametrize(
    ("amount", "text"),
    [("10.00000", "10"), ("0.00000", "0"), ("2.50000", "2.5"), ("1E+3", "1000"), ("-3.10", "-3.1")],
)
def test_amounts_are_written_as_people_do(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text
