"""Answers spoilt on purpose: JSON cut short, fields removed or of another type."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lsync.simulator.api.call import Answer
from lsync.simulator.faults import Fault, FaultName


def damaged(answer: Answer, struck: Mapping[FaultName, Fault]) -> Answer:
    """The answer after the content faults that struck it."""
    if fault := struck.get("field_removed"):
        name = str(fault.options.get("field", "id"))
        answer = _rewritten(answer, lambda entity: _without(entity, name))
    if fault := struck.get("field_retyped"):
        name, value = str(fault.options.get("field", "id")), fault.options.get("value", {})
        answer = _rewritten(answer, lambda entity: _with(entity, name, value))
    if "truncated_json" in struck:
        answer = replace(answer, body=answer.body[: len(answer.body) // 2])
    return answer


def _rewritten(answer: Answer, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    if not answer.body:
        return answer
    body = _walk(json.loads(answer.body), change)
    return replace(answer, body=json.dumps(body).encode())


def _walk(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    if isinstance(value, dict):
        return change({key: _walk(item, change) for key, item in value.items()})
    return value


def _without(entity: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entity.items() if key != name}


def _with(entity: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    return {**entity, name: value} if name in entity else entity
