"""Kept calls in words: what the command line and the app in the browser show alike."""
