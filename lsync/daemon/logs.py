"""Log lines: JSON for a journal, readable on a terminal; outside text and secrets made harmless.

Everything goes to stderr. Libraries that use ``logging`` come out in the same shape.
"""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TextIO
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from structlog.types import EventDict, Processor

from lsync.core.domain.sanitise import visible
from lsync.core.settings import KEYS, Settings
from lsync.core.settings.showing import ADDRESSES

Shape = Literal["auto", "json", "console"]
HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|authorization|api_?key|signature|cookie", re.IGNORECASE
)
BEARER = re.compile(r"(?i)\b(bearer\s+)\S+")
URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^@/\s]+@")
QUIET = ("alembic", "httpx", "httpcore", "aiosqlite", "asyncio", "uvicorn", "sse_starlette")
MAX_TEXT = 4000
"""Longer values are cut: a log line is no place for a body."""


def set_up_logs(
    *,
    level: str = "info",
    shape: Shape = "auto",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send structlog and ``logging`` to ``stream`` (stderr), hiding ``secrets`` in it.

    ``shape`` auto is readable on a terminal and JSON elsewhere.
    """
    out = sys.stderr if stream is None else stream
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Harmless(secrets),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(shape, terminal=out.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten()


def set_up_logs_for(settings: Settings) -> None:
    """Log as the settings say, hiding every secret among them."""
    set_up_logs(level=settings.log.level, shape=settings.log.format, secrets=secrets_of(settings))


def secrets_of(settings: Settings) -> Iterator[str]:
    """Every value that must never be seen in a log."""
    for key in KEYS:
        value = settings.value(key)
        if isinstance(value, SecretStr):
            yield _secret_part(key, value.get_secret_value())


def _secret_part(key: str, value: str) -> str:
    """Of an address only the password is secret."""
    return (urlsplit(value).password or "") if key in ADDRESSES else value


class Harmless:
    """Makes every value of an event safe to show: no control characters, no secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """``secrets`` are hidden wherever they appear, even inside longer texts."""
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:  # noqa: ARG002 - structlog's signature
        """Return the event with each value cleaned; values named like a secret are replaced."""
        return {name: self._clean(name, value) for name, value in event.items()}

    def _clean(self, name: str, value: Any) -> Any:
        if name.startswith("_") or isinstance(value, bool | int | float | None):
            return value
        if SECRET_NAMES.search(name):
            return HIDDEN
        if isinstance(value, dict):
            return {str(key): self._clean(str(key), each) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean("", each) for each in value]
        return self._text(str(value), keep_lines=name in {"exception", "stack"})

    def _text(self, text: str, *, keep_lines: bool) -> str:
        shown = visible(text, keep_lines=keep_lines)
        for secret in self._secrets:
            shown = shown.replace(secret, HIDDEN)
        shown = URL_PASSWORD.sub(rf"\1{HIDDEN}@", BEARER.sub(rf"\1{HIDDEN}", shown))
        return shown if keep_lines or len(shown) <= MAX_TEXT else shown[:MAX_TEXT] + "…"


def _renderer(shape: Shape, *, terminal: bool) -> Processor:
    if shape == "json" or (shape == "auto" and not terminal):
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=_plain_exception)


def _plain_exception(sio: TextIO, exc_info: Any) -> None:
    """Only reached for exceptions that were not formatted before; local values are not shown."""
    structlog.dev.plain_traceback(sio, exc_info)


def _quieten() -> None:
    """Libraries speak up from warnings on; their requests are in the API log already."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
