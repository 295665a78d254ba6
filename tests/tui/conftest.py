"""What the dashboard's tests share."""

import pytest

from tests.tui.fake_daemon import FakeDaemon


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests look the same on every terminal."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")


@pytest.fixture
def daemon() -> FakeDaemon:
    """A control server in memory."""
    return FakeDaemon()
