"""A headless Chromium driven over its debugging port, as far as the dashboard's test needs it."""

import asyncio
import base64
import contextlib
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 60.0


class Page:
    """One open page: keys in, what its web sockets received out."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.received = ""
        """Everything that came over the page's web sockets, without escape sequences."""
        self.sockets: list[str] = []
        self.requested: list[str] = []

    async def send(self, method: str, **params: Any) -> None:
        """Send a command; its answer is not waited for."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})

    async def press(self, text: str) -> None:
        """Click on the terminal, so that it has the keys, and type one character."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.send(
                "Input.dispatchMouseEvent", type=kind, x=20, y=300, button="left", clickCount=1
            )
        await self.send("Input.dispatchKeyEvent", type="keyDown", text=text, key=text)
        await self.send("Input.dispatchKeyEvent", type="keyUp", key=text)

    async def until(self, part: str, *, seconds: float = START_SECONDS) -> None:
        """Wait until ``part`` has come over a web socket."""
        try:
            async with asyncio.timeout(seconds):
                while part not in self.received:
                    self._take(await self._socket.receive_json())
        except TimeoutError:
            raise AssertionError(f"never: {part}\n{self.received[-3000:]}") from None

    def _take(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Network.webSocketFrameReceived":
                self.received += _text(params["response"])
            case "Network.webSocketCreated":
                self.sockets.append(params["url"])
            case "Network.requestWillBeSent":
                self.requested.append(params["request"]["url"])


def _text(frame: dict[str, Any]) -> str:
    data = str(frame["payloadData"])
    if frame["opcode"] == 2:
        data = base64.b64decode(data).decode("utf-8", "replace")
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data)


@contextlib.asynccontextmanager
async def opened_page(chromium: str, url: str) -> AsyncIterator[Page]:
    """Open ``url`` in a browser of its own."""
    with tempfile.TemporaryDirectory(prefix="lsync-chromium-", ignore_cleanup_errors=True) as home:
        process = await asyncio.create_subprocess_exec(
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            f"--user-data-dir={home}",
            "--window-size=1100,640",
            "about:blank",
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "HOME": home},
        )
        try:
            async with aiohttp.ClientSession() as http:
                target = await _first_target(http, await _port(process))
                async with http.ws_connect(target, max_msg_size=0) as socket:
                    page = Page(socket)
                    await page.send("Network.enable")
                    await page.send("Page.enable")
                    await page.send("Page.navigate", url=url)
                    yield page
        finally:
            process.kill()
            await process.communicate()


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stderr is not None
    async with asyncio.timeout(START_SECONDS):
        async for line in process.stderr:
            found = re.search(rb"DevTools listening on ws://[^:]+:(\d+)/", line)
            if found:
                return int(found[1])
    raise AssertionError("the browser did not start")


async def _first_target(http: aiohttp.ClientSession, port: int) -> str:
    async with asyncio.timeout(START_SECONDS):
        while True:
            async with http.get(f"http://127.0.0.1:{port}/json/list") as answer:
                for each in json.loads(await answer.text()):
                    if each["type"] == "page":
                        return str(each["webSocketDebuggerUrl"])
            await asyncio.sleep(0.1)
