"""Proofs of what the companion promises, as commands that print figures."""
