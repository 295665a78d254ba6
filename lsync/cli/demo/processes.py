"""Child processes of the demo: started apart from the terminal, always ended again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from lsync.cli.failures import Failure

DRAIN_SECONDS = 15.0
"""How long a child may take to end by itself before it is killed."""
LOOK_SECONDS = 0.02
OWN_VARIABLES = ("LSYNC_", "LIGHTSPEED_", "QUEUE_", "SYNC_")


class Child:
    """One lsync process. Its output goes to a file; the terminal's signals do not reach it."""

    def __init__(self, name: str, args: Sequence[str], *, directory: Path) -> None:
        """Start ``lsync args`` in ``directory``, writing to ``name.log`` there."""
        self.name = name
        self.log = directory / f"{name}.log"
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lsync", *args],
                cwd=directory,
                env=clean_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Use the process as a block that ends it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def check(self) -> None:
        """Notice that it ended by itself.

        Raises:
            Failure: it did; carries the end of its log.
        """
        code = self._process.poll()
        if code is not None:
            raise Failure(
                f"The {self.name} of the demo ended with exit code {code}.",
                why=self.log.read_text(encoding="utf-8", errors="replace")[-1500:],
            )

    def wait_for_line(self, beginning: str, *, seconds: float) -> str:
        """The first line of its output that starts so, without the beginning.

        Raises:
            Failure: it ended, or did not write that in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith(beginning):
                    return line.removeprefix(beginning).strip()
            self.check()
            time.sleep(LOOK_SECONDS)
        raise Failure(f"The {self.name} of the demo did not start within {seconds:.0f} s.")

    def ask_to_stop(self) -> None:
        """Ask it to end, and do not wait for it."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Ask it to end; kill it if it does not."""
        self.ask_to_stop()
        try:
            self._process.wait(DRAIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it without warning, as a crash would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without lsync's settings: the demo must never reach a real account."""
    return {
        name: value for name, value in environment.items() if not name.startswith(OWN_VARIABLES)
    }
