"""A faithful X-Series API on localhost, with a control side for tests. Imports nothing of lsync."""
