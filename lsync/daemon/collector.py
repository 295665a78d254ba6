"""How often Python looks for cycles in a process that makes many short-lived objects.

With Python's own thresholds (700, 10, 10) a fifth of the time of a busy queue goes into looking
at objects that reference counting frees anyway.
"""

import gc

THRESHOLDS = (10_000, 20, 20)


def collect_rarely() -> None:
    """Set the thresholds for this process; see ``gc.set_threshold``."""
    gc.set_threshold(*THRESHOLDS)
