"""Sales and handing over what was sold."""
