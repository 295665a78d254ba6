"""Tables, statements and migrations. The only place that knows SQL."""
