"""What the daemon does on its own, one concern each. `keeping.keep_doing` runs most of them."""
