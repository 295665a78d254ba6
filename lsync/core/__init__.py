"""What lsync knows and does; no screen and no web server."""
