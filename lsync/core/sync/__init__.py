"""What jobs do: push, pull, poll, refresh the catalogue. Decisions are the domain's."""
