"""Faults by name and rate. Decides which strike a call; the door to the API carries them out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Literal

FaultName = Literal[
    "latency",
    "429_storm",
    "token_expiry",
    "5xx",
    "html200",
    "lost_request",
    "late_execution",
    "lost_reply",
    "reset",
    "truncated_json",
    "field_removed",
    "field_retyped",
    "clock_skew",
    "webhook_drop",
    "webhook_duplicate",
    "webhook_reorder",
    "webhook_delay",
]

FAULTS: Final[Mapping[FaultName, str]] = {
    "latency": "the answer waits `seconds` (0.2) of real time",
    "429_storm": "refused with 429 although budget is left; not executed",
    "token_expiry": "refused with 401 as if the token had expired; not executed",
    "5xx": "answered with `status` (503); not executed, unless `executed` is true",
    "html200": "an HTML page with status 200; not executed, unless `executed` is true",
    "lost_request": "the connection is cut, nothing is ever executed",
    "late_execution": "the connection is cut, the call is executed `seconds` (30) later",
    "lost_reply": "executed, then the connection is cut before the first byte of the answer",
    "reset": "executed, then the connection is reset after `at_byte` (40) bytes of the answer",
    "truncated_json": "executed; the JSON ends half-way in a complete HTTP answer",
    "field_removed": "executed; the field `field` (id) is missing wherever it should be",
    "field_retyped": "executed; the field `field` (id) holds an object instead of its value",
    "clock_skew": "`Date` and `Retry-After` are `seconds` (120) ahead, negative for behind",
    "webhook_drop": "the event is never delivered",
    "webhook_duplicate": "the event is delivered twice",
    "webhook_reorder": "the event goes out behind the next `behind` (1) of its kind, at the latest "
    "`seconds` (30) late",
    "webhook_delay": "the event is delivered `seconds` (60) late",
}

PLACE: Final = ("name", "rate", "count", "method", "path")
OPTIONS: Final = ("seconds", "status", "executed", "hang", "at_byte", "field", "value", "behind")
"""The keys of a fault: which one strikes, where and how often; and what else it may be told."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One active fault.

    It strikes a call whose method equals `method` and whose path matches the regular expression
    `path` (both optional), with probability `rate`; with `count` it strikes exactly the next
    `count` matching calls and is then gone. With the option `hang` the faults that cut a
    connection leave it open without an answer instead, until the caller gives up.
    """

    name: FaultName
    rate: float = 1.0
    count: int | None = None
    method: str | None = None
    path: re.Pattern[str] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether a call is of the kind that this fault may strike."""
        if self.method is not None and self.method != method:
            return False
        return self.path is None or self.path.search(path) is not None

    def number(self, option: str, default: float) -> float:
        """A numeric option."""
        return float(self.options.get(option, default))

    def shown(self) -> dict[str, Any]:
        """The fault as the control side lists it."""
        return {
            "name": self.name,
            "rate": self.rate,
            "count": self.count,
            "method": self.method,
            "path": self.path.pattern if self.path else None,
            "options": self.options,
            "struck": self.struck,
        }


def fault_named(name: str) -> FaultName:
    """The fault of that name, `-` and `_` alike; raises ValueError listing the names."""
    wanted = name.strip().replace("-", "_")
    for known in FAULTS:
        if known == wanted:
            return known
    raise ValueError(f"unknown fault {name!r}; known: {', '.join(FAULTS)}")


def faults_from_rates(rates: Mapping[str, float]) -> list[Fault]:
    """Faults from `{NAME: RATE}`; a name may end in `@PATH` or `@METHOD PATH` (see `Fault`)."""
    return [read_fault({**_placed(name), "rate": rate}) for name, rate in rates.items()]


def _placed(text: str) -> dict[str, str]:
    name, _, place = text.partition("@")
    method, space, path = place.strip().rpartition(" ")
    given = {"name": name, "method": method if space else "", "path": path}
    return {key: value for key, value in given.items() if value}


def read_fault(body: Mapping[str, Any]) -> Fault:
    """A fault from its JSON form; raises ValueError for anything that cannot be one."""
    rate, count, path = body.get("rate", 1.0), body.get("count"), body.get("path")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise ValueError("rate must be a number from 0 to 1")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise ValueError("count must be a positive whole number")
    options = {key: value for key, value in body.items() if key not in PLACE}
    if unknown := options.keys() - set(OPTIONS):
        known = ", ".join((*PLACE, *OPTIONS))
        raise ValueError(f"unknown key {min(unknown)!r}; known: {known}")
    method = body.get("method")
    return Fault(
        name=fault_named(str(body.get("name", ""))),
        rate=float(rate),
        count=count,
        method=str(method).upper() if method else None,
        path=_pattern(path),
        options=options,
    )


def _pattern(path: object) -> re.Pattern[str] | None:
    if path is None:
        return None
    try:
        return re.compile(str(path))
    except re.error as error:
        raise ValueError(f"path is not a regular expression: {error}") from error


class Faults:
    """The active faults. Each draws from its own random source, so runs with a seed repeat."""

    def __init__(self, *, seed: int, rates: Mapping[str, float]) -> None:
        self._seed = seed
        self._added = 0
        self._active: list[tuple[Fault, Random]] = []
        for fault in faults_from_rates(rates):
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Activate a fault."""
        self._added += 1
        self._active.append((fault, Random(f"{self._seed}:{self._added}:{fault.name}")))

    def clear(self) -> None:
        """Deactivate all faults."""
        self._active.clear()

    def shown(self) -> list[dict[str, Any]]:
        """The active faults as JSON objects."""
        return [fault.shown() for fault, _ in self._active]

    def draw(self, method: str, path: str) -> dict[FaultName, Fault]:
        """The faults that strike this call, by name; empty in fair weather."""
        return self._draw(method, path, events=False) if self._active else {}

    def draw_for_event(self, event_type: str) -> dict[FaultName, Fault]:
        """The webhook faults that strike an event; their `path` is matched with its type."""
        return self._draw("POST", event_type, events=True) if self._active else {}

    def _draw(self, method: str, path: str, *, events: bool) -> dict[FaultName, Fault]:
        struck: dict[FaultName, Fault] = {}
        for fault, rng in self._active:
            if fault.name.startswith("webhook_") is not events or fault.name in struck:
                continue
            if fault.matches(method, path) and _strikes(fault, rng):
                struck[fault.name] = fault
        self._active = [(fault, rng) for fault, rng in self._active if fault.count != 0]
        return struck


def _strikes(fault: Fault, rng: Random) -> bool:
    if fault.count is None:
        strikes = rng.random() < fault.rate
    else:
        strikes = True
        fault.count -= 1
    fault.struck += strikes
    return strikes
