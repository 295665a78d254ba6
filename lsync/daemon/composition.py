"""The composition root: wires sockets, servers, application and loops, and takes them down."""

import asyncio
import secrets
import socket
from collections.abc import MutableMapping
from contextlib import ExitStack
from functools import partial

import structlog

from lsync.core.control.errors import ControlError
from lsync.core.settings import Settings
from lsync.core.sync.staging import remove_left
from lsync.daemon.application import Application, Reload
from lsync.daemon.control_app import create_control_app
from lsync.daemon.events import EventHub
from lsync.daemon.listeners import Listeners, claim
from lsync.daemon.logs import set_up_logs_for
from lsync.daemon.loops.keeping import pause
from lsync.daemon.loops.opening import check_engine, check_source, open_database
from lsync.daemon.loops.tasks import background_tasks
from lsync.daemon.notify import Notifier, watchdog_interval
from lsync.daemon.operations.changes import load_changes
from lsync.daemon.public_side import create_public_side, warn_of_unsigned
from lsync.daemon.refusals import EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.deadlines import DeadlineProtocol, Limits, OpenConnections
from lsync.daemon.serving.peers import PeerProtocol
from lsync.daemon.serving.server import EmbeddedServer
from lsync.daemon.signals import StopSignals
from lsync.daemon.supervising import Supervisor

CONTROL_LIMITS = Limits(request_seconds=30.0, connections=256, connections_per_address=256)
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
        public: bool = True,
    ) -> None:
        """Nothing is opened yet. ``public``: with a port for webhooks."""
        self._public = public
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
            listeners = claim(
                self._application.settings,
                environ=self._environ,
                held=held,
                read_only=self._application.read_only,
                public=self._public,
            )
            await self._run_on(listeners)
        if self._refused is not None:
            raise self._refused
        if self._work.failed or self._serving.failed:
            return 1
        return self._exit_code

    async def _run_on(self, listeners: Listeners) -> None:
        remove_left(self._application.settings.daemon.state_dir)
        servers = self._servers(listeners)
        self._serving.start(
            {name: server.run_until_stopped(on) for name, (server, on) in servers.items()}
        )
        self._serving.start({"watchdog": self._keep_watchdog()})
        self._work.start({"start": self._start()})
        await self._signals.drain.wait()
        log.info("stopping")
        self._notifier.stopping()
        self._application.imports.stopping = True
        self._work.start({"imports": self._application.imports.ended()})
        await self._work.wait()
        self._hub.close()
        for server, _ in servers.values():
            server.stop()
        await self._serving.wait(drain_seconds=SERVER_SECONDS)
        await self._application.aclose()
        log.info("stopped")

    def _servers(self, listeners: Listeners) -> dict[str, tuple[EmbeddedServer, socket.socket]]:
        servers = {"control socket": (self._control(read_only=False), listeners.control)}
        if listeners.reading is not None:
            servers["reading socket"] = (self._control(read_only=True), listeners.reading)
        if listeners.public is not None:
            host, number = listeners.public.getsockname()[:2]
            self._application.public_address = (host, number)
            limits = Limits(proxies=self._application.settings.webhooks.trusted_proxies)
            public = EmbeddedServer(
                create_public_side(self._application),
                protocol=partial(DeadlineProtocol, open_connections=OpenConnections(limits)),
                proxies=limits.proxies,
            )
            servers["public port"] = (public, listeners.public)
        return servers

    def _control(self, *, read_only: bool) -> EmbeddedServer:
        return EmbeddedServer(
            create_control_app(self._application, hub=self._hub, read_only=read_only),
            protocol=partial(PeerProtocol, open_connections=OpenConnections(CONTROL_LIMITS)),
        )

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
        set_up_logs_for(self._application.settings)  # the database may have added secrets
        warn_of_unsigned(self._application.settings)
        try:
            if not self._application.read_only:
                self._application.require_lightspeed()
                check_engine(self._application)
                await check_source(self._application)
        except ControlError as missing:
            self._refuse(StartRefusedError.of(missing.message))
            return
        except StartRefusedError as refused:
            self._refuse(refused)
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
