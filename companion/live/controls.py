"""What a view may ask of a running call. Every method returns at once, from any thread."""

from __future__ import annotations

from typing import Protocol

from companion.domain.actions import Action


class Controls(Protocol):
    """The organizer's hands: taps and the safety row."""

    def act(self, action: Action) -> None:
        """Take a tap: pin a step, mark an issue, ask for another card …"""

    def pause(self) -> None:
        """Close the ears; the call and its state stay."""

    def resume(self) -> None:
        """Listen again, after a pause or after going off the record. Only ever by hand."""

    def off_record(self) -> None:
        """Drop what is buffered, pending, and the last N seconds; stay deaf until resumed."""

    def withdraw(self) -> None:
        """Consent was withdrawn: stop and wipe everything of this call."""

    def show_transcript(self, wanted: bool) -> None:
        """Put the last words on the board, or take them off. Off at the start unless set."""

    def end(self) -> None:
        """End the call and make the draft summary."""
