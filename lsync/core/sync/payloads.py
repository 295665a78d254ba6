"""What the payload of each job type must say. Pure; the handlers read the payloads themselves."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from lsync.core.sync.hints import WEBHOOK
from lsync.core.sync.pull_queueing import PULL
from lsync.core.sync.push_queueing import PUSH
from lsync.core.sync.stock import STOCK

FIXED = ("order_number", "consignment_id")
"""What a job is about. Its keys, which keep two jobs of one order apart, are made of it."""


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Push(_Payload):
    order_number: StrictStr = Field(min_length=1)
    look: StrictBool = False


class _Pull(_Payload):
    order_number: StrictStr | None = Field(default=None, min_length=1)
    consignment_id: StrictStr | None = Field(default=None, min_length=1)
    version: StrictInt | None = None


class _Stock(_Payload):
    product_id: StrictStr | None = Field(default=None, min_length=1)


SHAPES: Mapping[str, type[_Payload]] = {PUSH: _Push, PULL: _Pull, STOCK: _Stock, WEBHOOK: _Payload}
"""Periodic jobs need no payload and are not named."""


def faults_of_payload(
    kind: str, payload: Mapping[str, object], *, before: Mapping[str, object]
) -> list[str]:
    """Say what is wrong with a new payload for a job that had ``before``; empty: nothing."""
    moved = [name for name in FIXED if payload.get(name) != before.get(name) and name in before]
    if moved:
        return [
            f"{name} must stay {before[name]}: to sync another order, queue it by itself "
            "(`lsync sync po ORDER`)."
            for name in moved
        ]
    if kind not in SHAPES:
        return []
    try:
        SHAPES[kind].model_validate(dict(payload))
    except ValidationError as error:
        return [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}."
            for fault in error.errors(include_url=False, include_input=False)
        ]
    return []
