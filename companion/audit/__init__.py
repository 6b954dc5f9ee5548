"""The audit: calls with planted words, watched from outside, and a receipt of what was seen."""
