"""What a pull brought, in one sentence."""

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import PurchaseOrder
from lsync.core.sync.pull_words import tell_pull

ORDER = PurchaseOrder(order_number="PO-1", supplier="A", outlet="B")
LONG_ID = "0242ac11-0002-11eb-abcd-0123456789ab"


def test_what_matters_comes_before_the_long_id() -> None:
    view = ConsignmentView(consignment_id=LONG_ID, status="RECEIVED", version=2)
    told = tell_pull(ORDER, [view], assessed=None).message
    assert told == f"RECEIVED: consignment {LONG_ID}"


def test_a_consignment_that_is_gone_is_told_and_warned_of() -> None:
    said = tell_pull(ORDER, [], assessed=None, missing=[LONG_ID])
    assert said.message == f"gone: consignment {LONG_ID}"
    assert said.status == "warning"


def test_old_news_is_said_to_be_old() -> None:
    assert "ignored" in tell_pull(ORDER, [], assessed=None).message
