"""The example file shows every setting with its default, and can be used as it is."""

import re
import tomllib
from pathlib import Path

from lsync.core.settings import KEYS, load_settings, show

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def _keys(text: str) -> dict[str, bool]:
    """Every key that is set or shown in a comment, and whether it is set."""
    section, found = "", {}
    for line in text.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1]
        elif entry := re.match(r"(# )?([a-z_]+) = ", line):
            found[f"{section}.{entry[2]}"] = entry[1] is None
    return found


def test_it_holds_every_setting() -> None:
    assert list(_keys(EXAMPLE.read_text(encoding="utf-8"))) == list(KEYS)


def test_every_setting_has_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"(# )?[a-z_]+ = ", line) and not line.startswith("cost_policy"):
            before = lines[number - 1]
            assert before.startswith("# ") or re.match(r"[a-z_]+ = ", before), line


def test_it_shows_the_defaults(tmp_path: Path) -> None:
    plain = load_settings(environment={"HOME": str(tmp_path)}, directory=tmp_path)
    loaded = load_settings(config=EXAMPLE, environment={"HOME": str(tmp_path)}, directory=tmp_path)
    assert loaded.model_dump() == plain.model_dump()
    kept = {each.key for each in show(loaded) if each.source.startswith(str(EXAMPLE))}
    assert kept == {key for key, is_set in _keys(EXAMPLE.read_text("utf-8")).items() if is_set}


def test_its_examples_are_valid(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^# ([a-z_]+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"))
    assert tomllib.loads(text)
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    settings = load_settings(config=path, environment={}, directory=tmp_path)
    assert settings.lightspeed.domain_prefix == "example"
