"""The guide's example runs, and its table names what exists."""

import re
from pathlib import Path
from typing import Any

import pytest

from lsync.core.lightspeed import XSeries
from lsync.simulator.config import SimulatorConfig
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


def test_every_resource_of_the_table_exists(api: XSeries) -> None:
    named = set(re.findall(r"`api\.(\w+)(?:\.(\w+))?", GUIDE))
    for resource, method in named:
        found = getattr(api, resource)
        assert not method or hasattr(found, method)


def test_every_resource_is_in_the_table(api: XSeries) -> None:
    resources = {name for name in vars(api) if not name.startswith("_")}
    assert resources <= {resource for resource, _ in re.findall(r"`api\.(\w+)(\b)", GUIDE)}
