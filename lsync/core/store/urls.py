"""Reads ``database.url``. Opens nothing; never shows a password."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from lsync.core.store.errors import BadDatabaseUrlError

SCHEMES = ("sqlite", "mysql", "mariadb")
DEFAULT_PORT, HIGHEST_PORT = 3306, 65535
EXAMPLES = (
    "sqlite:////var/lib/lsync/lsync.db or mysql://lsync:PASSWORD@db1.example,db2.example/lsync"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteUrl:
    """A SQLite file."""

    path: Path

    @property
    def shown(self) -> str:
        """The database as a person may see it."""
        return f"sqlite:///{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MysqlUrl:
    """A MySQL or MariaDB database, behind one server or several of one cluster."""

    hosts: tuple[tuple[str, int], ...]
    database: str
    user: str
    password: str = field(repr=False)
    unix_socket: str | None = None

    @property
    def shown(self) -> str:
        """The database as a person may see it: without the password."""
        where = ",".join(f"{host}:{port}" for host, port in self.hosts)
        socket = f"?unix_socket={self.unix_socket}" if self.unix_socket else ""
        return f"mysql://{self.user}@{where}/{self.database}{socket}"


DatabaseUrl = SqliteUrl | MysqlUrl


def parse_url(url: str) -> DatabaseUrl:
    """Read ``sqlite:///PATH`` or ``mysql://USER:PASSWORD@HOST[:PORT][,HOST…]/DATABASE``.

    ``mariadb://`` means the same as ``mysql://``; ``?unix_socket=PATH`` connects by a socket.
    An absolute SQLite path has four slashes.

    Raises:
        BadDatabaseUrlError: it is neither. The message never repeats the URL, which may hold
            a password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in SCHEMES:
        raise _bad("it starts with none of sqlite://, mysql://, mariadb://")
    if scheme.lower() == "sqlite":
        return _sqlite(rest)
    return _mysql(url)


def _bad(why: str) -> BadDatabaseUrlError:
    return BadDatabaseUrlError(
        "The setting database.url cannot be used:", why=f"{why}.", next_step=f"Example: {EXAMPLES}"
    )


def _sqlite(rest: str) -> SqliteUrl:
    if not rest.startswith("/") or rest == "/" or rest.lstrip("/").startswith(":memory:"):
        raise _bad("sqlite:/// must be followed by the path of a file")
    return SqliteUrl(path=Path(unquote(rest[1:])).expanduser())


def _mysql(url: str) -> MysqlUrl:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _bad("the brackets around a host do not match") from None
    credentials, _, places = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    query = parse_qs(parts.query)
    unknown = set(query) - {"unix_socket"}
    if unknown:
        raise _bad(f"the option {min(unknown)!r} is not known")
    database = unquote(parts.path[1:])
    if not user or not database or "/" in database:
        raise _bad("a user and the name of one database are needed")
    return MysqlUrl(
        hosts=tuple(_host(place) for place in (places or "localhost").split(",")),
        database=database,
        user=unquote(user),
        password=unquote(password),
        unix_socket=query.get("unix_socket", [None])[0],
    )


def _host(place: str) -> tuple[str, int]:
    if place.startswith("["):
        name, _, rest = place[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        name, _, port = place.partition(":")
    if not name or (port and not port.isdecimal()):
        raise _bad("each host is NAME or NAME:PORT, separated by commas")
    if port and (len(port) > 5 or not 1 <= int(port) <= HIGHEST_PORT):
        raise _bad(f"a port is a number from 1 to {HIGHEST_PORT}")
    return name, int(port) if port else DEFAULT_PORT
