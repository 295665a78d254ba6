import pytest

from lsync.core.domain.reference import generation_of, reference_of


def test_the_first_reference_is_the_order_number_and_later_ones_count_up() -> None:
    assert [reference_of("PO-1", generation=n) for n in (1, 2, 3)] == ["PO-1", "PO-1/2", "PO-1/3"]
    with pytest.raises(ValueError, match="from 1"):
        reference_of("PO-1", generation=0)


@pytest.mark.parametrize(
    ("reference", "generation"),
    [
        ("PO-1", 1),
        (" PO-1 ", 1),
        ("PO-1/2", 2),
        ("PO-1/12", 12),
        ("PO-1/1", None),
        ("PO-1/02", None),
        ("PO-1/x", None),
        ("PO-1/²", None),
        ("PO-10", None),
        ("po-1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_reference_is_recognised_only_exactly(
    reference: str | None, generation: int | None
) -> None:
    assert generation_of(reference, order_number="PO-1") == generation
