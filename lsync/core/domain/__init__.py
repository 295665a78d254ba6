"""Pure decisions: no I/O, no clock, no randomness. Time and jitter are arguments."""
