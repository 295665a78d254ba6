"""Ctrl-C during an import: what goes on, what is done, and that importing again is safe."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lsync.cli.failures import INTERRUPTED, Failure

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.upload import Upload

AGAIN = "Importing the file again is safe: orders that are in are not taken twice."


class ImportWatch:
    """Knows of one import who does it, and how far it was when last heard of."""

    def __init__(
        self, upload: "Upload", *, show: Callable[[int, int], None], dry_run: bool
    ) -> None:
        """``show`` hears of the progress as well."""
        self._upload = upload
        self._show = show
        self._dry_run = dry_run
        self._mode = ""
        self._far = (0, 0)

    async def begin(self, client: "ControlClient") -> None:
        """Learn whether a daemon does it or this process. Raises like the client."""
        self._mode = (await client.hello()).mode

    def tell(self, done: int, total: int) -> None:
        """Hear how many orders are done, and of how many."""
        self._far = done, total
        self._show(done, total)

    def interrupted(self) -> Failure:
        """What to say after Ctrl-C."""
        done, total = self._far
        if self._dry_run or not self._is_sent():
            return Failure("Interrupted; nothing was changed.", code=INTERRUPTED)
        if self._mode == "daemon":
            far = f" ({done:,} of {total:,} orders so far)" if total else ""
            return Failure(
                f"Interrupted; the daemon goes on with the import{far}.",
                next_step=f"`lsync po list` shows them. {AGAIN}",
                code=INTERRUPTED,
            )
        far = f"at least {done:,} of {total:,} orders are done" if total else "it had just begun"
        return Failure(
            f"Interrupted; the import stopped between two orders: {far}.",
            next_step=f"`lsync po list` shows them; import the file again for the rest. {AGAIN}",
            code=INTERRUPTED,
        )

    def _is_sent(self) -> bool:
        """Whether all of it was read; of a part nothing is taken in."""
        return bool(self._mode) and self._upload.file.tell() == self._upload.size
