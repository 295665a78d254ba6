"""``lsync demo``: the whole system on this machine, with nothing leaving it."""
