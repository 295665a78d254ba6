"""What every operation works with: settings, database, Lightspeed client, identity.

The daemon and an in-process command build the same thing; only the daemon has loops beside it.
What can be done with it is in ``operations``.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from lsync import __version__
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import ErrorMessage, Hello
from lsync.core.domain.adjustment import StockLimits
from lsync.core.domain.remote_change import Policy
from lsync.core.lightspeed import (
    Budget,
    Exchange,
    MemoryBudget,
    OAuthToken,
    TokenSource,
    XSeries,
    limit_for,
)
from lsync.core.lightspeed.exchange import ExchangeHook
from lsync.core.settings import Settings, SettingsError, load_settings
from lsync.core.store.budget import StoredBudget
from lsync.core.store.cache import CatalogueCache
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.store.sealing import SecretUnreadable
from lsync.core.sync.attribution import ExchangeLog
from lsync.core.sync.engine import LARGEST_PAGE, PAGE_SIZE, Engine, SyncRules
from lsync.daemon.cache import memory_of
from lsync.daemon.imports import RunningImports
from lsync.daemon.login_token import has_application, key_file, login_token
from lsync.daemon.metrics import Metrics
from lsync.daemon.settings_token import SettingsToken
from lsync.daemon.source import SourceConnection
from lsync.daemon.stored_values import read_stored

SHOP_HOSTS = ".retail.lightspeed.app"
"""What the addresses of real shops end with."""
Reload = Callable[[dict[str, str]], Settings]
"""Loads the settings anew, with the values stored in the database."""

API_TOKEN = "lightspeed.api_token"  # noqa: S105 - the name of the setting


def utc_now() -> datetime:
    """The process's time, aware UTC."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Application:
    """One instance of lsync. Until ``open`` has succeeded, whatever needs the database raises."""

    settings: Settings
    boot: str
    mode: Literal["daemon", "in_process"] = "daemon"
    read_only: bool = False
    metrics: Metrics = field(default_factory=Metrics)
    clock: Callable[[], datetime] = utc_now
    started_at: datetime = field(default_factory=utc_now)
    public_address: tuple[str, int] | None = None
    """Where this daemon's public port listens; None in process and where it only shows."""
    imports: RunningImports = field(default_factory=RunningImports)
    failure: StoreError | None = None
    """Why the database could not be used the last time."""
    _database: Database | None = None
    _client: XSeries | None = None
    _login: OAuthToken | None = None
    _budget: StoredBudget | None = None
    _spare_budget: MemoryBudget | None = None
    _engine: Engine | None = None
    _source: SourceConnection | None = None
    _reload: Reload | None = None
    _unreadable: Mapping[str, SecretUnreadable] = field(default_factory=dict)

    async def open(self, *, reload: Reload = lambda stored: load_settings(stored=stored)) -> None:
        """Open the database and take over the settings stored there.

        Raises:
            StoreError: it cannot be opened; may be tried again.
            SettingsError: a stored setting breaks its rule.
        """
        chosen = self.settings.database
        try:
            database = await Database.open(self.settings.database_url, chosen.table_prefix)
        except StoreError as failure:
            self.failure = failure
            raise
        try:
            await self._take_over(database, reload)
        except BaseException:
            await database.aclose()
            raise
        self._database, self.failure = database, None

    async def _take_over(self, database: Database, reload: Reload) -> None:
        """Load the settings with those stored; only a daemon needs every stored secret."""
        stored = await read_stored(database, key_file=key_file(self.settings))
        if self.mode == "daemon":
            for unreadable in stored.unreadable.values():
                raise unreadable
        self.settings = reload(dict(stored.values))
        self._reload, self._unreadable = reload, stored.unreadable

    async def aclose(self) -> None:
        """Close what was opened."""
        if self._client is not None:
            await self._client.aclose()
        if self._login is not None:
            await self._login.aclose()
        if self._engine is not None:
            await self._engine.cache.aclose()
        if self._source is not None:
            await self._source.aclose()
        if self._database is not None:
            await self._database.aclose()
        self._source = None
        self._client = self._login = self._database = self._budget = self._engine = None

    @property
    def database(self) -> Database:
        """The open database.

        Raises:
            StoreError: it is not open (yet); says why.
        """
        if self._database is None:
            raise self.failure or DatabaseUnavailable(
                "The database is not open yet.",
                why="The daemon has just started.",
                next_step="Try again in a moment.",
            )
        return self._database

    @property
    def ready(self) -> bool:
        """Whether the database is open."""
        return self._database is not None

    @property
    def source(self) -> SourceConnection | None:
        """The back office's own order tables; None if the settings name none.

        Raises:
            StoreError: lsync's own database is not open.
        """
        if self._source is None:
            self._source = SourceConnection.of(self.settings, own=self.database)
        return self._source

    @property
    def budget(self) -> StoredBudget:
        """The calls that all processes of this shop share."""
        if self._budget is None:
            limit = limit_for(self.settings.lightspeed.registers)
            self._budget = StoredBudget(self.database, limit=limit)
        return self._budget

    def require_lightspeed(self) -> None:
        """Check that Lightspeed could be asked. Raises like ``client``."""
        _ = self.client

    @property
    def login(self) -> OAuthToken | None:
        """The token of the configured OAuth application, made when first needed.

        Raises:
            ControlError: the domain prefix is not set.
        """
        if self._login is None and has_application(self.settings):
            try:
                self._login = login_token(
                    self.settings,
                    self.database,
                    on_exchange=self._exchange_hook(),
                    clock=self.clock,
                )
            except SettingsError as failure:
                raise _not_configured(failure) from failure
        return self._login

    @property
    def client(self) -> XSeries:
        """The X-Series client, made when first needed.

        Raises:
            ControlError: domain prefix or token are not set.
        """
        if self._client is None:
            self._client = self._make_client(self.budget, on_exchange=self._exchange_hook())
        return self._client

    @property
    def spare_budget(self) -> MemoryBudget:
        """The calls of this process alone, counted while no database is open."""
        if self._spare_budget is None:
            limit = limit_for(self.settings.lightspeed.registers)
            self._spare_budget = MemoryBudget(limit=limit, clock=self.clock)
        return self._spare_budget

    def spare_client(self) -> XSeries:
        """A client that needs no database: its calls are not recorded. The caller closes it.

        Raises:
            ControlError: domain prefix or token are not set.
            StoreError: the token is a login, which the database keeps.
        """
        return self._make_client(self.spare_budget, on_exchange=None)

    @property
    def rules(self) -> SyncRules:
        """The settings that decide what a sync does."""
        sync = self.settings.sync
        return SyncRules(
            auto_send=sync.auto_send,
            quiet=timedelta(seconds=sync.quiet_seconds),
            max_attempts=self.settings.queue.max_retries + 1,
            page_size=min(self.settings.lightspeed.page_maximum or PAGE_SIZE, LARGEST_PAGE),
            cost_policy=Policy(sync.cost_policy),
            line_policy=Policy(sync.line_policy),
            stock_limits=StockLimits(
                amount=Decimal(str(self.settings.stock.amount)),
                quantity=Decimal(str(self.settings.stock.quantity)),
            ),
        )

    @property
    def engine(self) -> Engine:
        """What sync operations work with. Raises like ``client`` and ``database``.

        Raises:
            CacheUnusable: Redis is to be used and its library is missing.
        """
        if self._engine is None:
            self._engine = Engine(
                database=self.database,
                client=self.client,
                rules=self.rules,
                clock=self.clock,
                cache=CatalogueCache(memory_of(self.settings.cache)),
            )
        return self._engine

    def hello(self) -> Hello:
        """Who this is."""
        return Hello(
            version=__version__,
            boot=self.boot,
            pid=os.getpid(),
            mode=self.mode,
            read_only=self.read_only,
            instance=self.settings.lightspeed.domain_prefix or "",
            production=self._is_production(),
        )

    def _is_production(self) -> bool:
        try:
            host = urlsplit(self.settings.api_url()).hostname or ""
        except SettingsError:
            return False
        return host.endswith(SHOP_HOSTS)

    def _make_client(self, budget: Budget, *, on_exchange: ExchangeHook | None) -> XSeries:
        try:
            url, token = self.settings.api_url(), self._token()
        except SettingsError as failure:
            raise _not_configured(failure) from failure
        return XSeries(
            base_url=url,
            token=token,
            budget=budget,
            request_envelope=self.settings.lightspeed.request_envelope,
            on_exchange=on_exchange,
            clock=self.clock,
        )

    def _token(self) -> TokenSource:
        """A personal token wins over a login."""
        if self.settings.lightspeed.api_token is None and API_TOKEN in self._unreadable:
            raise self._unreadable[API_TOKEN]
        login = self.login if self.settings.lightspeed.api_token is None else None
        if login is not None:
            return login
        return SettingsToken(self.settings.api_token(), current=self._current_token)

    async def _current_token(self) -> str | None:
        """The token as the settings have it now, with what was stored since the start."""
        if self._database is None or self._reload is None:
            return None
        stored = await read_stored(self._database, key_file=key_file(self.settings))
        token = self._reload(dict(stored.values)).lightspeed.api_token
        return None if token is None else token.get_secret_value()

    def _exchange_hook(self) -> ExchangeHook:
        log, metrics = ExchangeLog(self.database), self.metrics

        async def record(exchange: Exchange) -> None:
            metrics.count_exchange(exchange)
            await log(exchange)

        return record


def _not_configured(failure: SettingsError) -> ControlError:
    return ControlError(
        ErrorMessage(
            error="Lightspeed cannot be reached: a setting is missing.",
            why="; ".join(str(problem) for problem in failure.problems),
            next_step="Set it in config.toml or the environment, or with `lsync config set`.",
            exit_code=failure.exit_code,
        ),
        status=409,
    )
