"""The dashboard behind a small web server: one process of ``lsync tui`` per browser tab.

textual-serve does the serving; it knows no users and no origins, so that is added here: other
users of this machine and pages of other sites must not get at the dashboard.
"""

import logging
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Final

from aiohttp import web
from textual_serve.server import Server

from lsync.cli.failures import FAILED, Failure
from lsync.cli.options import General

HOST: Final = "127.0.0.1"
COOKIE: Final = "lsync_key"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(given: General, *, port: int, read_only: bool) -> None:
    """Serve until Ctrl-C.

    Raises:
        Failure: the port is in use.
    """
    _check_free(port)
    os.environ.setdefault("TERM", "xterm-256color")
    os.environ["COLORTERM"] = "truecolor"
    key = secrets.token_urlsafe(16)
    GuardedServer(command(given, read_only=read_only), port=port, key=key).serve()


def command(given: General, *, read_only: bool) -> str:
    """The shell command that each browser tab runs."""
    words = [sys.executable, "-m", "lsync", "tui"]
    if read_only:
        words.append("--read-only")
    if given.config is not None:
        words += ["--config", str(given.config)]
    if given.socket is not None:
        words += ["--socket", str(given.socket)]
    return shlex.join(words)


class GuardedServer(Server):
    """Answers only who knows the key, only by its own address, and loads nothing from elsewhere."""

    def __init__(self, shell_command: str, *, port: int, key: str) -> None:
        """``key`` is part of the address that is printed."""
        super().__init__(shell_command, host=HOST, port=port, title="lsync")
        self._key = key
        self._own = f"{HOST}:{port}"

    @property
    def address(self) -> str:
        """What a person opens."""
        return f"http://{self._own}/?key={self._key}"

    def initialize_logging(self) -> None:
        """Say only what went wrong."""
        logging.basicConfig(level="WARNING", format="%(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: at this moment the port does not answer yet."""

    def serve(self, debug: bool = False) -> None:
        """Serve until Ctrl-C; the address is printed once the port answers."""
        self.debug = debug
        self.initialize_logging()
        web.run_app(
            self._make_app(), host=self.host, port=self.port, access_log=None, print=self._announce
        )

    def _announce(self, _listening: object) -> None:
        """Say where the dashboard is; aiohttp calls this when it listens."""
        print(f"The dashboard is at {self.address}", flush=True)  # noqa: T201 - what the command prints
        print("Ctrl-C ends it.", flush=True)  # noqa: T201 - what the command prints

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host != self._own or not self._same_origin(request):
            raise web.HTTPForbidden(text="This dashboard answers only to its own address.")
        if self._is_key(request.query.get("key", "")):
            answer = web.HTTPFound("/")
            answer.set_cookie(COOKIE, self._key, httponly=True, samesite="Strict")
            raise answer
        if not self._is_key(request.cookies.get(COOKIE, "")):
            raise web.HTTPForbidden(text="Open the address that `lsync web` printed, with its key.")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = self._policy()
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _same_origin(self, request: web.Request) -> bool:
        """A page of another site may open a web socket here; browsers tell its origin."""
        return request.headers.get("Origin", f"http://{self._own}") == f"http://{self._own}"

    def _is_key(self, given: str) -> bool:
        return compare_digest(given.encode(), self._key.encode())

    def _policy(self) -> str:
        return (
            "default-src 'self'; script-src 'self' 'unsafe-inline';"
            " style-src 'self' 'unsafe-inline';"
            f" img-src 'self' data:; connect-src 'self' ws://{self._own}; frame-ancestors 'none'"
        )


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Failure(
                f"Port {port} cannot be used: {error.strerror}.",
                next_step="Name another with --port.",
                code=FAILED,
            ) from error
