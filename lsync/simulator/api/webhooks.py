"""Webhook subscriptions over HTTP.

The legacy versions have them in 0.9 only: bare answers, and a form whose field `data` holds JSON.
"""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs

from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import CURRENT, FORMS, operation
from lsync.simulator.entities import Webhook
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.world import EVENT_TYPES, World


def list_webhooks(world: World, call: Call) -> Answer:
    """All subscriptions of the caller."""
    return _answer(call, [hook.shown() for hook in world.webhooks])


def get_webhook(world: World, call: Call, webhook_id: str) -> Answer:
    """One subscription."""
    return _answer(call, _hook_with(world, webhook_id).shown())


def create_webhook(world: World, call: Call) -> Answer:
    """201; 409 when the type and URL are subscribed already."""
    event_type, url, active = _read(_body(call))
    _check_unique(world, event_type, url)
    hook = Webhook(
        id=world.ids.new("webhook"),
        type=event_type,
        url=url,
        active=active,
        retailer_id=world.retailer_id,
    )
    world.webhooks.put(hook)
    return _answer(call, hook.shown(), status=201, effect=_effect("created", hook))


def update_webhook(world: World, call: Call, webhook_id: str) -> Answer:
    """Replace type, URL and activity."""
    hook = _hook_with(world, webhook_id)
    event_type, url, active = _read(_body(call))
    if (event_type, url) != (hook.type, hook.url):
        _check_unique(world, event_type, url)
    hook.type, hook.url, hook.active = event_type, url, active
    world.webhooks.put(hook)
    return _answer(call, hook.shown(), effect=_effect("changed", hook))


def delete_webhook(world: World, _call: Call, webhook_id: str) -> Answer:
    """200 without a body."""
    hook = _hook_with(world, webhook_id)
    world.webhooks.remove(webhook_id)
    return Answer(effect=_effect("deleted", hook))


def _body(call: Call) -> dict[str, Any]:
    if call.version != FORMS:
        return call.json_object()
    fields = parse_qs(call.body.decode("utf-8", "replace"))
    return replace(call, body=fields.get("data", [""])[-1].encode()).json_object()


def _answer(call: Call, data: Any, *, status: int = 200, effect: Effect | None = None) -> Answer:
    answer = json_answer if call.version == FORMS else data_answer
    return answer(data, status=status, effect=effect)


def _hook_with(world: World, webhook_id: str) -> Webhook:
    hook = world.webhooks.get(webhook_id)
    if hook is None:
        raise not_found("webhook", webhook_id)
    return hook


def _check_unique(world: World, event_type: str, url: str) -> None:
    if any(hook.type == event_type and hook.url == url for hook in world.webhooks):
        raise Refusal(409, "A webhook with this type and URL already exists.")


def _read(body: dict[str, Any]) -> tuple[str, str, bool]:
    event_type, url, active = body.get("type"), body.get("url"), body.get("active")
    if event_type not in EVENT_TYPES:
        raise Refusal(422, f"type must be one of {', '.join(EVENT_TYPES)}")
    if not isinstance(url, str) or len(url) < 3:
        raise Refusal(422, "url is required and must be a string")
    if not isinstance(active, bool):
        raise Refusal(422, "active is required and must be true or false")
    return str(event_type), url, active


def _effect(what: str, hook: Webhook) -> Effect:
    return Effect(changes={what: hook.shown()})


_ONE: Final = "/webhooks/{webhook_id}"
_SCOPE: Final = "webhooks"

VERSIONS: Final = CURRENT | {FORMS}

OPERATIONS: Final = (
    operation("get-webhooks", "GET /webhooks", list_webhooks, scope=_SCOPE, versions=VERSIONS),
    operation("post-webhooks", "POST /webhooks", create_webhook, scope=_SCOPE, versions=VERSIONS),
    operation("get-webhooks-id", f"GET {_ONE}", get_webhook, scope=_SCOPE, versions=VERSIONS),
    operation("put-webhooks-id", f"PUT {_ONE}", update_webhook, scope=_SCOPE, versions=VERSIONS),
    operation(
        "delete-webhooks-webhookId",
        f"DELETE {_ONE}",
        delete_webhook,
        scope=_SCOPE,
        versions=VERSIONS,
    ),
)
