"""The first settings file: what it holds, that it is tried, and that nothing is overwritten."""

import stat
import tomllib
from pathlib import Path

import pytest

from lsync.core.settings import KEYS, load_settings
from lsync.core.settings.writing import render_file
from lsync.simulator.server import BoundSimulator
from tests.cli.conftest import Shell
from tests.cli.test_vend import TOKEN, simulator

__all__ = ["simulator"]


def test_a_file_explains_every_setting_and_sets_what_was_chosen(tmp_path: Path) -> None:
    text = render_file({"lightspeed.domain_prefix": "example", "queue.max_retries": "5"})
    (tmp_path / "c.toml").write_text(text)
    settings = load_settings(config=tmp_path / "c.toml", environment={"HOME": "/nowhere"})
    assert settings.lightspeed.domain_prefix == "example"
    assert settings.queue.max_retries == 5
    assert [key for key in KEYS if settings.is_set(key)] == [
        "lightspeed.domain_prefix",
        "queue.max_retries",
    ]
    for key in KEYS:
        assert f"{key.split('.')[1]} = " in text


def test_every_line_that_is_shown_could_be_set(tmp_path: Path) -> None:
    shown = render_file({}).splitlines()
    entries = [line.removeprefix("# ") if " = " in line else line for line in shown[3:]]
    text = "\n".join(line for line in entries if " = " in line or line.startswith("["))
    assert {f"{t}.{k}" for t, table in tomllib.loads(text).items() for k in table} == set(KEYS)


def test_a_tried_file_is_written_for_its_owner_only(
    empty_shell: Shell, simulator: BoundSimulator
) -> None:
    ran = empty_shell("config", "init", "--base-url", simulator.url, "--token", TOKEN)
    assert ran.code == 0, ran.err
    file = empty_shell.directory / ".config" / "lsync" / "config.toml"
    assert str(file) in ran.out
    assert TOKEN not in ran.out + ran.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert empty_shell("vend", "test").code == 0, "the next command finds it"
    again = empty_shell("config", "init", "--base-url", simulator.url, "--token", TOKEN)
    assert (again.code, "exists already" in again.err) == (1, True)
    forced = empty_shell("config:init", "--base-url", simulator.url, "--token", TOKEN, "--force")
    assert forced.code == 0


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["--token", "wrong"], 1, "Nothing was written"),
        (["--token", "wrong token"], 78, "lightspeed.api_token"),
        (["--token", "wrong token", "--no-test"], 78, "lightspeed.api_token"),
        (["--token", "t", "--database", "postgres://x", "--no-test"], 78, "database.url"),
        ([], 2, "lightspeed.api_token must be given"),
    ],
)
def test_what_does_not_work_is_not_saved(
    empty_shell: Shell, simulator: BoundSimulator, args: list[str], code: int, told: str
) -> None:
    ran = empty_shell("config", "init", "new.toml", "--base-url", simulator.url, *args)
    assert (ran.code, told in ran.err) == (code, True), ran.err
    assert not (empty_shell.directory / "new.toml").exists()


def test_an_address_that_nobody_answers_on_exits_69_unless_untried(empty_shell: Shell) -> None:
    args = ["config", "init", "new.toml", "--base-url", "http://127.0.0.1:9", "--token", "t"]
    assert empty_shell(*args).code == 69
    ran = empty_shell(*args, "--no-test", "--json")
    assert (ran.code, ran.json["tested"]) == (0, False)
    assert (empty_shell.directory / "new.toml").exists()
