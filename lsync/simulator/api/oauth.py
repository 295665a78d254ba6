"""The OAuth side: the token endpoint with its own limit, and the page that gives out codes."""

import json
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlencode

from lsync.simulator.api.call import Answer, Call
from lsync.simulator.api.operation import operation
from lsync.simulator.budget import TokenLimit
from lsync.simulator.refusal import Refusal
from lsync.simulator.tokens import Grant, GrantRefusedError
from lsync.simulator.world import World

SHORTEST_STATE: Final = 8


def is_token_call(call: Call) -> bool:
    """Whether a call goes to the token endpoint, which needs no token and no budget."""
    return call.version == "1.0" and call.segments == ("token",)


def answer_token_call(world: World, call: Call) -> Answer:
    """Exchange a code or refresh a pair. Form-encoded in, JSON out."""
    now, limit = world.clock.now(), world.token_limit
    if not limit.spend(now):
        return _answer(429, {"error": "Too Many Requests"}, limit, now)
    try:
        grant = _granted(world, _form(call), now)
    except GrantRefusedError as error:
        body = {"error": "invalid_grant", "error_description": str(error)}
        return _answer(400, body, limit, now)
    return _answer(200, _shown(world, grant, now), limit, now)


def _granted(world: World, form: dict[str, str], now: datetime) -> Grant:
    secret = world.config.client_secret
    if secret is not None and form.get("client_secret") != secret:
        raise GrantRefusedError("the client secret is wrong")
    match form.get("grant_type"):
        case "authorization_code":
            return world.tokens.exchange(form.get("code", ""), now=now)
        case "refresh_token":
            return world.tokens.refresh(form.get("refresh_token", ""), now=now)
        case other:
            raise GrantRefusedError(f"unknown grant_type {other}")


def _form(call: Call) -> dict[str, str]:
    fields = parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _shown(world: World, grant: Grant, now: datetime) -> dict[str, object]:
    expires_at = grant.expires_at or now
    return {
        "access_token": grant.token,
        "token_type": "Bearer",
        "expires": int(expires_at.timestamp()),
        "expires_in": int((expires_at - now).total_seconds()),
        "refresh_token": grant.refresh_token,
        "domain_prefix": world.config.domain_prefix,
        "scope": " ".join(sorted(grant.scopes or ())),
    }


def _answer(
    status: int, body: dict[str, object] | dict[str, str], limit: TokenLimit, now: datetime
) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), headers=limit.headers(now))


def redirect_with_code(world: World, query: dict[str, str], *, now: datetime) -> str:
    """Where the authorisation page sends a person who says yes, and all say yes here.

    Refuses with 400 what the real page refuses: a short state, no scope, no redirect address.
    """
    state, scope = query.get("state", ""), query.get("scope", "")
    if query.get("response_type") != "code" or not query.get("redirect_uri"):
        raise Refusal(400, "response_type=code and redirect_uri are required")
    if len(state) < SHORTEST_STATE:
        raise Refusal(400, f"state needs at least {SHORTEST_STATE} characters")
    if not scope.split():
        raise Refusal(400, "scope is required")
    code = world.tokens.authorize(scopes=frozenset(scope.split()), now=now)
    prefix = world.config.domain_prefix
    answer = urlencode({"code": code, "domain_prefix": prefix, "state": state})
    joint = "&" if "?" in query["redirect_uri"] else "?"
    return f"{query['redirect_uri']}{joint}{answer}"


OPERATIONS: Final = (
    operation("Token", "POST /token", answer_token_call, versions=frozenset({"1.0"})),
)
