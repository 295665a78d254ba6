"""The public port over an ``Application``: what its routes may look at and change."""

from functools import partial

import structlog
from starlette.types import ASGIApp

from lsync.core.settings import Settings
from lsync.daemon.application import Application
from lsync.daemon.operations import overview
from lsync.daemon.presenting.budget import budget_message
from lsync.daemon.public_app import create_public_app
from lsync.daemon.webhook_endpoint import OriginRules, WebhookEndpoint
from lsync.daemon.webhook_intake import WebhookIntake

log = structlog.get_logger(__name__)


def create_public_side(application: Application) -> ASGIApp:
    """Return the ASGI application of the public port."""
    rules = _LatestRules()
    endpoint = WebhookEndpoint(
        rules=lambda: rules.of(application.settings),
        keep=WebhookIntake(application).keep,
        metrics=application.metrics,
    )
    return create_public_app(
        webhooks=endpoint,
        metrics=application.metrics,
        ready=partial(_check_ready, application),
        measure=partial(_measure, application),
    )


class _LatestRules:
    """The rules of the settings that hold now, made once for each of their states."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._rules = OriginRules()

    def of(self, settings: Settings) -> OriginRules:
        if settings is not self._settings:
            self._settings, self._rules = settings, origin_rules(settings)
        return self._rules


def origin_rules(settings: Settings) -> OriginRules:
    """What proves a delivery's origin; two secrets hold while one replaces the other."""
    chosen = (settings.lightspeed.webhook_secret, settings.webhooks.secret_previous)
    token = settings.webhooks.url_token
    return OriginRules(
        secrets=tuple(secret.get_secret_value() for secret in chosen if secret is not None),
        url_token=token.get_secret_value() if token is not None else None,
        allow_unsigned=settings.webhooks.allow_unsigned,
    )


def warn_of_unsigned(settings: Settings) -> None:
    """Say loudly that anybody may send webhooks here."""
    if settings.webhooks.allow_unsigned:
        log.warning(
            "WEBHOOKS WITHOUT ANY PROOF ARE ACCEPTED",
            why="webhooks.allow_unsigned is on: anyone who reaches the port can send them",
            next_step="set lightspeed.webhook_secret or webhooks.url_token and switch it off",
        )


async def _check_ready(application: Application) -> None:
    """Database and queue answer, and the last change could be written."""
    await overview.queue_stats(application)
    if application.database.trouble is not None:
        raise application.database.trouble


async def _measure(application: Application) -> None:
    application.metrics.show(
        queue=await overview.queue_stats(application),
        syncs=await overview.sync_counts(application),
        budget=budget_message(await application.budget.state()),
    )
    application.metrics.show_gaps(
        await overview.webhook_meter(application),
        allow_unsigned=application.settings.webhooks.allow_unsigned,
    )
