"""The labeller's desk in the terminal."""
