"""A faithful offline X-Series. Imports nothing of lsync."""
