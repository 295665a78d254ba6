"""Stop signals as two events: the first asks to drain, the second to stop now.

A hang-up (the terminal is gone) stops like the others, unless it is ignored as under ``nohup``.
"""

import asyncio
import signal

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """``drain`` is set by the first signal, ``now`` by the second."""

    def __init__(self) -> None:
        """Both are clear until a signal arrives."""
        self.drain = asyncio.Event()
        self.now = asyncio.Event()

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the signals over until the loop closes."""
        for each in STOP_SIGNALS:
            loop.add_signal_handler(each, self.receive)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGHUP, self.receive)

    def receive(self) -> None:
        """Take one signal in."""
        if self.drain.is_set():
            self.now.set()
        self.drain.set()
