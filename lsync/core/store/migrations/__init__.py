"""The scripts that bring a database from one revision to the next. ``store.migrate`` runs them."""
