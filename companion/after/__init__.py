"""After the call: the draft summary (redaction, review and storing come with later work)."""
