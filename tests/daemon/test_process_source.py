"""Real daemons over a back office's own tables on MariaDB."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.processes import DaemonProcess, running, until
from tests.daemon.simulated import SimulatorProcess, simulator
from tests.daemon.test_process_work import created
from tests.databases import MariaDB
from tests.sync.back_office import SETTINGS, BackOffice, back_office

pytestmark = [pytest.mark.process, pytest.mark.mariadb]

LINES: list[tuple[str, object, object]] = [("SKU-0070", "2", "2.50"), ("SKU-0073", "3", "0.75")]


@pytest.fixture
def office(mariadb: MariaDB, tmp_path: Path) -> Iterator[BackOffice]:
    with back_office("mariadb", mariadb, tmp_path) as made:
        yield made


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    async with simulator(tmp_path) as started:
        yield started


def settings(office: BackOffice, shop: str, **changes: object) -> dict[str, dict[str, Any]]:
    source = {**SETTINGS, "url": office.url, "changed_column": "updated_at", **changes}
    return {"lightspeed": {"base_url": shop}, "source": source}


def user(server: MariaDB, office: BackOffice, *grants: str) -> str:
    """A user of the back office's server with only these rights; return its URL."""
    name = office.url.rpartition("/")[2]
    account = "'reader'@'127.0.0.1'"
    server.admin(
        f"CREATE OR REPLACE USER {account} IDENTIFIED BY 'reading'",
        *(f"GRANT {grant.format(name)} TO {account}" for grant in grants),
    )
    return f"mysql://reader:reading@127.0.0.1:{server.port}/{name}"


READ = ("SELECT ON `{}`.`po headers`", "SELECT ON `{}`.`po_lines`")
WRITE = "UPDATE (ls_consignment, ls_status, ls_synced_at) ON `{}`.`po headers`"


async def refused(daemon: DaemonProcess) -> str:
    await daemon.spawn()
    assert await daemon.ended() == 78
    return daemon.log.read_text()


async def test_from_approval_to_the_consignments_id_with_the_least_rights(
    tmp_path: Path, shop: SimulatorProcess, office: BackOffice, mariadb: MariaDB
) -> None:
    url = user(mariadb, office, *READ, WRITE)
    office.enter("PO-1", LINES, status="Draft")
    async with running(tmp_path / "d", settings=settings(office, shop.url, url=url)) as daemon:
        office.set("PO-1", status="Approved")
        untouched = office.everything_else()

        async def synced() -> bool:
            return office.written("PO-1")[1] == "synced"

        await until(synced)
        consignment, _ = office.written("PO-1")
        assert await created(shop) == {"PO-1": 1}
        async with daemon.client() as client:
            assert (await client.order("PO-1")).consignment_ids == (consignment,)
        assert office.everything_else() == untouched


async def test_a_daemon_killed_in_between_makes_one_consignment_and_writes_its_id(
    tmp_path: Path, shop: SimulatorProcess, office: BackOffice
) -> None:
    given = settings(office, shop.url, consignment_column="ls_consignment")
    async with running(tmp_path / "d", settings=given) as daemon:
        for number in ("PO-1", "PO-2", "PO-3"):
            office.enter(number, LINES)

            async def noticed(number: str = number) -> bool:
                return office.written(number)[1] is not None

            await until(noticed)
            await daemon.kill()
            await daemon.start()

        async def synced() -> bool:
            return all(office.written(f"PO-{it}")[1] == "synced" for it in (1, 2, 3))

        await until(synced, seconds=180)  # a job that crashed while it ran alone rests 30 s
        assert await created(shop) == {"PO-1": 1, "PO-2": 1, "PO-3": 1}


@pytest.mark.parametrize("database_kind", ["mariadb"])
async def test_two_daemons_on_one_database_make_one_consignment_of_each_order(
    tmp_path: Path, shop: SimulatorProcess, office: BackOffice, database_url: str
) -> None:
    given = settings(office, shop.url, compare_seconds=5)
    numbers = [f"PO-{it}" for it in range(6)]
    rows = {}
    async with (
        running(tmp_path / "one", settings=given, database_url=database_url) as one,
        running(tmp_path / "two", settings=given, database_url=database_url),
        one.client() as client,
    ):
        for number in numbers:
            rows[number] = office.enter(number, LINES)

        async def synced() -> bool:
            return all(office.written(it)[1] == "synced" for it in numbers)

        await until(synced)
        assert await created(shop) == dict.fromkeys(numbers, 1)
        office.run(
            "UPDATE po_lines SET qty = 9 WHERE header = ? AND position = 1", values=(rows["PO-0"],)
        )

        async def edited() -> bool:
            order = await client.order("PO-0")
            quantities = [int(line.quantity) for line in order.lines]
            return quantities == [9, 3] and order.sync_state == "synced"

        await until(edited)
        revisions = {each.order_number: each.revision for each in await client.orders()}
        assert revisions == {**dict.fromkeys(numbers, 1), "PO-0": 2}


@pytest.mark.parametrize(
    ("changes", "key", "told"),
    [
        ({"quantity_column": "quantity"}, "source.quantity_column", "no column quantity of po_"),
        ({"lines_table": "nowhere"}, "source.lines_table", "no table nowhere"),
        ({"status_column": "state"}, "source.status_column", "no column state of po headers"),
    ],
)
async def test_a_name_that_is_not_there_is_told_with_its_setting(
    tmp_path: Path, office: BackOffice, changes: dict[str, object], key: str, told: str
) -> None:
    given = settings(office, "http://127.0.0.1:9", **changes)
    log = await refused(DaemonProcess(tmp_path, settings=given))
    assert key in log
    assert told in log


async def test_a_user_that_may_only_read_is_told_which_column_it_cannot_write(
    tmp_path: Path, office: BackOffice, mariadb: MariaDB
) -> None:
    url = user(mariadb, office, *READ)
    given = settings(office, "http://127.0.0.1:9", url=url)
    log = await refused(DaemonProcess(tmp_path, settings=given))
    assert "source.consignment_column" in log
    assert "Grant" in log
    assert "reading" not in log


async def test_a_user_that_may_only_read_is_enough_where_nothing_is_written_back(
    tmp_path: Path, office: BackOffice, shop: SimulatorProcess, mariadb: MariaDB
) -> None:
    url = user(mariadb, office, *READ)
    given = settings(office, shop.url, url=url)
    for key in ("consignment_column", "status_column", "synced_column"):
        del given["source"][key]
    office.enter("PO-1", LINES)
    async with running(tmp_path / "d", settings=given) as daemon, daemon.client() as client:

        async def submitted() -> bool:
            found = await client.orders()
            return [order.state for order in found] == ["submitted"]

        await until(submitted)
        assert office.written("PO-1") == (None, None)


async def test_a_right_that_is_taken_away_is_shown_and_ends_nothing(
    tmp_path: Path, office: BackOffice, shop: SimulatorProcess, mariadb: MariaDB
) -> None:
    url = user(mariadb, office, *READ, WRITE)
    given = settings(office, shop.url, url=url)
    async with running(tmp_path / "d", settings=given) as daemon, daemon.client() as client:
        name = office.url.rpartition("/")[2]
        lines = f"SELECT ON `{name}`.`po_lines`"
        mariadb.admin(f"REVOKE {lines} FROM 'reader'@'127.0.0.1'")
        office.enter("PO-1", LINES)

        async def shown() -> bool:
            health = {each.name: each for each in (await client.status()).health}
            return health["source"].state == "failed" and "po_lines" in health["source"].message

        await until(shown)
        mariadb.admin(f"GRANT {lines} TO 'reader'@'127.0.0.1'")

        async def synced() -> bool:
            return office.written("PO-1")[1] == "synced"

        await until(synced)
