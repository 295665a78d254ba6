"""The control application's routes, one module per family, and what they share."""
