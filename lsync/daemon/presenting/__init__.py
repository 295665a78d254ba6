"""Values of the store and the domain as messages of the control protocol. Pure."""
