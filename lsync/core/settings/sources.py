"""The places settings come from, each read into key, raw value and origin. Judges no value."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

ESTABLISHED = {
    "LIGHTSPEED_DOMAIN_PREFIX": "lightspeed.domain_prefix",
    "LIGHTSPEED_API_TOKEN": "lightspeed.api_token",
    "LIGHTSPEED_BASE_URL": "lightspeed.base_url",
    "LIGHTSPEED_WEBHOOK_SECRET": "lightspeed.webhook_secret",
    "QUEUE_MAX_RETRIES": "queue.max_retries",
    "QUEUE_RETRY_DELAYS": "queue.retry_delays",
    "QUEUE_WORKER_SLEEP": "queue.worker_sleep",
    "SYNC_AUTO_ON_APPROVAL": "sync.auto_on_approval",
    "SYNC_BATCH_SIZE": "sync.batch_size",
}
"""Environment variables that keep the names people already use."""


class SourceKind(IntEnum):
    """Where a value can come from; later wins."""

    DEFAULT = 0
    FILE = 1
    DATABASE = 2
    DOTENV = 3
    ENVIRONMENT = 4
    FLAG = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one value came from: a file and line, a variable, or just the kind of place."""

    kind: SourceKind
    detail: str = ""

    def __str__(self) -> str:
        """For a person."""
        words = {
            SourceKind.DEFAULT: "default",
            SourceKind.FILE: "",
            SourceKind.DATABASE: "database (config set)",
            SourceKind.DOTENV: "",
            SourceKind.ENVIRONMENT: "environment",
            SourceKind.FLAG: "command line",
        }
        return " ".join(part for part in (words[self.kind], self.detail) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One value as it was found; never shown, since it may be a secret."""

    key: str
    value: Any = field(repr=False)
    source: Source


class UnreadableSourceError(ValueError):
    """A file of settings cannot be read at all."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name the file; ``reason`` is a sentence."""
        super().__init__(reason)
        self.path = path


def read_toml(path: Path) -> list[Found]:
    """Return every value of a settings file, with its line.

    Raises:
        UnreadableSourceError: it cannot be opened or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UnreadableSourceError(path, "it is no text in UTF-8, so no settings file") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UnreadableSourceError(path, f"it cannot be read: {error}") from error
    lines = _lines(text)
    return [
        Found(
            key=key,
            value=value,
            source=Source(kind=SourceKind.FILE, detail=_place(path, lines.get(key))),
        )
        for key, value in _flatten(data)
    ]


def _flatten(data: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for section, content in data.items():
        if isinstance(content, Mapping):
            yield from ((f"{section}.{name}", value) for name, value in content.items())
        else:
            yield section, content


def _place(path: Path, line: int | None) -> str:
    return str(path) if line is None else f"{path} line {line}"


def _lines(text: str) -> dict[str, int]:
    """Return on which line each key stands, for the usual layout of a settings file."""
    section = ""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            section = f"{header[1]}."
        elif entry := re.match(r"\s*([\w.-]+)\s*=", line):
            found.setdefault(section + entry[1], number)
    return found


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the variables of a ``.env`` file; a missing file has none.

    Raises:
        UnreadableSourceError: it cannot be read.
    """
    if not path.is_file():
        return {}
    # Loading the library takes longer than most commands, and few directories have such a file.
    from pydantic_settings import BaseSettings, DotEnvSettingsSource

    try:
        source = DotEnvSettingsSource(
            BaseSettings, env_file=path, env_file_encoding="utf-8", case_sensitive=True
        )
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSourceError(path, f"it cannot be read: {error}") from error
    return {name: value for name, value in source.env_vars.items() if value is not None}


def read_variables(variables: Mapping[str, str], *, source: Source) -> list[Found]:
    """Return the values among ``variables`` that are settings; an empty one counts as not set.

    ``LSYNC_SECTION__KEY`` is always meant for lsync, even if no such setting exists; it comes
    after the established name of the same setting, and so wins.
    """
    found = []
    for name, value in sorted(
        variables.items(), key=lambda item: (item[0].upper() not in ESTABLISHED, item[0])
    ):
        key = ESTABLISHED.get(name.upper())
        if key is None and (match := re.fullmatch(r"LSYNC_([A-Z]+)__(\w+)", name.upper())):
            key = f"{match[1]}.{match[2]}".lower()
        if key is not None and value.strip():
            detail = f"{source.detail} {name}".strip()
            found.append(
                Found(key=key, value=value, source=Source(kind=source.kind, detail=detail))
            )
    return found
