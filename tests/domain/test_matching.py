"""Nearest names: by letters, by words in any order, by SKU."""

from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.matching import CUTOFF, Candidate, nearest

NAMES = ("Northwind Wholesale", "Café Supplies & Co", "Alpine Trading")
SUPPLIERS = [Candidate(lightspeed_id=f"s-{no}", name=name) for no, name in enumerate(NAMES)]


def test_a_misspelt_name_finds_its_own_first() -> None:
    for wanted in ("Nortwind Wholesale", "northwind", "Wholesale, Northwind", "NORTHWIND WHOLE"):
        assert nearest([wanted], SUPPLIERS)[0].candidate.name == "Northwind Wholesale", wanted


def test_what_has_nothing_in_common_is_left_out() -> None:
    assert nearest(["Zzz 99"], SUPPLIERS) == ()
    assert nearest([""], SUPPLIERS) == ()


def test_a_product_is_found_by_sku_or_by_name() -> None:
    mug = Candidate(lightspeed_id="p-1", name="Mug, blue, large", sku="MUG-BL-L")
    tea = Candidate(lightspeed_id="p-2", name="Teapot", sku="SKU-0123")
    assert nearest(["SKU-O123"], [mug, tea])[0].candidate is tea
    assert nearest(["X-1", "large blue mug"], [mug, tea])[0].candidate is mug


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=40), max_size=6))
def test_scores_are_sorted_bounded_and_a_name_is_most_like_itself(
    wanted: str, names: list[str]
) -> None:
    known = [Candidate(lightspeed_id=str(no), name=name) for no, name in enumerate(names)]
    found = nearest([wanted], known, most=10)
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(CUTOFF <= score <= 1 for score in scores)
    if wanted.strip() and wanted in names:
        assert scores[0] == 1
