"""The order in which workers run the tests."""

from hypothesis import given
from hypothesis import strategies as st

from tests.spreading import spread


@given(
    quick=st.integers(0, 60),
    modules=st.lists(st.integers(0, 5), max_size=30),
    workers=st.integers(1, 5),
)
def test_every_test_runs_once(quick: int, modules: list[int], workers: int) -> None:
    slow = [f"slow {number}" for number in range(len(modules))]
    fast = [f"quick {number}" for number in range(quick)]
    found = spread(fast, slow, modules=sorted(modules), workers=workers)
    assert sorted(found) == sorted(fast + slow)


def test_each_worker_begins_with_slow_tests_and_the_rest_is_divided_evenly() -> None:
    slow = ["kill 1", "kill 2", "start 1", "work 1", "work 2"]
    modules = ["kill", "kill", "start", "work", "work"]
    quick = [f"quick {number}" for number in range(12)]
    found = spread(quick, slow, modules=modules, workers=3)
    assert [found[:5], found[5:11], found[11:]] == [
        ["start 1", *quick[:4]],
        ["kill 1", "kill 2", *quick[4:8]],
        ["work 1", "work 2", *quick[8:]],
    ]
