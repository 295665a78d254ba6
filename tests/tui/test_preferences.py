"""What is remembered between runs survives, and what cannot be read is no error."""

from pathlib import Path

import pytest

from lsync.tui.preferences import Preferences, load_preferences, save_preferences


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "dashboard.json"
    kept = Preferences(
        tab="jobs", theme="textual-light", filters={"jobs": "!x"}, sorts={"log": "-time"}
    )
    save_preferences(path, kept)
    assert load_preferences(path) == kept
    assert [each.name for each in path.parent.iterdir()] == ["dashboard.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"tab": 7}', b"\xff\x00"])
def test_a_spoilt_file_means_the_usual(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dashboard.json"
    path.write_bytes(content)
    assert load_preferences(path) == Preferences()


def test_a_place_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    save_preferences(tmp_path / "file" / "dashboard.json", Preferences())
    assert load_preferences(tmp_path / "nowhere.json") == Preferences()
