"""The guide's example runs, and its table names what exists."""

import ast
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lsync.core import lightspeed
from lsync.core.lightspeed import ConsignmentDraft, MemoryBudget, StaticToken, XSeries
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.faults import Fault
from lsync.simulator.running import RunningSimulator

GUIDE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")


async def test_the_example_sends_an_order(capsys: pytest.CaptureFixture[str]) -> None:
    match = re.search(r"```python\n(import asyncio.*?)```", GUIDE, re.DOTALL)
    assert match is not None
    async with RunningSimulator(SimulatorConfig(products=30)) as simulator:
        names: dict[str, Any] = {"__name__": "example"}
        source = match[1].replace("http://127.0.0.1:8760", simulator.url)
        exec(compile(source, "docs/client.md", "exec"), names)  # noqa: S102  our own guide
        await names["main"]()
    assert "PO-1001 SENT" in capsys.readouterr().out


async def test_the_other_examples_count_move_and_look() -> None:
    match = re.search(r"```python\n(from decimal.*?)```", GUIDE, re.DOTALL)
    assert match is not None
    names: dict[str, Any] = {}
    exec(compile(match[1], "docs/client.md", "exec"), names)  # noqa: S102  our own guide
    async with RunningSimulator(SimulatorConfig(products=30)) as simulator:
        world = simulator.world
        mug = world.products_with_sku("SKU-0001")[0].id
        here, there = (outlet.id for outlet in world.outlets)
        budget = MemoryBudget(limit=350, clock=lambda: datetime.now(UTC))
        token = StaticToken("simulator-token")
        async with XSeries(base_url=simulator.base_url, token=token, budget=budget) as api:
            await names["count_mugs"](api, here, mug)
            before = world.stock_of(mug, there)
            had = before.level if before else Decimal(0)
            await names["move_mugs"](api, here, there, mug)
            levels = [world.stock_of(mug, outlet) for outlet in (here, there)]
            assert [level and level.level for level in levels] == [14, had + 3]
            world.faults.add(Fault(name="lost_reply", method="POST", count=1))
            draft = ConsignmentDraft(name="Spring", reference="PO-7", outlet_id=here)
            found = await names["create_once"](api, draft, 0)
            assert found.reference == "PO-7"


def test_every_piece_of_code_is_python() -> None:
    pieces = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(pieces) >= 5
    for piece in pieces:
        compile(piece, "docs/client.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_what_the_pieces_name_is_exported() -> None:
    pieces = " ".join(re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
    named = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", pieces)) | {"XSeries", "OAuthToken"}
    assert named <= set(lightspeed.__all__)


def test_every_resource_of_the_table_exists(api: XSeries) -> None:
    named = set(re.findall(r"`api\.(\w+)(?:\.(\w+))?", GUIDE))
    for resource, method in named:
        found = getattr(api, resource)
        assert not method or hasattr(found, method)


def test_every_resource_is_in_the_table(api: XSeries) -> None:
    resources = {name for name in vars(api) if not name.startswith("_")}
    assert resources <= {resource for resource, _ in re.findall(r"`api\.(\w+)(\b)", GUIDE)}
