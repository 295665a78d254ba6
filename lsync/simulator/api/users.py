"""Users over HTTP, and the report of what a user sold."""

from datetime import datetime, timedelta
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.records import getter, is_alive, lister
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import timestamp
from lsync.simulator.world import World

_PERIODS: Final = (("today", 1), ("this week", 7), ("this month", 30))


def current_user(world: World, _call: Call) -> Answer:
    """The user that the token belongs to: the owner."""
    return row_answer(next(row for row in world.records["user"] if is_alive(row)))


def users_by_id(world: World, call: Call) -> Answer:
    """Users of a list of ids; unknown ids are left out."""
    given = shape.read_fields(call.json_object(), {"user_ids": shape.texts}, required=("user_ids",))
    found = [
        user for key in given["user_ids"] if (user := world.records["user"].get(key)) is not None
    ]
    return page_answer(sorted(found, key=lambda user: user.version))


def delete_user(world: World, _call: Call, user_id: str) -> Answer:
    """Delete a user; the primary user cannot be."""
    user = records.living_record(world, "user", user_id)
    if user.fields["is_primary_user"]:
        raise Refusal(403, "the primary user cannot be deleted")
    effect = records.delete_record(world, "user", user)
    return row_answer(user, effect=effect)


def end_sessions(world: World, _call: Call, user_id: str) -> Answer:
    """Log a user out; 200 without a body."""
    user = records.living_record(world, "user", user_id)
    _, effect = records.change_record(world, "user", user, {"seen_at": world.timestamp()})
    return Answer(effect=effect)


def sale_totals(world: World, _call: Call, user_id: str) -> Answer:
    """Closed sales of the last day, 7 and 30 days."""
    records.record_with(world, "user", user_id)
    now = world.clock.now()
    return data_answer([_totals(world, user_id, now, *period) for period in _PERIODS])


def _totals(world: World, user_id: str, now: datetime, label: str, days: int) -> dict[str, Any]:
    since = timestamp(now - timedelta(days=days))
    sold = [
        sale.fields
        for sale in world.records["sale"]
        if sale.fields["state"] == "closed"
        and sale.fields["source"]["author"]["id"] == user_id
        and sale.fields["created_at"] >= since
    ]
    lines = [line for sale in sold for line in sale["line_items"]]
    revenue = sum(line["pricing"]["total"] for line in lines)
    tax = sum(line["tax"]["total"] for line in lines)
    return {
        "label": label,
        "date_from": since,
        "date_to": timestamp(now),
        "total": revenue + tax,
        "cost": sum(line["pricing"]["cost_total"] for line in lines),
        "tax": tax,
        "revenue": revenue,
        "discounts": sum(line["pricing"]["discount_total"] for line in lines),
        "loyalty": 0.0,
        "sale_count": len(sold),
    }


_READ: Final = "users:read"
_WRITE: Final = "users:write"
_ONE: Final = "/users/{user_id}"

OPERATIONS: Final = (
    operation("GetUser", "GET /user", current_user, scope=_READ),
    operation("ListUsers", "GET /users", lister("user"), scope=_READ),
    operation("GetUsersById", "POST /users/bulk", users_by_id, scope=_READ),
    operation("GetUserByID", f"GET {_ONE}", getter("user"), scope=_READ),
    operation("DeleteUserByID", f"DELETE {_ONE}", delete_user, scope=_WRITE),
    operation("DeleteSessionsByUserID", f"DELETE {_ONE}/sessions", end_sessions, scope=_WRITE),
    operation("GetSalesTotalsForUserByID", f"GET {_ONE}/sale_totals", sale_totals, scope=_READ),
)
