"""Sockets the daemon listens on, who may use them, and how long they may take."""
