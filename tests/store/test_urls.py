"""Reading database.url."""

from pathlib import Path

import pytest

from lsync.core.store.errors import BadDatabaseUrlError
from lsync.core.store.urls import MysqlUrl, SqliteUrl, parse_url


def test_sqlite_paths() -> None:
    assert parse_url("sqlite:////var/lib/x.db") == SqliteUrl(path=Path("/var/lib/x.db"))
    assert parse_url("sqlite:///x.db") == SqliteUrl(path=Path("x.db"))
    assert parse_url("sqlite:///a%20b.db") == SqliteUrl(path=Path("a b.db"))


def test_mysql_with_everything() -> None:
    url = parse_url("mariadb://u%40x:p%2Fw@db1.example:3307,db2.example,[::1]:3308/shop")
    assert url == MysqlUrl(
        hosts=(("db1.example", 3307), ("db2.example", 3306), ("::1", 3308)),
        database="shop",
        user="u@x",
        password="p/w",
    )


def test_a_unix_socket() -> None:
    url = parse_url("mysql://u@localhost/shop?unix_socket=/run/mysqld/mysqld.sock")
    assert isinstance(url, MysqlUrl)
    assert url.unix_socket == "/run/mysqld/mysqld.sock"


def test_the_password_is_never_shown() -> None:
    url = parse_url("mysql://u:hunter2@db1.example/shop")
    assert "hunter2" not in url.shown + repr(url)
    assert url.shown == "mysql://u@db1.example:3306/shop"


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "lsync.db",
        "postgres://u:hunter2@h/d",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://x.db",
        "mysql://h/d",
        "mysql://u:hunter2@h",
        "mysql://u:hunter2@h/",
        "mysql://u:hunter2@h:port/d",
        "mysql://u:hunter2@h,/d",
        "mysql://u:hunter2@h:99999/d",
        "mysql://u:hunter2@h:0/d",
        "mysql://u:hunter2@h:33060000000000/d",
        "mysql://u:hunter2@[::1/d",
        "mysql://u:hunter2@h/d?ssl=1",
    ],
)
def test_anything_else_is_refused_without_repeating_it(bad: str) -> None:
    with pytest.raises(BadDatabaseUrlError, match=r"database\.url") as error:
        parse_url(bad)
    assert "hunter2" not in str(error.value)
    assert "Example: sqlite:///" in str(error.value)
