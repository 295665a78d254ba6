"""Remembers look-ups in Redis, for several daemons together. A Redis that fails is done without."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter, ValidationError

from lsync.core.domain.catalogue import Product
from lsync.core.store.cache import ID, OUTLET, PARTIES, SKU, SUPPLIER, Answer, Name
from lsync.core.store.catalogue import Parties
from lsync.core.store.errors import StoreError

if TYPE_CHECKING:
    from redis.asyncio import Redis

TIMEOUT_SECONDS = 0.25
"""How long one question may take; the database answers it faster than that."""
REST_SECONDS = 10.0
"""How long a Redis that failed is left alone."""

_FORMS: dict[str, TypeAdapter[Any]] = {
    SKU: TypeAdapter(tuple[Product, ...]),
    ID: TypeAdapter(tuple[Product]),
    PARTIES: TypeAdapter(Parties),
    SUPPLIER: TypeAdapter(str),
    OUTLET: TypeAdapter(str),
}

log = structlog.get_logger(__name__)


class CacheUnusable(StoreError):  # noqa: N818 - beside ForeignTable
    """The setting ``cache.url`` is set and the library for it is not installed."""

    exit_code = 78


class RedisMemory:
    """Keys are ``<prefix><stamp>:<kind>:<word>``, each with a time to live."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        ttl_seconds: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is opened yet; ``clock`` counts seconds from anywhere.

        Raises:
            CacheUnusable: the library is missing.
        """
        self._redis, self._outages = _open(url)
        self._prefix = prefix
        self._ttl = ttl_seconds
        self._clock = clock
        self._rests_until = 0.0
        self._failing = False

    async def get_many(self, stamp: int, names: Sequence[Name]) -> Mapping[Name, Answer]:
        """Return what Redis knows; nothing while it cannot be asked."""
        if not names or self._clock() < self._rests_until:
            return {}
        try:
            found = await self._redis.mget([self._key(stamp, name) for name in names])
        except self._outages as error:
            self._fail(error)
            return {}
        self._work()
        pairs = zip(names, found, strict=True)
        return {name: answer for name, raw in pairs if (answer := _read(name, raw)) is not None}

    async def put_many(self, stamp: int, answers: Mapping[Name, Answer]) -> None:
        """Keep answers for a while, if Redis can be asked."""
        if self._clock() < self._rests_until:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for name, answer in answers.items():
            raw = _FORMS[name[0]].dump_json(answer)
            pipeline.set(self._key(stamp, name), raw, ex=self._ttl)
        try:
            await pipeline.execute()
        except self._outages as error:
            self._fail(error)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._redis.aclose()

    def _key(self, stamp: int, name: Name) -> str:
        kind, word = name
        return f"{self._prefix}{stamp:x}:{kind}:{word}"

    def _fail(self, error: Exception) -> None:
        """Leave Redis alone for a while; say so once, not for each order."""
        self._rests_until = self._clock() + REST_SECONDS
        if not self._failing:
            why = f"{type(error).__name__}: {error}"
            log.warning("Redis cannot be asked; the database answers instead", reason=why)
        self._failing = True

    def _work(self) -> None:
        if self._failing:
            log.info("Redis answers again")
        self._failing = False


def _open(url: str) -> "tuple[Redis, tuple[type[Exception], ...]]":
    """Return a client, and the errors that say that Redis cannot be asked."""
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
    except ImportError as missing:
        raise CacheUnusable(
            "The setting cache.url cannot be used.",
            why="The library for Redis is not installed.",
            next_step="Install it with `pip install lsync[redis]`, or leave the setting out.",
        ) from missing
    client: Redis = Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        decode_responses=False,
    )
    return client, (RedisError, OSError, TimeoutError)


def _read(name: Name, raw: bytes | str | None) -> Answer | None:
    """Return the answer; what cannot be read counts as not known."""
    if raw is None:
        return None
    try:
        answer: Answer = _FORMS[name[0]].validate_json(raw)
    except ValidationError:
        return None
    return answer
