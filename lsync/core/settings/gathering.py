"""Every value that was given for a setting, wherever it stands. Judges none of them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsync.core.settings.errors import SettingProblem, SettingsError
from lsync.core.settings.paths import find_config_file
from lsync.core.settings.sources import (
    Found,
    Source,
    SourceKind,
    UnreadableSourceError,
    read_dotenv,
    read_toml,
    read_variables,
)


def gather(
    *,
    config: Path | None = None,
    stored: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
    directory: Path | None = None,
) -> dict[str, Found]:
    """Return by key what was given for each setting; the arguments are those of ``load_settings``.

    Raises:
        SettingsError: a file cannot be read.
    """
    variables = os.environ if environment is None else environment
    place = Path.cwd() if directory is None else directory
    path = find_config_file(config, environment=variables, directory=place)
    try:
        layers = [
            read_toml(path) if path else [],
            _given(stored or {}, SourceKind.DATABASE),
            _variables(read_dotenv(place / ".env"), SourceKind.DOTENV, str(place / ".env")),
            _variables(variables, SourceKind.ENVIRONMENT, ""),
            _given(flags or {}, SourceKind.FLAG),
        ]
    except UnreadableSourceError as error:
        raise SettingsError([SettingProblem(key=str(error.path), rule=str(error))]) from error
    return {value.key: value for layer in layers for value in layer}


def _variables(variables: Mapping[str, str], kind: SourceKind, detail: str) -> list[Found]:
    return read_variables(variables, source=Source(kind=kind, detail=detail))


def _given(values: Mapping[str, Any], kind: SourceKind) -> list[Found]:
    return [
        Found(key=key, value=value, source=Source(kind=kind))
        for key, value in values.items()
        if value is not None
    ]
