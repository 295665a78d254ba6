import pytest

from lsync.core.domain.explain import ENTRIES, explain, sentence
from lsync.core.lightspeed import errors as lightspeed_errors
from lsync.core.store import errors as store_errors


@pytest.mark.parametrize("error_class", [*sorted(ENTRIES), "KeyError", None])
def test_every_error_says_what_why_and_what_is_safe(error_class: str | None) -> None:
    told = explain(error_class, "the reason as it came")
    for part in (told.what, told.why, told.next_step):
        assert part[0].isupper()
        assert part.endswith((".", "!", "?"))
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no complete answer came", "No complete answer came."),
        ("It is there.", "It is there."),
        ("is it there?", "Is it there?"),
        ("webhooks.public_url is not set", "webhooks.public_url is not set."),
        ("lsync never does that", "lsync never does that."),
        ("order_number must stay", "order_number must stay."),
        ("  ", ""),
    ],
)
def test_a_fragment_becomes_a_sentence_and_names_keep_their_spelling(text: str, told: str) -> None:
    assert sentence(text) == told
