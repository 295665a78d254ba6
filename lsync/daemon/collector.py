"""How often Python looks for cycles: while it starts, in a process that lasts, and at its end.

With Python's own thresholds (700, 10, 10) a fifth of the time of a busy queue goes into looking
at objects that reference counting frees anyway.
"""

import gc

THRESHOLDS = (10_000, 20, 20)
STARTING = (50_000, 20, 20)


def collect_rarely() -> None:
    """Set the thresholds for this process; see ``gc.set_threshold``."""
    gc.set_threshold(*THRESHOLDS)


def put_off_collecting() -> None:
    """Let a process start without looking: what is loaded stays, and most commands end soon.

    One that goes on for long calls ``collect_rarely`` then.
    """
    gc.set_threshold(*STARTING)


def leave_all_to_the_end() -> None:
    """Spare a process that ends the last look through everything that was loaded."""
    gc.freeze()
