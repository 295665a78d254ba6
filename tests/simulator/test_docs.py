"""Every call that the guide shows is accepted, and its tables name what exists."""

import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

from lsync.simulator.config import Switches
from lsync.simulator.faults import FAULTS
from tests.simulator.shop import Shop

GUIDE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
HOST = "http://127.0.0.1:8760"


def calls() -> list[list[str]]:
    """The arguments of every curl call, in order."""
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("curl ")
    ]
    return [shlex.split(line)[1:] for line in lines]


async def send(shop: Shop, arguments: list[str], known: dict[str, str]) -> Any:
    method, url, body, headers = "GET", "", None, {}
    rest = iter(arguments)
    for argument in rest:
        match argument:
            case "-s":
                pass
            case "-X":
                method = next(rest)
            case "-d":
                body = Template(next(rest)).safe_substitute(known)
            case "-o":
                next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case _:
                url = Template(argument).safe_substitute(known)
    assert url.startswith(HOST), url
    path = url.removeprefix(HOST).replace("8760", "shop")
    answer = await shop.control.request(method, f"http://shop{path}", content=body, headers=headers)
    assert answer.is_success, (arguments, answer.text)
    return answer


async def test_every_call_of_the_guide_is_accepted(shop: Shop) -> None:
    known = {
        "OUTLET": shop.outlet_id(),
        "SUPPLIER": shop.supplier_id(),
        "PRODUCT": shop.product_id(1),
        "SKU": "SKU-0001",
    }
    for arguments in calls():
        answer = await send(shop, arguments, known)
        if arguments[-1].startswith('{"name": "Spring order"') and "POST" in arguments:
            known["ORDER"] = answer.json()["data"]["id"]
    done = {entry.operation for entry in shop.world.ledger}
    assert {"edit", "receive", "reopen", "cancel"} < done
    assert len(shop.world.webhooks) == 1


def test_the_tables_name_every_fault_and_switch() -> None:
    rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`(\w+)`", rows))
    assert FAULTS.keys() <= named
    assert set(Switches.__slots__) <= named


async def test_every_route_of_the_control_side_is_described(shop: Shop) -> None:
    offered = (await shop.control.get("/")).json()["offered"]
    for route in offered:
        path = route.partition(" ")[2].replace("{id}", "$ORDER")
        assert path in GUIDE, path
