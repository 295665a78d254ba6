"""The API's operations, one module per family of resources. HTTP itself is in `door`."""
