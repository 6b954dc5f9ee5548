"""Redaction: which words of a text may be kept, and masks for all others."""
