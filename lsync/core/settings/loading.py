"""From all places to one validated model; every wrong value is reported at once."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lsync.core.domain.sanitise import visible
from lsync.core.settings.errors import SettingProblem, SettingsError
from lsync.core.settings.gathering import gather
from lsync.core.settings.keys import (
    KEYS,
    NOT_STORABLE,
    SECRET_KEYS,
    example_of,
    resolve_key,
    suggestion,
)
from lsync.core.settings.model import Settings
from lsync.core.settings.paths import default_socket, default_state_dir
from lsync.core.settings.rules import rule_of
from lsync.core.settings.sources import Found, Source, SourceKind
from lsync.core.settings.values import expanded

HIDDEN = SECRET_KEYS | {"database.url", "source.url", "cache.url"}
PASSWORD = re.compile(r"://[^/\s]*@")
"""The part of an address that may hold one."""
LONGEST_SHOWN = 80


def load_settings(
    *,
    config: Path | None = None,
    stored: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
    directory: Path | None = None,
) -> Settings:
    """Return the settings of this process.

    Later wins: defaults, the file (``config``, else the first found), ``stored`` values from the
    database, ``.env`` in ``directory``, ``environment`` (default: the process's), ``flags`` by
    key (those that are None were not given).

    Raises:
        SettingsError: a file cannot be read, a name is unknown, or a value breaks its rule.
    """
    found = gather(
        config=config, stored=stored, environment=environment, flags=flags, directory=directory
    )
    _refuse_unknown(found.values())
    return _build(found, environment=os.environ if environment is None else environment)


def check_value(key: str, value: str) -> None:
    """Check one value as ``config set`` would store it.

    Raises:
        SettingsError: it breaks its rule, is unknown, or may not be kept in the database.
    """
    try:
        known = resolve_key(key)
    except KeyError as error:
        raise SettingsError([SettingProblem(key=key, rule=str(error.args[0]))]) from None
    if known.startswith(NOT_STORABLE):
        rule = "it is needed before the database can be read; set it in the file or environment"
        raise SettingsError([SettingProblem(key=known, rule=rule)])
    found = Found(key=known, value=value, source=Source(kind=SourceKind.DATABASE))
    _build({known: found}, environment={})


def _refuse_unknown(found: Iterable[Found]) -> None:
    problems = [
        SettingProblem(
            key=visible(value.key), source=visible(str(value.source)), rule=suggestion(value.key)
        )
        for value in found
        if value.key not in KEYS
    ]
    if problems:
        raise SettingsError(problems)


def _build(found: Mapping[str, Found], *, environment: Mapping[str, str]) -> Settings:
    nested: dict[str, dict[str, Any]] = {}
    for key, value in (_defaults(found, environment) | _raw(found)).items():
        section, name = key.split(".")
        nested.setdefault(section, {})[name] = value
    try:
        settings = Settings(**nested)
    except ValidationError as error:
        raise SettingsError(_problems(error, found)) from None
    settings._sources.update({key: value.source for key, value in found.items()})  # noqa: SLF001 - only this module may say where values came from
    return settings


def _raw(found: Mapping[str, Found]) -> dict[str, Any]:
    return {key: value.value for key, value in found.items()}


def _defaults(found: Mapping[str, Found], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the defaults that depend on where lsync runs."""
    chosen = found.get("daemon.state_dir")
    state_dir = default_state_dir(environment)
    if chosen is not None and isinstance(chosen.value, str | Path):
        with suppress(ValueError):  # the model says what is wrong with it
            state_dir = expanded(Path(chosen.value))
    return {
        "daemon.state_dir": state_dir,
        "daemon.socket": default_socket(environment, state_dir=state_dir),
        "database.url": f"sqlite:///{state_dir / 'lsync.db'}",
    }


def _problems(error: ValidationError, found: Mapping[str, Found]) -> list[SettingProblem]:
    problems = {}
    for detail in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in detail["loc"][:2])
        origin = found.get(key)
        problems[key] = SettingProblem(
            key=key,
            source=str(origin.source) if origin else "default",
            given=None if origin is None or _is_secret(key, origin.value) else _shown(origin.value),
            rule=rule_of(detail),
            example=example_of(key) if key in KEYS else None,
        )
    return list(problems.values())


def _is_secret(key: str, value: object) -> bool:
    return key in HIDDEN or PASSWORD.search(str(value)) is not None


def _shown(value: object) -> str:
    text = visible(str(value))
    return f"“{text[:LONGEST_SHOWN]}”"
