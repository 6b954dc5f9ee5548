"""The call as it happens: the session that owns the threads, the board, and the terminal views."""
