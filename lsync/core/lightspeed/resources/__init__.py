"""One module per family of operations. Each builds calls, runs them and returns models."""
