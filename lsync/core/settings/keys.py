"""The names of settings, old and new, and what to suggest for a name that is none."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lsync.core.settings.model import Settings
from lsync.core.settings.sources import ESTABLISHED

SECRETS = ("api_token", "client_secret", "webhook_secret", "secret_previous", "url_token")


def _fields() -> Iterator[tuple[str, FieldInfo]]:
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, inner in model.model_fields.items():
                yield f"{section}.{name}", inner


FIELDS: dict[str, FieldInfo] = dict(_fields())
KEYS = tuple(FIELDS)
"""Every setting, in the order of the file."""

SECRET_KEYS = frozenset(key for key in KEYS if key.split(".")[1] in SECRETS)
NOT_STORABLE = ("database.", "daemon.", "source.", "cache.url")
"""Settings that are needed before the database can be read, or beside it."""


def variable(key: str) -> str:
    """Return the environment variable of a setting."""
    section, name = key.upper().split(".")
    old = next((name for name, known in ESTABLISHED.items() if known == key), None)
    return old or f"LSYNC_{section}__{name}"


def resolve_key(name: str) -> str:
    """Return the setting meant by its key, its variable, or its older name.

    Raises:
        KeyError: there is no such setting; the text names the nearest.
    """
    plain = name.strip()
    if plain.lower() in KEYS:
        return plain.lower()
    by_name = {variable(key).lower(): key for key in KEYS}
    by_name |= {old.lower(): key for old, key in ESTABLISHED.items()}
    by_name |= {f"lsync_{key.replace('.', '__')}": key for key in KEYS}
    if plain.lower() in by_name:
        return by_name[plain.lower()]
    raise KeyError(suggestion(plain))


def suggestion(name: str) -> str:
    """Return a sentence about a name that is no setting."""
    near = get_close_matches(name.lower()[:128], KEYS, n=1, cutoff=0.5)
    return f"there is no such setting{f'; did you mean {near[0]}?' if near else ''}"


def example_of(key: str) -> str | None:
    """Return an example of a setting's value."""
    examples = FIELDS[key].examples
    return str(examples[0]) if examples else None
