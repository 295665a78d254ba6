"""Where this process remembers look-ups of the catalogue, as the settings say."""

from lsync.core.settings.cache import CacheSettings
from lsync.core.store.cache import Memory, ProcessMemory


def memory_of(chosen: CacheSettings) -> Memory:
    """Return a memory of this process, or in Redis where one is named.

    Raises:
        CacheUnusable: the library for Redis is missing.
    """
    if chosen.url is None:
        return ProcessMemory(ttl_seconds=chosen.ttl_seconds)
    from lsync.core.store.cache_redis import RedisMemory

    return RedisMemory(
        chosen.url.get_secret_value(), prefix=chosen.prefix, ttl_seconds=chosen.ttl_seconds
    )
