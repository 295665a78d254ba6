"""Old spellings, options in any place, near misses."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsync.cli.spelling import drop_colon, nearest, nearest_command, normalise

GROUPS = ("po", "sync", "queue")


@pytest.mark.parametrize(
    ("given_args", "expected"),
    [
        (["sync:po", "42"], ["sync", "po", "42"]),
        (["queue:list", "failed", "20"], ["queue", "list", "failed", "20"]),
        (["sync", "status", "log:42"], ["sync", "status", "log:42"]),
        (["unknown:po"], ["unknown:po"]),
        (["sync:"], ["sync:"]),
        (["po", "list", "--socket", "/s"], ["--socket", "/s", "po", "list"]),
        (["po", "list", "--config=/c", "--json"], ["--config=/c", "po", "list", "--json"]),
        (["--verbose", "sync:po", "1"], ["--verbose", "sync", "po", "1"]),
        (["--socket", "sync:po", "sync:po"], ["--socket", "sync:po", "sync", "po"]),
        (["po", "show", "--", "--verbose"], ["po", "show", "--", "--verbose"]),
        (["po", "show", "--socket"], ["--socket", "po", "show"]),
        ([], []),
    ],
)
def test_both_spellings_and_any_place_mean_the_same(
    given_args: list[str], expected: list[str]
) -> None:
    assert normalise(given_args, groups=GROUPS) == expected


UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow])
"""The machine may be busy while the examples are made."""


@UNHURRIED
@given(st.lists(st.text(max_size=8), max_size=8))
def test_no_word_is_lost_or_invented(args: list[str]) -> None:
    normal = normalise(args, groups=GROUPS)
    assert "".join(normal).replace(":", "") in {
        "".join(each).replace(":", "") for each in (normal, args)
    }
    assert sorted("".join(normal).replace(":", "")) == sorted("".join(args).replace(":", ""))


@UNHURRIED
@given(st.lists(st.text(max_size=8), max_size=8))
def test_normalising_twice_changes_nothing_more(args: list[str]) -> None:
    once = normalise(["x", *args], groups=GROUPS)
    assert normalise(once, groups=GROUPS) == once


def test_a_typo_finds_the_nearest_words() -> None:
    assert nearest("quue", ("queue", "sync", "status")) == ("queue",)
    assert nearest("FAILD", ("failed", "pending")) == ("failed",)
    assert nearest("zebra", ("queue", "sync")) == ()


def test_a_command_without_its_group_is_found() -> None:
    commands = ("po import", "po list", "queue list", "sync po")
    assert nearest_command(["import"], commands) == ("po import",)
    assert set(nearest_command(["list"], commands)) == {"po list", "queue list"}


def test_one_wrong_letter_of_two_is_still_near() -> None:
    assert nearest("pp", ("po", "retry", "status")) == ("po",)
    assert nearest("xx", ("po", "retry", "status")) == ()


def test_the_colon_that_bash_takes_for_a_word_is_dropped_after_a_group_only() -> None:
    assert drop_colon(["sync", ":", "po", "1"], groups=GROUPS) == ["sync", "po", "1"]
    assert drop_colon(["log", ":", "4"], groups=GROUPS) == ["log", ":", "4"]
