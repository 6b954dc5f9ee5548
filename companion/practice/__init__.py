"""Rehearsal: a made-up person to practice with, the coach beside it, and a debrief."""
