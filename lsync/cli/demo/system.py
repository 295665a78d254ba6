"""The demo's own simulator and daemon, in a directory that is removed again."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lsync.cli.demo.processes import Child

START_SECONDS = 30.0
SECRET = "demo-secret"  # noqa: S105 - signs webhooks between two processes of the demo
TOKEN = "simulator-token"  # noqa: S105 - the simulator's published default

CONFIG = """\
[database]
url = "sqlite:///{directory}/lsync.db"

[lightspeed]
base_url = "{simulator}"
api_token = "{token}"
webhook_secret = "{secret}"

[sync]
poll_seconds = 5

[queue]
worker_sleep = 1

[webhooks]
port = {webhook_port}

[daemon]
socket = "{directory}/control.sock"
state_dir = "{directory}"
"""


@dataclass(slots=True, kw_only=True)
class DemoSystem:
    """The running parts. ``simulator_url`` is scheme, host and port."""

    directory: Path
    simulator_url: str
    daemon: Child

    @property
    def socket(self) -> Path:
        """The daemon's control socket."""
        return self.directory / "control.sock"

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.directory / "config.toml"

    def restart_daemon(self) -> None:
        """Kill the daemon as a crash would, and start it again."""
        self.daemon.kill()
        self.daemon = start_daemon(self.directory)


@contextmanager
def demo_system(*, keep: bool = False) -> Iterator[DemoSystem]:
    """Start everything; end it all on the way out, however that is, and remove it unless kept."""
    directory = Path(tempfile.mkdtemp(prefix="lsync-demo-"))
    with ExitStack() as stack:
        if not keep:
            stack.callback(shutil.rmtree, directory, ignore_errors=True)
        webhook_port = free_port()
        simulator = stack.enter_context(
            Child("simulator", _simulator_args(webhook_port), directory=directory)
        )
        url = simulator.wait_for_line("listening on ", seconds=START_SECONDS)
        (directory / "config.toml").write_text(
            CONFIG.format(
                directory=directory,
                simulator=url,
                token=TOKEN,
                secret=SECRET,
                webhook_port=webhook_port,
            ),
            encoding="utf-8",
        )
        system = DemoSystem(directory=directory, simulator_url=url, daemon=start_daemon(directory))
        stack.callback(lambda: system.daemon.stop())  # noqa: PLW0108 - a restart replaces it
        stack.callback(simulator.ask_to_stop)
        yield system


def start_daemon(directory: Path) -> Child:
    """Start a daemon on the demo's settings; it may not answer yet."""
    return Child(
        "daemon", ["daemon", "--config", str(directory / "config.toml")], directory=directory
    )


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _simulator_args(webhook_port: int) -> list[str]:
    hook = f"http://127.0.0.1:{webhook_port}/webhooks/lightspeed/{{event_type}}"
    return ["simulator", "--port", "0", "--webhook-url", hook, "--client-secret", SECRET]
