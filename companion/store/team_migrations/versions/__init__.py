"""One revision of the team's schema a file, `NNNN_what.py`."""
