"""From bytes to operations and back: the HTTP side of the API, faults included."""
