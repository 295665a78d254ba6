import pytest

from lsync.simulator.faults import FAULTS
from tests.simulator.shop import Shop


async def test_the_control_side_tells_what_it_offers(shop: Shop) -> None:
    shown = (await shop.control.get("/")).json()
    assert shown["faults"].keys() == FAULTS.keys()
    for offer, sentence in shown["offered"].items():
        assert sentence, offer
    assert "POST /_sim/consignments/{id}/receive" in shown["offered"]


@pytest.mark.parametrize(
    "body",
    [
        {"colour": True},
        {"page_maximum": "9"},
        {"page_maximum": 0},
        {"repeated_line": "maybe"},
        {"bump_on_line_change": 1},
        [1],
    ],
)
async def test_a_switch_that_cannot_be_is_refused(shop: Shop, body: object) -> None:
    before = shop.world.switches
    assert (await shop.control.post("/switches", json=body)).status_code == 400
    assert shop.world.switches == before


@pytest.mark.parametrize("body", [{"advance": -1}, {"advance": "soon"}, {"advance": 1e300}, []])
async def test_a_clock_goes_forward_only(shop: Shop, body: object) -> None:
    before = (await shop.control.get("/clock")).json()
    assert (await shop.control.post("/clock", json=body)).status_code == 400
    assert (await shop.control.get("/clock")).json() == before


@pytest.mark.parametrize("path", ["/faults", "/clock", "/switches", "/tokens"])
async def test_a_body_that_is_no_json_is_refused(shop: Shop, path: str) -> None:
    assert (await shop.control.post(path, content=b"{")).status_code == 400


async def test_switches_show_what_holds(shop: Shop) -> None:
    shown = (await shop.control.post("/switches", json={"repeated_line": "reject"})).json()
    assert shown["repeated_line"] == "reject"
    assert (await shop.control.get("/switches")).json() == shown


@pytest.mark.parametrize(
    ("path", "body", "known"),
    [
        ("/clock", {"advance_seconds": 301}, "advance"),
        ("/tokens", {"scope": ["consignments:read"]}, "scopes, expires_in"),
        ("/tokens/revoke", {"tokens": "simulator-token"}, "token"),
        ("/tokens/restrict", {"token": "simulator-token", "scope": []}, "token, scopes"),
        ("/faults", {"name": "latency", "secs": 3}, "seconds"),
        ("/switches", {"colour": True}, "page_maximum"),
        ("/consignments/any/receive", {"create_order": True}, "create_new_order"),
        ("/consignments/any/edit", {"items": {}}, "lines"),
        ("/consignments/any/cancel", {"lines": {}}, "to be empty"),
    ],
)
async def test_a_key_that_is_not_known_is_refused_with_those_that_are(
    shop: Shop, path: str, body: dict[str, object], known: str
) -> None:
    answer = await shop.control.post(path, json=body)
    assert answer.status_code == 400
    assert "unknown key" in answer.json()["message"]
    assert known in answer.json()["message"]
    assert (await shop.control.get("/faults")).json() == []
