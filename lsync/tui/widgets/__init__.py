"""Widgets of the dashboard: they take values to show, post messages, and never fetch."""
