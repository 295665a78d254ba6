from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.batches import chunks, in_batches


@given(st.lists(st.integers()), st.integers(1, 7))
def test_chunks_are_the_items_in_order(items: list[int], size: int) -> None:
    found = list(chunks(items, size=size))
    assert [item for chunk in found for item in chunk] == items
    assert all(1 <= len(chunk) <= size for chunk in found)


def test_an_empty_chunk_is_no_chunk() -> None:
    with pytest.raises(ValueError, match="at least one"):
        chunks([1], size=0)


async def test_results_are_known_until_the_call_that_fails() -> None:
    sent: list[Sequence[int]] = []

    async def send(some: Sequence[int]) -> int:
        sent.append(some)
        if 5 in some:
            raise OSError("lost")
        return len(some)

    batches = in_batches(range(10), size=2, send=send)
    assert [await anext(batches), await anext(batches)] == [2, 2]
    with pytest.raises(OSError, match="lost"):
        await anext(batches)
    assert [list(some) for some in sent] == [[0, 1], [2, 3], [4, 5]]
