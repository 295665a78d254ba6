"""Keeping settings in the database. What they mean, and which source wins, is the model's."""

import os

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.domain.sanitise import visible
from lsync.core.settings import SECRET_KEYS, SettingsError, SourceKind, check_value, resolve_key
from lsync.core.settings.keys import suggestion
from lsync.core.settings.showing import MASK
from lsync.core.store import stored_settings
from lsync.core.store.database import Transaction
from lsync.core.store.sealing import seal
from lsync.daemon.application import API_TOKEN, Application
from lsync.daemon.login_token import key_file
from lsync.daemon.operations.missing import bad_input, not_allowed


async def change(application: Application, wanted: m.SettingChange, *, by: str) -> m.SettingChanged:
    """Store a value, or forget the stored one.

    Raises:
        ControlError: no such setting, a value that breaks its rule, a setting that cannot be kept
            there, or one that a higher source decides.
        SecretUnreadable: a secret cannot be sealed.
    """
    key = _known(wanted.key)
    if wanted.value is not None:
        _check(application, key, wanted.value)
    secret = key in SECRET_KEYS
    text = wanted.value or ""
    sealed = seal(text, key_file=key_file(application.settings)) if secret and text else text

    async def work(tx: Transaction) -> bool:
        was_stored = await stored_settings.find(tx, key) is not None
        if wanted.value is None:
            await stored_settings.remove(tx, key)
        else:
            now = await tx.now()
            await stored_settings.put(tx, key, value=sealed, by=by, now=now, encrypted=secret)
        return was_stored

    return m.SettingChanged(
        key=key,
        value=MASK if secret and wanted.value is not None else wanted.value,
        secret=secret,
        was_stored=await application.database.run(work),
        at_once=key == API_TOKEN,
        database=application.database.shown,
    )


def _known(name: str) -> str:
    try:
        return resolve_key(name)
    except KeyError as error:
        raise bad_input(
            f"There is no setting {visible(name)}.",
            why=visible(suggestion(name)),
            next_step="`lsync config show` lists all.",
        ) from error


def _check(application: Application, key: str, value: str) -> None:
    try:
        check_value(key, value)
    except SettingsError as wrong:
        raise ControlError(
            m.ErrorMessage(
                error="Nothing was stored.",
                why="; ".join(str(problem) for problem in wrong.problems),
                next_step="Give a value as `config.example.toml` describes it; the old one stays.",
                exit_code=wrong.exit_code,
            ),
            status=422,
        ) from wrong
    origin = application.settings.origin(key)
    if origin.kind > SourceKind.DATABASE:
        daemon = application.mode == "daemon"
        whose = f" of the running daemon (process {os.getpid()})" if daemon else ""
        raise not_allowed(
            f"Nothing was stored: {key} comes from {visible(str(origin))}{whose}, which wins.",
            why="A value in the database would never be used.",
            next_step="Change it there, or take it out there, and restart the daemon."
            if daemon
            else "Change it there, or take it out there first.",
        )
