"""What a simulated retailer is started with. Holds no behaviour and no state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

RepeatedLine = Literal["accumulate", "replace", "reject"]


def utc_now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Behaviours that the published documents leave open; the defaults are the unkind answers.

    `bump_on_line_change`: a changed line raises its consignment's version.
    `repeated_line`: what a second `POST …/products` of one product does.
    `put_clears_omitted`: a consignment `PUT` empties the optional fields that it leaves out.
    `count_lists_products`: a stocktake without filters lists every product when it starts.
    `page_size`, `page_maximum`: for collections whose page sizes are not documented; a larger
    request is cut down to the maximum without an error.
    """

    bump_on_line_change: bool = True
    repeated_line: RepeatedLine = "accumulate"
    put_clears_omitted: bool = True
    count_lists_products: bool = True
    page_size: int = 100
    page_maximum: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorConfig:
    """Everything a World is built from. Equal configurations give equal ids, SKUs and faults.

    `port` 0 picks a free one. `token` is a personal token with every scope. `webhook_url` is
    subscribed at the start: with `{event_type}` in it to all seven types, each at its own URL,
    without to `consignment.receive` alone, because events do not tell their type.
    Without `client_secret` webhooks go out unsigned. `faults` maps fault names to rates (0 to 1);
    `NAME@METHOD PATH` strikes only calls of that method whose path matches the expression.
    """

    port: int = 8760
    registers: int = 1
    seed: int = 7
    products: int = 520
    token: str = "simulator-token"  # noqa: S105  opens nothing but a simulator
    webhook_url: str | None = None
    client_secret: str | None = None
    domain_prefix: str = "example"
    faults: Mapping[str, float] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = utc_now
