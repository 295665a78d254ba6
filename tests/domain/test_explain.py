import pytest

from lsync.core.domain.explain import ENTRIES, explain
from lsync.core.lightspeed import errors as lightspeed_errors
from lsync.core.store import errors as store_errors


@pytest.mark.parametrize("error_class", [*sorted(ENTRIES), "KeyError", None])
def test_every_error_says_what_why_and_what_is_safe(error_class: str | None) -> None:
    told = explain(error_class, "the reason as it came")
    for sentence in (told.what, told.why, told.next_step):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "!", "?"))
    assert told.why == "The reason as it came."
    assert str(told) == f"{told.what} {told.why} {told.next_step}"


def test_an_error_without_words_says_so() -> None:
    assert explain("Timeout", None).why == "No reason was given."


def test_each_error_of_the_client_is_explained() -> None:
    tree = {lightspeed_errors.LightspeedError}
    for _ in range(4):
        tree |= {sub for kind in tree for sub in kind.__subclasses__()}
    mine = {kind.__name__ for kind in tree if kind.__module__ == lightspeed_errors.__name__}
    assert mine - {"LightspeedError"} <= ENTRIES.keys()


def test_the_databases_errors_that_end_jobs_are_explained() -> None:
    names = {store_errors.DatabaseUnavailable.__name__, store_errors.CommitUnknown.__name__}
    assert names <= ENTRIES.keys()
