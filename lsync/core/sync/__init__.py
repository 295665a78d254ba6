"""What jobs do: push, pull and poll."""
