"""How each part of the system is judged."""

from datetime import UTC, datetime, timedelta

from lsync.core.control.messages import PauseMessage
from lsync.core.domain.records import ApiLogEntry
from lsync.daemon.presenting.health import judge_lightspeed, judge_queue

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
