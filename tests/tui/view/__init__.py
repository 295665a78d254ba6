"""Tests of what the dashboard says, without a terminal."""
