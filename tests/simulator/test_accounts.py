from typing import Any

import pytest

from lsync.simulator.config import SimulatorConfig
from tests.simulator.shop import Shop, StillClock

CONNECT = {
    "response_type": "code",
    "client_id": "client",
    "redirect_uri": "http://127.0.0.1:1/callback",
    "state": "12345678",
    "scope": "outlets:read products:read",
}


async def token(shop: Shop, **form: str) -> Any:
    return await shop.api.post("http://shop/api/1.0/token", data=form)


async def pair(shop: Shop, **body: Any) -> dict[str, str]:
    answer = await shop.control.post("/tokens", json=body)
    return dict(answer.json())


async def status(shop: Shop, access_token: str, path: str = "/outlets") -> int:
    headers = {"Authorization": f"Bearer {access_token}"}
    return (await shop.api.get(path, headers=headers)).status_code


async def refresh(shop: Shop, refresh_token: str) -> Any:
    return await token(shop, grant_type="refresh_token", refresh_token=refresh_token)


async def test_a_code_is_exchanged_once(shop: Shop) -> None:
    answer = await shop.control.get("http://shop/connect", params=CONNECT)
    assert answer.status_code == 302
    query = answer.next_request.url.params if answer.next_request else {}
    assert (query["state"], query["domain_prefix"]) == ("12345678", "example")
    first = await token(shop, grant_type="authorization_code", code=query["code"])
    body = first.json()
    assert body["scope"] == "outlets:read products:read"
    assert body["expires_in"] == 86_400
    assert await status(shop, body["access_token"]) == 200
    again = await token(shop, grant_type="authorization_code", code=query["code"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_lives_ten_minutes(shop: Shop, clock: StillClock) -> None:
    answer = await shop.control.get("http://shop/connect", params=CONNECT)
    assert answer.next_request is not None
    code = answer.next_request.url.params["code"]
    clock.move(600)
    assert (await token(shop, grant_type="authorization_code", code=code)).status_code == 400


@pytest.mark.parametrize("change", [{"state": "short"}, {"scope": ""}, {"redirect_uri": ""}])
async def test_the_page_refuses_what_the_real_one_refuses(
    shop: Shop, change: dict[str, str]
) -> None:
    answer = await shop.control.get("http://shop/connect", params={**CONNECT, **change})
    assert answer.status_code == 400


async def test_a_refresh_revokes_the_old_pair(shop: Shop) -> None:
    old = await pair(shop)
    new = (await refresh(shop, old["refresh_token"])).json()
    assert await status(shop, old["access_token"]) == 401
    assert await status(shop, new["access_token"]) == 200
    assert (await refresh(shop, old["refresh_token"])).status_code == 400


async def test_a_lost_answer_to_a_refresh_has_rotated_all_the_same(shop: Shop) -> None:
    old = await pair(shop)
    await shop.fault("5xx", count=1, executed=True)
    assert (await refresh(shop, old["refresh_token"])).status_code == 503
    assert (await refresh(shop, old["refresh_token"])).status_code == 400


async def test_tokens_expire(shop: Shop, clock: StillClock) -> None:
    made = await pair(shop, expires_in=60)
    assert await status(shop, made["access_token"]) == 200
    clock.move(60)
    assert await status(shop, made["access_token"]) == 401


async def test_a_revoked_token_takes_its_refresh_token_with_it(shop: Shop) -> None:
    made = await pair(shop)
    await shop.control.post("/tokens/revoke", json={"token": made["access_token"]})
    assert await status(shop, made["access_token"]) == 401
    assert (await refresh(shop, made["refresh_token"])).status_code == 400


async def test_missing_scopes_are_forbidden(shop: Shop) -> None:
    made = await pair(shop, scopes=["outlets:read"])
    assert await status(shop, made["access_token"]) == 200
    assert await status(shop, made["access_token"], "/products") == 403
    assert await status(shop, made["access_token"], "/search?type=sales") == 403


async def test_a_scope_can_be_lost_later(shop: Shop) -> None:
    body = {"token": "simulator-token", "scopes": ["products:read"]}
    await shop.control.post("/tokens/restrict", json=body)
    assert await status(shop, "simulator-token") == 403
    answer = await shop.control.post("/tokens/restrict", json={"token": "unknown"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        ("stock_order", {"SUPPLIER", "RETURN"}),
        ("stock_transfer", {"OUTLET"}),
        ("inventory_count", {"STOCKTAKE"}),
    ],
)
async def test_consignments_need_the_scope_of_their_type(
    shop: Shop, scope: str, kinds: set[str]
) -> None:
    made = await pair(shop, scopes=[f"consignments:write:{scope}"])
    headers = {"Authorization": f"Bearer {made['access_token']}"}
    for kind in ("SUPPLIER", "OUTLET", "STOCKTAKE", "RETURN"):
        body = {"name": "n", "outlet_id": shop.outlet_id(), "type": kind}
        answer = await shop.api.post("/consignments", json=body, headers=headers)
        assert answer.status_code == (201 if kind in kinds else 403)


async def test_the_token_endpoint_has_a_limit_of_its_own(shop: Shop, clock: StillClock) -> None:
    for left in range(9, -1, -1):
        answer = await refresh(shop, "wrong")
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
    answer = await refresh(shop, "wrong")
    assert answer.status_code == 429
    assert int(answer.headers["X-RateLimit-Reset"]) == int(clock.now.timestamp()) + 60
    assert (await shop.api.get("/outlets")).headers["X-RateLimit-Remaining"] == "349"
    clock.move(60)
    assert (await refresh(shop, "wrong")).status_code == 400


async def test_a_wrong_client_secret_is_refused(clock: StillClock) -> None:
    shop = Shop(SimulatorConfig(clock=clock, products=1, client_secret="right"))
    made = await pair(shop)
    form = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
    assert (await token(shop, **form, client_secret="wrong")).status_code == 400
    assert (await token(shop, **form, client_secret="right")).status_code == 200
