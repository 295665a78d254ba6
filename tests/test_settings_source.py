"""The settings that name a back office's own tables, and the address of a cache."""

from pathlib import Path

import pytest

from lsync.core.settings import Settings, SettingsError, check_value, load_settings, show

TABLES = {"source.orders_table": "shop.headers", "source.lines_table": "po lines"}


def load(tmp_path: Path, **flags: object) -> Settings:
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return load_settings(environment={}, directory=tmp_path, flags={**TABLES, **named})


def test_nothing_is_named_by_default(tmp_path: Path) -> None:
    assert load_settings(environment={}, directory=tmp_path).source.layout() is None


def test_the_names_become_a_layout(tmp_path: Path) -> None:
    found = load(tmp_path, source__approved_states="Approved, 3", source__outlet="Main").source
    layout = found.layout()
    assert layout is not None
    assert layout.approved == {"approved", "3"}
    assert layout.states == ("Approved", "3", "cancelled")
    assert layout.order_columns == {"supplier": "supplier"}
    assert layout.outlet == "Main"
    assert [key for key, _ in layout.named_line_columns()][-1] == "cost_column"


@pytest.mark.parametrize(
    "name", ["a`b", 'a"b', "a;b", "a.b.c", "", "x" * 65, "a\nb", "a--%s(", "tab\tle", "a'"]
)
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    for key in ("source__orders_table", "source__sku_column", "source__status_column"):
        with pytest.raises(SettingsError, match="it must be the name of a"):
            load(tmp_path, **{key: name})


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"source__since": "2026-01-01"}, "source.changed_column"),
        ({"source__approved_states": " , "}, "at least one value"),
        ({"source__since": "yesterday"}, "a day like 2026-11-23"),
        ({"source__url": "sqlite:////tmp/other.db"}, "it must be mysql://"),
        ({"source__status_column": "State"}, "cannot be read and written back both"),
        (
            {"source__status_column": "one", "source__synced_column": "ONE"},
            "two of its write-back columns are the same",
        ),
        ({"cache__url": "http://127.0.0.1"}, "it must be redis://"),
        ({"cache__prefix": "a b"}, "letters, digits, colons"),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, flags: dict[str, object], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        load(tmp_path, **flags)


def test_one_table_without_the_other_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"source\.lines_table must be set as well"):
        load_settings(environment={}, directory=tmp_path, flags={"source.orders_table": "orders"})


def test_passwords_in_addresses_are_not_shown(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        source__url="mysql://lsync:canary@db.example/shop",
        cache__url="redis://:canary@cache.example:6379/1?password=canary",
    )
    shown = {each.key: each.value for each in show(settings)}
    assert shown["source.url"] == "mysql://lsync@db.example:3306/shop"
    assert shown["cache.url"] == "redis://cache.example:6379/1"
    assert "canary" not in repr(settings)


@pytest.mark.parametrize("key", ["source.orders_table", "source.url", "cache.url"])
def test_they_are_not_kept_in_the_database(key: str) -> None:
    with pytest.raises(SettingsError, match="set it in the file or environment"):
        check_value(key, "redis://127.0.0.1")
