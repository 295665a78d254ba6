"""Probing the account behind lsync, and keeping what was found in the settings."""

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.domain.explain import sentence
from lsync.core.lightspeed import LightspeedError
from lsync.core.lightspeed.probe import NAME, Findings, ProbeImpossible, probe
from lsync.core.settings import Settings
from lsync.core.settings.sources import SourceKind
from lsync.core.store import stored_settings
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application
from lsync.daemon.operations.lightspeed import EXIT_LATER, lightspeed_failure
from lsync.daemon.operations.missing import not_allowed

CALLS = 20
"""Calls that must be free, so that no probe stops half-way and leaves its consignment."""

KEPT_BY = "vend probe"


async def probe_account(application: Application) -> m.VendProbe:
    """Probe with one disposable consignment and keep the findings as stored settings.

    Raises:
        ControlError: the budget is too small now, the shop has nothing to probe with, or
            Lightspeed refused; says when a consignment may be left.
    """
    await _require_budget(application)
    try:
        findings = await probe(application.client.scoped(urgent=True))
    except ProbeImpossible as impossible:
        raise not_allowed(
            "The account cannot be probed.",
            why=sentence(str(impossible)),
            next_step="Add an outlet and a simple product in Lightspeed, then try again.",
        ) from impossible
    except LightspeedError as failure:
        raise _failed(failure) from failure
    found = as_settings(findings)
    await application.database.run(lambda tx: _keep(tx, found))
    return _present(findings, application, found)


def as_settings(findings: Findings) -> dict[str, str]:
    """The findings by the settings that keep them.

    A page that was not cut does not tell how large it may get.
    """
    found = {
        "lightspeed.request_envelope": findings.envelope,
        "lightspeed.repeated_line": findings.repeated_line,
        "lightspeed.deletes_open": "true" if findings.deletes_open else "false",
    }
    if findings.page_was_cut:
        found["lightspeed.page_maximum"] = str(findings.largest_page)
    return found


async def _require_budget(application: Application) -> None:
    state = await application.budget.state()
    if state.remaining < CALLS:
        message = m.ErrorMessage(
            error="There are too few calls left for a probe; nothing was sent.",
            why=f"It takes up to {CALLS}, and {state.remaining} of {state.limit} are left.",
            next_step="Try again in five minutes.",
            exit_code=EXIT_LATER,
        )
        raise ControlError(message, status=409)


async def _keep(tx: Transaction, found: dict[str, str]) -> None:
    now = await tx.now()
    for key, value in found.items():
        await stored_settings.put(tx, key, value=value, by=KEPT_BY, now=now)


def _present(findings: Findings, application: Application, found: dict[str, str]) -> m.VendProbe:
    return m.VendProbe(
        envelopes=findings.envelopes,
        request_envelope=findings.envelope,
        repeated_line=findings.repeated_line,
        largest_page=findings.largest_page,
        page_was_cut=findings.page_was_cut,
        deletes_open=findings.deletes_open,
        left_behind=findings.left_behind,
        database=application.database.shown,
        stored=found,
        overridden=_overridden(application.settings, found),
    )


def _overridden(settings: Settings, found: dict[str, str]) -> dict[str, str]:
    """The keys that a source above the database decides, with that source."""
    return {
        key: settings.told_origin(key)
        for key in found
        if settings.origin(key).kind > SourceKind.DATABASE
    }


def _failed(failure: LightspeedError) -> ControlError:
    error = lightspeed_failure(failure)
    if not failure.may_have_happened:
        return error
    left = f"Look in Lightspeed for an order named “{NAME}” and delete it."
    message = error.message
    return ControlError(
        message.model_copy(update={"next_step": f"{message.next_step} {left}"}),
        status=error.status,
    )
