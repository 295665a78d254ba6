"""The terminal dashboard. Talks to the daemon through lsync.core.control only."""
