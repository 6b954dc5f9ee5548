"""From the state of the call to at most one prompt."""
