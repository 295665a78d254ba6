"""Words of a filter that mean states."""

import pytest

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.state_words import states_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("failed", (SyncState.FAILED,)),
        ("Fail", (SyncState.FAILED,)),
        ("not synced", (SyncState.NOT_SYNCED,)),
        ("not-synced", (SyncState.NOT_SYNCED,)),
        ("sync", (SyncState.SYNCING, SyncState.SYNCED)),
        ("ailed", ()),
        ("syn", ()),
        ("", ()),
        ("failed PO-1", ()),
    ],
)
def test_a_word_means_the_states_it_begins(typed: str, meant: tuple[SyncState, ...]) -> None:
    assert states_meant(typed, SyncState) == meant


def test_order_states_are_meant_by_their_beginning_too() -> None:
    assert states_meant("receiv", OrderState) == (OrderState.RECEIVING, OrderState.RECEIVED)
