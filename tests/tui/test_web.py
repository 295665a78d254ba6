"""``lsync web``: the dashboard in a real browser, and who is kept out of it."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.daemon.processes import running
from tests.databases import free_port
from tests.required import required
from tests.tui.browser import CHROMIUMS, opened_page

pytestmark = pytest.mark.process
START_SECONDS = 60.0


@dataclass
class Served:
    """A running ``lsync web`` over a running daemon."""

    address: str
    port: int


@asynccontextmanager
async def served(directory: Path, *options: str) -> AsyncIterator[Served]:
    port = free_port()
    async with running(directory) as daemon:
        environ = {**os.environ, "XDG_STATE_HOME": str(directory)}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "lsync", "web", "--port", str(port), "--socket", str(daemon.socket), *options),
            stdout=asyncio.subprocess.PIPE,
            env=environ,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                line = (await process.stdout.readline()).decode()
                await process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            yield Served(found[0], port)
        finally:
            process.terminate()
            await process.wait()


async def test_only_the_printed_address_opens_it(tmp_path: Path) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with served(tmp_path) as web, aiohttp.ClientSession(cookie_jar=jar) as http:
        own = f"http://127.0.0.1:{web.port}"
        for url, headers in (
            (f"{own}/", {}),
            (f"{own}/ws", {}),
            (f"{own}/?key=wrong", {}),
            (f"http://localhost:{web.port}/", {}),
            (web.address, {"Origin": "https://other.example"}),
            (web.address, {"Host": f"other.example:{web.port}"}),
        ):
            async with http.get(url, headers=headers) as answer:
                assert answer.status == 403, url
        async with http.get(web.address) as answer:
            assert answer.status == 200
            assert "key=" not in str(answer.url)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy


async def test_a_browser_shows_the_dashboard_and_may_only_look(tmp_path: Path) -> None:
    chromium = required(*CHROMIUMS, package="chromium")
    async with served(tmp_path) as web, opened_page(chromium, web.address) as page:
        await page.until("[1 Overview]")
        await page.until("read-only")
        await page.press("3")
        await page.until("[3 Jobs]")
        own = f"127.0.0.1:{web.port}"
        assert all(url.startswith(f"ws://{own}/") for url in page.sockets)
