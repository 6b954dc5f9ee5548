"""One revision of the schema a file, `NNNN_what.py`."""
