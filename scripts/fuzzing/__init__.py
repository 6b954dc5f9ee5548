"""Fuzzing of what reads other people's input; see `scripts/fuzz`."""
