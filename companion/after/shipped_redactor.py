"""The shipped redactor, loaded when the first word has to be masked.

Most records hold values of fixed lists only, and a call should start at once.
"""

from __future__ import annotations

from collections.abc import Collection

from companion.redaction.spans import Redaction


class ShippedRedactor:
    """Redacts with what ships for a language; see `companion.redaction.redactor`."""

    def __init__(self, language: str = "en") -> None:
        """`language`: of the texts."""
        self._language = language

    def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
        """The text with its masks; `kept` words pass."""
        from companion.redaction.redactor import shipped_redactor

        return shipped_redactor(self._language).redact(text, kept)
