"""`vend` without daemon and database: what can be read is read, the rest says why not."""

import asyncio
from decimal import Decimal

import pytest

from lsync.simulator.server import BoundSimulator
from tests.cli.conftest import Shell
from tests.cli.test_trying import bare_shell
from tests.cli.test_vend import put_order, simulator

__all__ = ["bare_shell", "simulator"]

REMARK = "Using the settings of this shell only; nothing is recorded. There is no database"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("outlets",), "Harbour"),
        (("suppliers",), "Café Supplies & Co"),
        (("products", "--limit", "3"), "SKU-0001"),
        (("products", "--sku", "SKU-0007"), "SKU-0007"),
    ],
)
def test_lists_are_read_live_with_a_remark(
    command: tuple[str, ...], told: str, bare_shell: Shell
) -> None:
    ran = bare_shell("vend", *command)
    assert ran.code == 0, ran.err
    assert told in ran.out
    assert REMARK in ran.err
    assert REMARK not in bare_shell("vend", *command, "--json").out
    assert list(bare_shell.directory.rglob("*")) == [], "nothing is created"


def test_a_consignment_is_found_by_id_and_reference_with_names(
    bare_shell: Shell, simulator: BoundSimulator
) -> None:
    order = asyncio.run(put_order(simulator.url, "PO-BARE"))
    found = bare_shell("vend", "consignment", "PO-BARE", "--json").json
    assert found == bare_shell("vend", "consignment", order.id, "--json").json
    assert (found["id"], Decimal(found["ordered"])) == (order.id, Decimal("13.5"))
    assert found["outlet"] in {"Main Street", "Harbour"}
    assert found["supplier"]


def test_a_database_that_is_down_hides_nothing_that_lightspeed_has(bare_shell: Shell) -> None:
    bare_shell.variables["LSYNC_DATABASE__URL"] = "mysql://u:p@127.0.0.1:1/x"
    ran = bare_shell("vend", "outlets", "--json")
    assert (ran.code, len(ran.json)) == (0, 2), ran.err


@pytest.mark.parametrize("command", [("probe", "--yes"), ("login", "--port", "0")])
def test_what_is_kept_in_the_database_needs_one(
    command: tuple[str, ...], bare_shell: Shell
) -> None:
    ran = bare_shell("vend", *command)
    assert (ran.code, ran.out) == (69, "")
    assert "the database is missing" in ran.err
    assert "Start `lsync daemon`" in ran.err


UNKNOWN_ID = "6f1d3c52-51a4-5d0e-9a57-0d5f2b8f6c10"


@pytest.mark.parametrize("shape", [(), ("--json",)])
@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("products", "--sku", "NO-SUCH"), "There is no product with the SKU NO-SUCH"),
        (("consignment", "PO-NOWHERE"), "There is no consignment PO-NOWHERE"),
        (("consignment", UNKNOWN_ID), f"There is no consignment {UNKNOWN_ID}"),
    ],
)
def test_what_is_not_there_is_told_on_stderr_only(
    command: tuple[str, ...], told: str, shape: tuple[str, ...], bare_shell: Shell
) -> None:
    ran = bare_shell("vend", *command, *shape)
    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err
    assert "po list" not in ran.err, "there is no database to list them from"


@pytest.mark.parametrize(
    "command",
    [("outlets",), ("suppliers",), ("products",), ("products", "--search", "x")],
    ids=" ".join,
)
def test_what_is_refused_is_told_on_stderr_only(
    command: tuple[str, ...], bare_shell: Shell
) -> None:
    bare_shell.variables["LIGHTSPEED_API_TOKEN"] = "wrong"
    ran = bare_shell("vend", *command, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "Check the token" in ran.err


def test_a_login_that_the_missing_database_keeps_is_named(bare_shell: Shell) -> None:
    del bare_shell.variables["LIGHTSPEED_API_TOKEN"]
    bare_shell.variables |= {
        "LSYNC_LIGHTSPEED__CLIENT_ID": "app",
        "LSYNC_LIGHTSPEED__CLIENT_SECRET": "secret",
    }
    ran = bare_shell("vend", "outlets", "--json")
    assert (ran.code, ran.out) == (69, "")
    assert "There is no database" in ran.err
    assert "Next:" in ran.err
