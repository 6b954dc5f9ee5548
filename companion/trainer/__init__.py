"""The trainer's bench: labelled calls, training, measuring. Never part of a live call."""
