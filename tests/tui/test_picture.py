"""The README's picture is made by the real app."""

from datetime import UTC
from pathlib import Path
from typing import Any

from lsync.tui.picture import Recording, play, record, save_picture, take_picture
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon

DOCS = Path(__file__).parents[2] / "docs"


async def test_a_picture_of_a_recording_equals_one_of_the_daemon_it_was_made_from(
    daemon: FakeDaemon,
) -> None:
    async with await daemon.connect() as client:
        recording = await record(client)
    options: dict[str, Any] = {"clock": lambda: samples.NOW, "zone": UTC, "size": (90, 28)}
    played = await take_picture(play(recording), **options)
    assert played == await take_picture(daemon.connect, **options)
    assert "PO-1003" in played


def test_a_picture_downloads_nothing(tmp_path: Path, daemon: FakeDaemon) -> None:
    target = tmp_path / "picture.svg"
    save_picture(target, daemon.connect, clock=lambda: samples.NOW, zone=UTC, tab="jobs")
    svg = target.read_text(encoding="utf-8")
    assert "url(http" not in svg
    assert "sync.push" in svg


def test_the_recording_behind_the_readme_can_be_read() -> None:
    recording = Recording.model_validate_json((DOCS / "dashboard.json").read_bytes())
    assert recording.status.failed_orders
