"""Secrets among the stored settings, sealed with the key file that also seals the login."""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from lsync.core.store.errors import StoreError
from lsync.core.store.token_vault import TokensUnreadable, create_key, read_key

WHAT = "A secret kept in the database cannot be opened."
SET_AGAIN = "Set it again with `lsync config set`, or copy the key file from where that was done."


class SecretUnreadable(StoreError):  # noqa: N818 - beside TokensUnreadable
    """A stored secret cannot be sealed or opened with the key at hand."""

    exit_code = 78


def seal(secret: str, *, key_file: Path) -> str:
    """Return the secret as it may lie in the database; makes the key file if there is none.

    Raises:
        SecretUnreadable: the key file cannot be read or written.
    """
    try:
        if not key_file.exists():
            create_key(key_file)
        return Fernet(read_key(key_file)).encrypt(secret.encode()).decode()
    except TokensUnreadable as error:
        raise _unreadable("The secret cannot be kept.", error) from error


def unseal(sealed: str, *, key_file: Path) -> str:
    """Return the secret again.

    Raises:
        SecretUnreadable: the key file cannot be read, or it is not the one it was sealed with.
    """
    try:
        return Fernet(read_key(key_file)).decrypt(sealed).decode()
    except TokensUnreadable as error:
        raise _unreadable(WHAT, error) from error
    except (InvalidToken, ValueError) as error:
        why = f"It was sealed with another key than {key_file}."
        raise SecretUnreadable(WHAT, why=why, next_step=SET_AGAIN) from error


def _unreadable(what: str, error: TokensUnreadable) -> SecretUnreadable:
    exposed = error.next_step.startswith("Run")
    next_step = error.next_step if exposed else SET_AGAIN
    return SecretUnreadable(what, why=error.why, next_step=next_step)
