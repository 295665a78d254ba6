"""Commands that ask Lightspeed directly, against a real simulator over its socket."""

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lsync.core.lightspeed import (
    Consignment,
    ConsignmentDraft,
    LineDraft,
    MemoryBudget,
    StaticToken,
    XSeries,
)
from lsync.core.lightspeed.oauth import SCOPES
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.config import utc_now as now
from lsync.simulator.server import BoundSimulator
from tests.cli.conftest import Shell

TOKEN = "simulator-token"


@pytest.fixture(scope="module")
def simulator() -> Iterator[BoundSimulator]:
    """A simulator on a thread of its own; commands run their own event loops."""
    bound = BoundSimulator(SimulatorConfig(port=0, registers=20, client_secret="app-secret"))
    thread = threading.Thread(target=lambda: asyncio.run(bound.serve()))
    thread.start()
    try:
        yield bound
    finally:
        bound.stop()
        thread.join()


@pytest.fixture
def shell(
    empty_shell: Shell, sqlite_template: Path, simulator: BoundSimulator, tmp_path: Path
) -> Shell:
    """A shell with a database and a token for the simulator, and no daemon."""
    shutil.copy(sqlite_template, tmp_path / "lsync.db")
    empty_shell.variables |= {
        "LSYNC_DATABASE__URL": f"sqlite:///{tmp_path / 'lsync.db'}",
        "LIGHTSPEED_BASE_URL": simulator.url,
        "LIGHTSPEED_API_TOKEN": TOKEN,
        "LSYNC_LIGHTSPEED__REGISTERS": "20",
    }
    return empty_shell


async def put_order(url: str, reference: str) -> Consignment:
    """An OPEN order of two products at the simulator."""
    budget = MemoryBudget(limit=1000, clock=now)
    base_url = f"{url}/api/2026-07"
    async with XSeries(base_url=base_url, token=StaticToken(TOKEN), budget=budget) as api:
        outlet, *_ = await api.outlets.list()
        supplier, *_ = await api.suppliers.list()
        first, second = [(await api.products.by_sku(sku))[0] for sku in ("SKU-0001", "SKU-0002")]
        draft = ConsignmentDraft(
            name="Spring", reference=reference, outlet_id=outlet.id, supplier_id=supplier.id
        )
        order = await api.consignments.create(draft)
        await api.consignments.add_lines_bulk(
            order.id,
            [
                LineDraft(product_id=first.id, count=Decimal(12), cost=Decimal("4.25")),
                LineDraft(product_id=second.id, count=Decimal("1.5")),
            ],
        )
        return order


def test_outlets_and_suppliers_are_listed(shell: Shell) -> None:
    table = shell("vend", "outlets")
    assert table.code == 0, table.err
    assert "Main Street" in table.out
    assert "Harbour" in table.out
    assert {each["name"] for each in shell("vend", "outlets", "--json").json} == {
        "Main Street",
        "Harbour",
    }
    suppliers = shell("vend", "suppliers", "--json").json
    assert "Café Supplies & Co" in {each["name"] for each in suppliers}
    assert "Café Supplies & Co" in shell("vend", "suppliers").out


def test_products_come_page_by_page_until_all_are_there(shell: Shell) -> None:
    found = shell("vend", "products", "--json").json
    skus = [each["sku"] for each in found]
    assert len(skus) == len(set(skus)) > 500, "more than one page"
    assert "SKU-0520" in skus
    assert all(isinstance(each["supply_price"], str) for each in found if each["supply_price"])


def test_a_limit_holds_and_a_table_says_that_there_is_more(shell: Shell) -> None:
    assert len(shell("vend", "products", "--limit", "7", "--json").json) == 7
    shown = shell("vend", "products")
    assert "more with --limit" in shown.err


def test_a_product_is_found_by_its_sku_and_by_a_part_of_its_name(shell: Shell) -> None:
    (product,) = shell("vend", "products", "--sku", "SKU-0007", "--json").json
    assert product["sku"] == "SKU-0007"
    part = product["name"][:4].upper()
    found = shell("vend", "products", "--search", part, "--json").json
    assert product["id"] in {each["id"] for each in found}
    assert all(part.lower() in each["name"].lower() for each in found)
    assert "no: composite" in shell("vend", "products", "--sku", "SKU-0077").out


def test_an_unknown_sku_says_so_and_exits_1(shell: Shell) -> None:
    ran = shell("vend", "products", "--sku", "NO-SUCH", "--json")
    assert ran.code == 1
    assert ran.out == ""
    assert "no product with the SKU NO-SUCH" in ran.err


def test_a_search_without_a_hit_is_an_empty_list(shell: Shell) -> None:
    ran = shell("vend", "products", "--search", "no such text", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "No product has that text." in shell("vend", "products", "--search", "no such text").out


def test_sku_and_search_together_are_wrong_usage(shell: Shell) -> None:
    assert shell("vend", "products", "--sku", "A", "--search", "b").code == 2


def test_a_consignment_is_found_by_id_and_by_reference(
    shell: Shell, simulator: BoundSimulator
) -> None:
    order = asyncio.run(put_order(simulator.url, "PO/77 ü"))
    by_id = shell("vend", "consignment", order.id, "--json")
    assert by_id.code == 0, by_id.err
    found = shell("vend", "consignment", "PO/77 ü", "--json").json
    assert found == by_id.json
    assert (found["status"], found["reference"]) == ("OPEN", "PO/77 ü")
    assert isinstance(found["ordered"], str)
    assert Decimal(found["ordered"]) == Decimal("13.5")
    assert [(each["sku"], Decimal(each["count"])) for each in found["lines"]] == [
        ("SKU-0001", Decimal(12)),
        ("SKU-0002", Decimal("1.5")),
    ]
    assert Decimal(found["lines"][0]["cost"]) == Decimal("4.25")
    shown = shell("vend", "consignment", order.id).out
    assert "SUPPLIER OPEN" in shown
    assert "SKU-0002" in shown
    assert "4.25" in shown


def test_of_several_with_one_reference_the_others_are_named(
    shell: Shell, simulator: BoundSimulator
) -> None:
    first = asyncio.run(put_order(simulator.url, "PO-TWICE"))
    second = asyncio.run(put_order(simulator.url, "PO-TWICE"))
    found = shell("vend", "consignment", "PO-TWICE", "--json").json
    assert {found["id"], *found["others"]} == {first.id, second.id}


@pytest.mark.parametrize("name", ["PO-NOWHERE", "6f1d3c52-51a4-5d0e-9a57-0d5f2b8f6c10"])
def test_an_unknown_consignment_says_so_and_exits_1(name: str, shell: Shell) -> None:
    ran = shell("vend", "consignment", name)
    assert ran.code == 1
    assert f"no consignment {name}" in ran.err


def test_a_wrong_token_is_named(shell: Shell) -> None:
    shell.variables["LIGHTSPEED_API_TOKEN"] = "wrong"
    ran = shell("vend", "outlets")
    assert ran.code == 1
    assert "token" in ran.err


def test_without_lightspeed_the_exit_code_is_69(shell: Shell) -> None:
    shell.variables["LIGHTSPEED_BASE_URL"] = "http://127.0.0.1:9"
    assert shell("vend", "outlets").code == 69


async def references(url: str) -> list[str | None]:
    """What orders the simulator has."""
    budget = MemoryBudget(limit=1000, clock=now)
    base_url = f"{url}/api/2026-07"
    async with XSeries(base_url=base_url, token=StaticToken(TOKEN), budget=budget) as api:
        return [each.reference async for page in api.consignments.pages() for each in page.items]


def test_what_was_subscribed_from_here_is_ours_without_a_setting(
    shell: Shell, simulator: BoundSimulator
) -> None:
    created = shell("webhook", "create", "http://127.0.0.1:9/ours", "--insecure", "--json").json
    assert {each["ours"] for each in created} == {True}
    shell.variables["LSYNC_WEBHOOKS__PUBLIC_URL"] = "http://127.0.0.1:9/set"
    shell("webhook", "create", "http://127.0.0.1:9/second", "--type", "sale.update", "--insecure")
    own = shell.variables["LSYNC_DATABASE__URL"]
    shell.variables["LSYNC_DATABASE__URL"] = f"sqlite:///{shell.directory / 'other.db'}"
    assert shell("db", "upgrade").code == 0
    listed = {each["url"]: each["ours"] for each in shell("webhook", "list", "--json").json}
    assert not any(listed.values()), "another installation's are not ours"
    shell.variables["LSYNC_DATABASE__URL"] = own
    listed = {each["url"]: each["ours"] for each in shell("webhook", "list", "--json").json}
    assert all(ours for url, ours in listed.items() if "/ours/" in url or "/second/" in url)
    assert "webhook_addresses" not in shell("config", "show").out


def test_a_probe_asks_first_and_does_nothing_unasked(
    shell: Shell, simulator: BoundSimulator
) -> None:
    before = len(simulator.world.ledger)
    ran = shell("vend", "probe")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert len(simulator.world.ledger) == before


def test_a_probe_leaves_nothing_and_keeps_what_it_found(
    shell: Shell, simulator: BoundSimulator
) -> None:
    before = asyncio.run(references(simulator.url))
    ran = shell("vend", "probe", "--yes")
    assert ran.code == 0, ran.err
    assert "lightspeed.request_envelope = data" in ran.out
    assert str(shell.variables["LSYNC_DATABASE__URL"]).rpartition("/")[2] in ran.out
    assert asyncio.run(references(simulator.url)) == before
    (setting,) = shell("config", "show", "lightspeed.request_envelope", "--json").json
    assert (setting["value"], "database" in setting["source"]) == ("data", True)
    (line,) = shell("config", "show", "lightspeed.repeated_line", "--json").json
    assert line["value"] == "adds up"
    assert shell("vend", "test").code == 0, "the stored value is one that can be used"


def test_a_probe_says_when_another_source_wins(shell: Shell) -> None:
    shell.variables["LSYNC_LIGHTSPEED__REQUEST_ENVELOPE"] = "bare"
    found = shell("vend", "probe", "--yes", "--json").json
    assert found["stored"]["lightspeed.request_envelope"] == "data"
    assert "REQUEST_ENVELOPE" in found["overridden"]["lightspeed.request_envelope"]


@pytest.fixture
def application_shell(shell: Shell) -> Shell:
    """A shell with an OAuth application instead of a personal token."""
    del shell.variables["LIGHTSPEED_API_TOKEN"]
    shell.variables |= {
        "LSYNC_LIGHTSPEED__CLIENT_ID": "app",
        "LSYNC_LIGHTSPEED__CLIENT_SECRET": "app-secret",
    }
    return shell


def code_of(simulator: BoundSimulator) -> str:
    world = simulator.world
    return world.tokens.authorize(scopes=frozenset(SCOPES), now=world.clock.now())


def test_a_pasted_code_logs_in(application_shell: Shell, simulator: BoundSimulator) -> None:
    shell = application_shell
    assert "vend login" in shell("vend", "outlets").err
    code = code_of(simulator)
    ran = shell("vend", "login", "--redirect-url", "https://example.com/cb", answer=f"{code}\n")
    assert ran.code == 0, ran.err
    assert f"{simulator.url}/connect?" in ran.err
    assert "Logged in" in ran.out
    assert code not in ran.out
    assert len(shell("vend", "outlets", "--json").json) == 2, "the next process has the login"


def test_a_pasted_address_with_another_state_is_not_taken(
    application_shell: Shell, simulator: BoundSimulator
) -> None:
    pasted = f"https://example.com/cb?code={code_of(simulator)}&state=somebody-elses\n"
    ran = application_shell(
        "vend", "login", "--redirect-url", "https://example.com/cb", answer=pasted
    )
    assert ran.code == 1
    assert "the state does not match" in ran.err
    assert "vend login" in application_shell("vend", "outlets").err


def test_a_refused_code_says_what_to_compare_and_leaves_stdout_empty(
    application_shell: Shell,
) -> None:
    ran = application_shell(
        "vend",
        "login",
        "--json",
        *("--redirect-url", "https://example.com/cb"),
        answer="a-code-of-somebody-else\n",
    )
    assert (ran.code, ran.out) == (1, "")
    assert "The login did not succeed" in ran.err
    assert "renew" not in ran.err
    assert "redirect address" in ran.err
    assert "a-code-of-somebody-else" not in ran.err


def test_the_browser_s_way_over_the_loopback_port_logs_in(
    application_shell: Shell, simulator: BoundSimulator
) -> None:
    shell = application_shell
    with subprocess.Popen(
        [sys.executable, "-m", "lsync", "vend", "login", "--port", "0", "--json"],
        cwd=shell.directory,
        env={**os.environ, **shell.variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        url = next(line.strip() for line in running.stderr if line.startswith("http"))
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        assert httpx.get(f"{redirect}?code=x&state=somebody-elses").status_code == 400
        assert httpx.get(redirect.replace("/callback", "/favicon.ico")).status_code == 404
        assert httpx.get(url, follow_redirects=True).status_code == 200
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert '"used": true' in out
    assert len(shell("vend", "outlets", "--json").json) == 2


def test_without_an_application_login_exits_78(shell: Shell) -> None:
    ran = shell("vend", "login", "--port", "0")
    assert ran.code == 78
    assert "lightspeed.client_id" in ran.err
