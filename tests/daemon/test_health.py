"""How each part of the system is judged."""

from datetime import UTC, datetime, timedelta

from lsync.core.control.messages import PauseMessage
from lsync.core.domain.records import ApiLogEntry
from lsync.core.store.errors import DatabaseUnavailable
from lsync.core.store.source_links import SourceLink
from lsync.daemon.presenting.health import judge_lightspeed, judge_queue, judge_source

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REFUSED = ApiLogEntry(
    created_at=NOW, request_id="r", method="GET", path="/outlets", status=401, duration_ms=1.0
)


def test_a_refused_token_names_the_way_that_fits() -> None:
    personal = judge_lightspeed(REFUSED, by_login=False)
    assert personal.state == "failed"
    assert "lightspeed.api_token" in personal.message
    assert "lsync vend login" in personal.message
    login = judge_lightspeed(REFUSED, by_login=True)
    assert "lsync vend login" in login.message
    assert "api_token" not in login.message


def test_every_pause_is_named_since_the_first_began() -> None:
    pauses = [
        PauseMessage(type=kind, reason=reason, paused_by="alex", paused_at=NOW + timedelta(hours=h))
        for h, (kind, reason) in enumerate([("sync.push", "stock count"), ("*", "holiday")])
    ]
    judged = judge_queue(pauses)
    assert (judged.state, judged.since) == ("warning", NOW)
    assert "stock count" in judged.message
    assert "holiday" in judged.message


def test_refused_orders_of_the_source_are_named_harmlessly() -> None:
    link = SourceLink(key="7", order_number="PO-1", digest="", faults=("\x1b[2J is wrong", "b"))
    judged = judge_source("headers", trouble=None, refused=[link], count=4)
    assert judged.state == "failed"
    assert judged.message.isprintable()
    assert "4 orders of headers" in judged.message
    assert "PO-1: ␛[2J is wrong (and 3 more)" in judged.message
    assert judge_source("headers", trouble=None, refused=[], count=0).state == "ok"
    down = DatabaseUnavailable("It is down.")
    assert judge_source("headers", trouble=down, refused=[], count=0).state == "failed"
