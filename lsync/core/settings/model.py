"""Every setting: its type, its rule, its default and what it means."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
)

from lsync.core.settings import base_url as addresses
from lsync.core.settings.cache import CacheSettings
from lsync.core.settings.errors import SettingProblem, SettingsError
from lsync.core.settings.limits import InvoiceSettings, StockSettings
from lsync.core.settings.section import Section, Whole
from lsync.core.settings.source import SourceSettings
from lsync.core.settings.sources import Source, SourceKind
from lsync.core.settings.values import (
    check_database_url,
    check_public_url,
    check_secret,
    check_socket,
    check_time_zone,
    check_url_token,
    expanded,
    matching,
    read_delays,
    read_networks,
    refuse_bool,
)

Seconds = Annotated[float, BeforeValidator(refuse_bool)]
Secret = Annotated[SecretStr, AfterValidator(check_secret)]
Policy = Literal["apply", "propose", "report"]
RepeatedLine = Literal["adds up", "replaces", "is refused"]

_PREFIX = matching(r"[A-Za-z0-9_]{0,32}", "it must be at most 32 letters, digits and underscores")
_SHOP = matching(
    r"[a-z0-9-]{1,63}",
    "it must be the first part of the shop's address only: a-z, 0-9 and hyphens, "
    "as in https://example.retail.lightspeed.app",
)
_VERSION = matching(r"[0-9][0-9A-Za-z.-]{0,19}", "it must look like 2026-07")
_NAME = matching(r"[A-Za-z0-9_.-]{1,64}", "it must be 1 to 64 letters, digits, dots and hyphens")
_CLIENT = matching(r"[\x21-\x7e]{1,256}", "it must be printable ASCII without spaces")


class DatabaseSettings(Section):
    """Where orders, jobs and logs are kept."""

    url: Annotated[SecretStr, AfterValidator(check_database_url)] = Field(
        description="The database; it may hold a password, so it is not shown whole.",
        examples=["mysql://lsync:PASSWORD@db.example/lsync"],
    )
    table_prefix: Annotated[str, AfterValidator(_PREFIX)] = Field(
        default="",
        description="Text before each table name.",
        examples=["lsync_"],
    )


class LightspeedSettings(Section):
    """The Lightspeed Retail X-Series account."""

    domain_prefix: Annotated[str, AfterValidator(_SHOP)] | None = Field(
        default=None,
        description="First part of the shop's address.",
        examples=["example"],
    )
    api_token: Secret | None = Field(
        default=None, description="Personal token.", examples=["lsxs_pt_…"]
    )
    client_id: Annotated[str, AfterValidator(_CLIENT)] | None = Field(
        default=None,
        description="Id of an OAuth application; `lsync vend login` then takes the token's place.",
        examples=["the-application's-client-id"],
    )
    client_secret: Secret | None = Field(
        default=None,
        description="Secret of that application.",
        examples=["the application's client secret"],
    )
    webhook_secret: Secret | None = Field(
        default=None,
        description="Client secret with which webhooks are signed.",
        examples=["the application's client secret"],
    )
    base_url: Annotated[str, AfterValidator(addresses.check)] = Field(
        default=addresses.DEFAULT,
        description="Address of the API.",
        examples=["http://127.0.0.1:8760"],
    )
    api_version: Annotated[str, AfterValidator(_VERSION)] = Field(
        default="2026-07",
        description="Version of the API.",
        examples=["2026-07"],
    )
    request_envelope: Literal["bare", "data"] = Field(
        default="bare",
        description="Whether consignment and line bodies are wrapped in data.",
        examples=["bare"],
    )
    repeated_line: RepeatedLine | None = Field(
        default=None,
        description="What a second POST of one product's line does; `lsync vend probe` finds out.",
        examples=["adds up"],
    )
    page_maximum: Whole | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Entries the account gives in one page; `lsync vend probe` finds out.",
        examples=["1000"],
    )
    deletes_open: bool | None = Field(
        default=None,
        description="Whether an OPEN consignment with a line can be deleted; "
        "`lsync vend probe` finds out.",
        examples=["true"],
    )
    registers: Whole = Field(
        default=1, ge=1, le=3000, description="Tills of the shop; sets the budget.", examples=["2"]
    )


class QueueSettings(Section):
    """How jobs are run."""

    max_retries: Whole = Field(
        default=3, ge=0, le=100, description="Attempts after the first.", examples=["3"]
    )
    retry_delays: Annotated[tuple[timedelta, ...], BeforeValidator(read_delays)] = Field(
        default=(timedelta(seconds=60), timedelta(seconds=300), timedelta(seconds=900)),
        description="Seconds between attempts; the last one repeats.",
        examples=["60,300,900"],
    )
    worker_sleep: Seconds = Field(
        default=5,
        gt=0,
        le=3600,
        description="Longest idle wait between looks at the database, in seconds.",
        examples=["5"],
    )
    concurrency: Whole = Field(
        default=8, ge=1, le=256, description="Jobs run at a time.", examples=["8"]
    )
    max_memory_mb: Whole | None = Field(
        default=None,
        ge=64,
        description="Memory after which the daemon drains and ends, in MB.",
        examples=["512"],
    )
    keep_days: Whole = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days that completed and cancelled jobs are kept.",
        examples=["30"],
    )
    keep_failed_days: Whole = Field(
        default=90,
        ge=1,
        le=3650,
        description="Days that failed jobs are kept for someone to look at.",
        examples=["90"],
    )


class SyncSettings(Section):
    """What is done to orders."""

    auto_on_approval: bool = Field(
        default=True, description="Approval queues the sync at once.", examples=["true"]
    )
    auto_send: bool = Field(
        default=True, description="A verified order is marked sent.", examples=["true"]
    )
    batch_size: Whole = Field(
        default=50, ge=1, le=1000, description="Orders per round of sync pending.", examples=["50"]
    )
    poll_seconds: Seconds = Field(
        default=60, ge=1, le=86400, description="Between looks at Lightspeed.", examples=["60"]
    )
    reconcile_seconds: Seconds = Field(
        default=3600,
        ge=60,
        le=7 * 86400,
        description="Between comparisons of every open order with its consignments.",
        examples=["3600"],
    )
    sweep_seconds: Seconds = Field(
        default=86400,
        ge=3600,
        le=30 * 86400,
        description="Between searches of the last 30 days for consignments no order knows.",
        examples=["86400"],
    )
    quiet_seconds: Seconds = Field(
        default=360,
        ge=0,
        le=86400,
        description="How long an uncertain create rests before the second look.",
        examples=["360"],
    )
    push_receipts: bool = Field(
        default=False,
        description="What is counted here is sent to Lightspeed as totals.",
        examples=["true"],
    )
    line_policy: Policy = Field(
        default="propose", description="What a changed line does.", examples=["propose"]
    )
    cost_policy: Policy = Field(
        default="propose", description="What a changed cost does.", examples=["propose"]
    )


class WebhookSettings(Section):
    """The public HTTP port."""

    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address to listen on.", examples=["::1"]
    )
    port: Whole = Field(
        default=8750, ge=0, le=65535, description="Port to listen on.", examples=["8750"]
    )
    public_url: Annotated[str, AfterValidator(check_public_url)] | None = Field(
        default=None,
        description="Where Lightspeed reaches this port.",
        examples=["https://hooks.example.com"],
    )
    secret_previous: Secret | None = Field(
        default=None,
        description="The secret before the current one, while both are in use.",
        examples=["the old client secret"],
    )
    url_token: Annotated[SecretStr, AfterValidator(check_url_token)] | None = Field(
        default=None,
        description="Unguessable text in the subscribed address, for webhooks without signature.",
        examples=["what `openssl rand -hex 32` prints"],
    )
    allow_unsigned: bool = Field(
        default=False,
        description="Accept webhooks without any proof of who sent them.",
        examples=["false"],
    )
    trusted_proxies: Annotated[tuple[str, ...], BeforeValidator(read_networks)] = Field(
        default=("127.0.0.1", "::1"),
        description="Reverse proxies whose X-Forwarded-For names the sender.",
        examples=["127.0.0.1,10.0.0.0/8"],
    )
    keep_days: Whole = Field(
        default=90,
        ge=30,
        le=3650,
        description="Days for which received webhooks are kept; 30 are needed to know repeats.",
        examples=["90"],
    )


class DaemonSettings(Section):
    """The background process."""

    socket: Annotated[Path, AfterValidator(check_socket)] = Field(
        description="Control socket.", examples=["/run/lsync/control.sock"]
    )
    state_dir: Annotated[Path, AfterValidator(expanded)] = Field(
        description="Folder for lsync's files.", examples=["/var/lib/lsync"]
    )
    name: Annotated[str, AfterValidator(_NAME)] | None = Field(
        default=None,
        description="Name of this worker.",
        examples=["warehouse-1"],
    )


class LogSettings(Section):
    """What the daemon writes to its log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least urgent level that is written.", examples=["info"]
    )
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: readable on a terminal, else JSON.", examples=["json"]
    )


class DisplaySettings(Section):
    """How things are shown to people."""

    timezone: Annotated[str, AfterValidator(check_time_zone)] | None = Field(
        default=None, description="Time zone; the system's if none.", examples=["Europe/Berlin"]
    )

    @property
    def zone(self) -> ZoneInfo | None:
        """For ``moment.astimezone(zone)``: ``None`` is the system's own."""
        return ZoneInfo(self.timezone) if self.timezone else None


class Settings(BaseModel):
    """All settings. Made by ``load_settings``, which also says where each came from."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database: DatabaseSettings
    lightspeed: LightspeedSettings = LightspeedSettings()
    queue: QueueSettings = QueueSettings()
    sync: SyncSettings = SyncSettings()
    invoices: InvoiceSettings = InvoiceSettings()
    stock: StockSettings = StockSettings()
    source: SourceSettings = SourceSettings()
    cache: CacheSettings = CacheSettings()
    webhooks: WebhookSettings = WebhookSettings()
    daemon: DaemonSettings
    log: LogSettings = LogSettings()
    display: DisplaySettings = DisplaySettings()

    _sources: dict[str, Source] = PrivateAttr(default_factory=dict)

    def told_origin(self, key: str) -> str:
        """Return where the value of ``key`` came from, e.g. ``environment LSYNC_LOG__LEVEL``."""
        return str(self.origin(key))

    def origin(self, key: str) -> Source:
        """Return the same as a value."""
        return self._sources.get(key, Source(kind=SourceKind.DEFAULT))

    def is_set(self, key: str) -> bool:
        """Say whether somebody chose the value of ``key``."""
        return self.origin(key).kind is not SourceKind.DEFAULT

    def value(self, key: str) -> Any:
        """Return the value of ``key``, e.g. ``queue.max_retries``."""
        section, name = key.split(".")
        return getattr(getattr(self, section), name)

    @property
    def database_url(self) -> str:
        """The database's address with its password, for opening it."""
        return self.database.url.get_secret_value()

    def api_url(self) -> str:
        """Return the complete address of the API.

        Raises:
            SettingsError: it needs the shop's domain prefix, which is not set.
        """
        wanted = self.lightspeed
        if wanted.domain_prefix is None and "{domain_prefix}" in wanted.base_url:
            raise self._missing("lightspeed.domain_prefix", "LIGHTSPEED_DOMAIN_PREFIX=example")
        return addresses.fill(
            wanted.base_url,
            domain_prefix=wanted.domain_prefix or "",
            api_version=wanted.api_version,
        )

    def api_token(self) -> str:
        """Return the token for the API.

        Raises:
            SettingsError: none is set.
        """
        token = self.lightspeed.api_token
        if token is None:
            raise self._missing("lightspeed.api_token", "LIGHTSPEED_API_TOKEN=lsxs_pt_…")
        return token.get_secret_value()

    def _missing(self, key: str, example: str) -> SettingsError:
        rule = "it is not set, and nothing can be asked of Lightspeed without it"
        return SettingsError([SettingProblem(key=key, rule=rule, example=example)])
