"""The composition root: wires sockets, servers, application and loops, and takes them down."""

import asyncio
import os
import secrets
import socket
from collections.abc import MutableMapping
from contextlib import ExitStack
from functools import partial

import structlog

from lsync import __version__
from lsync.core.control.errors import ControlError
from lsync.core.settings import Settings
from lsync.daemon.application import Application, Reload
from lsync.daemon.control_app import create_control_app
from lsync.daemon.events import EventHub
from lsync.daemon.instance_lock import lock_database
from lsync.daemon.loops.keeping import pause
from lsync.daemon.loops.opening import open_database
from lsync.daemon.loops.tasks import background_tasks
from lsync.daemon.notify import Notifier, watchdog_interval
from lsync.daemon.operations.changes import load_changes
from lsync.daemon.public_side import create_public_side
from lsync.daemon.refusals import EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.activation import take_inherited
from lsync.daemon.serving.control_socket import ControlSocket
from lsync.daemon.serving.deadlines import DeadlineProtocol, Limits, OpenConnections
from lsync.daemon.serving.peers import PeerProtocol
from lsync.daemon.serving.public_port import bind_public
from lsync.daemon.serving.server import EmbeddedServer
from lsync.daemon.signals import StopSignals
from lsync.daemon.supervising import Supervisor

CONTROL_LIMITS = Limits(request_seconds=30.0, connections=256, connections_per_address=256)
PUBLIC_LIMITS = Limits()
SERVER_SECONDS = 3.0

log = structlog.get_logger(__name__)


class Daemon:
    """One run of the daemon."""

    def __init__(
        self,
        settings: Settings,
        *,
        reload: Reload,
        environ: MutableMapping[str, str],
        read_only: bool = False,
    ) -> None:
        """Nothing is opened yet."""
        self._environ = environ
        self._reload = reload
        self._signals = StopSignals()
        self._notifier = Notifier(environ)
        self._application = Application(
            settings=settings, boot=secrets.token_hex(6), read_only=read_only
        )
        self._hub = EventHub(
            boot=self._application.boot, load=partial(load_changes, self._application)
        )
        stop, now = self._signals.drain, self._signals.now
        self._work = Supervisor(drain=stop, now=now)
        self._serving = Supervisor(drain=stop, now=now)
        self._refused: StartRefusedError | None = None
        self._exit_code = 0

    async def run(self) -> int:
        """Run until a signal or a failure; return the exit code.

        Raises:
            StartRefusedError: it must not run as things stand.
        """
        self._signals.install(asyncio.get_running_loop())
        with ExitStack() as held:
            control, public = self._bind(held)
            await self._run_on(control, public)
        if self._refused is not None:
            raise self._refused
        if self._work.failed or self._serving.failed:
            return 1
        return self._exit_code

    def _bind(self, held: ExitStack) -> tuple[socket.socket, socket.socket]:
        chosen = self._application.settings
        inherited = take_inherited(self._environ, pid=os.getpid())
        control = (
            ControlSocket.bind(chosen.daemon.socket)
            if inherited.control is None
            else ControlSocket.inherited(inherited.control)
        )
        held.callback(control.close)
        lock = lock_database(chosen.database_url)
        if lock is not None:
            held.callback(lock.release)
        public = inherited.public or bind_public(chosen.webhooks.host, chosen.webhooks.port)
        held.callback(public.close)
        log.info(
            "listening",
            version=__version__,
            pid=os.getpid(),
            control=str(control.path),
            public=":".join(map(str, public.getsockname()[:2])),
        )
        return control.listener, public

    async def _run_on(self, control: socket.socket, public: socket.socket) -> None:
        servers = self._servers()
        on_control, on_public = servers
        self._serving.start(
            {
                "control socket": on_control.run_until_stopped(control),
                "public port": on_public.run_until_stopped(public),
                "watchdog": self._keep_watchdog(),
            }
        )
        self._work.start({"start": self._start()})
        await self._work.wait()
        self._notifier.stopping()
        self._hub.close()
        for server in servers:
            server.stop()
        await self._serving.wait(drain_seconds=SERVER_SECONDS)
        await self._application.aclose()
        log.info("stopped")

    def _servers(self) -> tuple[EmbeddedServer, EmbeddedServer]:
        application = self._application
        control = EmbeddedServer(
            create_control_app(application, hub=self._hub),
            protocol=partial(PeerProtocol, open_connections=OpenConnections(CONTROL_LIMITS)),
        )
        public = EmbeddedServer(
            create_public_side(application),
            protocol=partial(DeadlineProtocol, open_connections=OpenConnections(PUBLIC_LIMITS)),
        )
        return control, public

    async def _start(self) -> None:
        """Get hold of the database, then start everything that works on it."""
        self._notifier.status("Opening the database")
        try:
            opened = await open_database(
                self._application,
                reload=self._reload,
                stop=self._signals.drain,
                tell=self._notifier.status,
            )
        except StartRefusedError as refused:
            self._refuse(refused)
            return
        if not opened:
            return
        try:
            self._application.require_lightspeed()
        except ControlError as missing:
            self._refuse(StartRefusedError.of(missing.message))
            return
        self._application.database.listen(self._hub.note)
        self._work.start(
            background_tasks(
                self._application,
                self._hub,
                stop=self._signals.drain,
                out_of_memory=self._out_of_memory,
            )
        )
        self._notifier.ready()
        self._notifier.status(f"Working on {self._application.database.shown}")
        log.info("working", database=self._application.database.shown)

    def _refuse(self, refused: StartRefusedError) -> None:
        self._refused = refused
        self._signals.drain.set()

    def _out_of_memory(self) -> None:
        self._exit_code = EXIT_RETRY
        self._signals.drain.set()

    async def _keep_watchdog(self) -> None:
        """Each turn proves that the event loop turns; a blocked one is restarted by systemd."""
        interval = watchdog_interval(self._environ)
        while interval is not None and not self._signals.drain.is_set():
            self._notifier.alive()
            await pause(interval.total_seconds(), stop=self._signals.drain)
