"""Jobs: enqueue, claim, lease, acknowledge, retry. Knows nothing of purchase orders."""
