"""The long-running process: composition, loops, webhook and control endpoints."""
