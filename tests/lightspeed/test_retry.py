import pytest

from lsync.core.lightspeed import errors
from lsync.core.lightspeed.retry import ATTEMPTS, delay_before_retry

from .conftest import NOW


def name(error: Exception) -> str:
    return type(error).__name__


def failed(kind: type[errors.LightspeedError]) -> errors.LightspeedError:
    return kind("It failed", why="because", next_step="Look")


@pytest.mark.parametrize(
    "error",
    [
        failed(errors.NotExecuted),
        failed(errors.Unavailable),
        errors.RateLimited("x", retry_at=NOW),
    ],
    ids=name,
)
def test_what_had_no_effect_is_repeated_with_rising_pauses(error: errors.LightspeedError) -> None:
    delays = [delay_before_retry(error, attempt=n, jitter=0.999) for n in range(1, ATTEMPTS)]
    assert delays == sorted(delay for delay in delays if delay is not None)
    assert delay_before_retry(error, attempt=ATTEMPTS, jitter=0.5) is None


def test_jitter_spreads_the_pause_over_its_upper_half() -> None:
    error = failed(errors.Unavailable)
    assert delay_before_retry(error, attempt=2, jitter=0.0) == 0.5
    assert delay_before_retry(error, attempt=2, jitter=1.0) == 1.0


@pytest.mark.parametrize(
    "error",
    [
        failed(errors.OutcomeUnknown),
        failed(errors.Refused),
        failed(errors.Unauthorized),
        failed(errors.Invalid),
        errors.SchemaError("x", why="y"),
        errors.BudgetSpent("x", available_at=NOW),
    ],
    ids=name,
)
def test_nothing_else_is_ever_repeated(error: errors.LightspeedError) -> None:
    assert delay_before_retry(error, attempt=1, jitter=0.5) is None
