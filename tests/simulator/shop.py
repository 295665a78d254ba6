"""A caller of one simulator, for tests: the API with its token, the control side, the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from lsync.simulator.app import create_app
from lsync.simulator.catalogue import sku_of
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.world import World

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Shop:
    """One simulated retailer over httpx's ASGI transport."""

    def __init__(self, config: SimulatorConfig) -> None:
        app = create_app(config)
        self.world: World = app.state.world
        transport = httpx.ASGITransport(app)
        self.api = httpx.AsyncClient(
            transport=transport,
            base_url="http://shop/api/2026-07",
            headers={"Authorization": f"Bearer {config.token}"},
        )
        self.control = httpx.AsyncClient(transport=transport, base_url="http://shop/_sim")

    async def data(self, method: str, path: str, **rest: Any) -> Any:
        answer = await self.api.request(method, path, **rest)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    async def refused(self, method: str, path: str, **rest: Any) -> tuple[int, str]:
        answer = await self.api.request(method, path, **rest)
        assert answer.is_client_error, answer.text
        return answer.status_code, answer.json()["message"]

    def outlet_id(self, name: str = "Main Street") -> str:
        return next(row.id for row in self.world.outlets if row.fields["name"] == name)

    def supplier_id(self, name: str = "Alpine Trading") -> str:
        return next(row.id for row in self.world.suppliers if row.fields["name"] == name)

    def product_id(self, number: int) -> str:
        sku = sku_of(number)
        return next(row.id for row in self.world.products if row.fields["sku"] == sku)

    def stock(self, number: int, outlet: str = "Main Street") -> float:
        level = self.world.stock_of(self.product_id(number), self.outlet_id(outlet))
        assert level is not None
        return float(level.level)

    def order_body(self, **changes: Any) -> dict[str, Any]:
        body = {
            "name": "A note",
            "type": "SUPPLIER",
            "outlet_id": self.outlet_id(),
            "supplier_id": self.supplier_id(),
            "reference": "PO-1",
        }
        return {**body, **changes}

    async def order(self, lines: dict[int, str] | None = None, **changes: Any) -> str:
        """An OPEN consignment with counts by product number; returns its id."""
        made = await self.data("POST", "/consignments", json=self.order_body(**changes))
        if lines:
            await self.bulk(made["id"], lines)
        return str(made["id"])

    async def bulk(self, order_id: str, lines: dict[int, str], field: str = "count") -> Any:
        body = [
            {"product_id": self.product_id(number), field: amount}
            for number, amount in lines.items()
        ]
        return await self.data("POST", f"/consignments/{order_id}/bulk", json=body)

    async def set_status(self, order_id: str, status: str, **changes: Any) -> Any:
        body = self.order_body(status=status, **changes)
        return await self.data("PUT", f"/consignments/{order_id}", json=body)

    async def lines(self, order_id: str) -> dict[str, dict[str, Any]]:
        rows = await self.data("GET", f"/consignments/{order_id}/products")
        return {row["product_sku"]: row for row in rows}

    async def receive(self, order_id: str, **body: Any) -> Any:
        answer = await self.control.post(f"/consignments/{order_id}/receive", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def fault(self, name: str, **options: Any) -> None:
        answer = await self.control.post("/faults", json={"name": name, **options})
        assert answer.is_success, answer.text
