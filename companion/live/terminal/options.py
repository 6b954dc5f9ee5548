"""What an organizer can choose about the terminal view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ThemeChoice = Literal["auto", "dark", "light", "terminal"]


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How the view looks and what it shows from the start."""

    theme: ThemeChoice = "auto"
    """'terminal' uses the terminal's own colors; 'auto' finds out, see `resolve_theme`."""
    transcript: bool = False
    """Show the words from the start. They are never stored."""
    large: bool = True
    """Draw the card in large letters where the terminal has room for them."""
    quiet: bool = False
    """Show a card only when asked for one."""
    review_follows: bool = False
    """The end of the call leads to the review; otherwise the draft is shown, to be read."""


def resolve_theme(choice: ThemeChoice, environment: Mapping[str, str]) -> ThemeChoice:
    """'dark', 'light' or 'terminal'.

    Without color (NO_COLOR) the terminal's own foreground and background are the only ones
    that surely contrast. Otherwise a terminal that tells its background (COLORFGBG, as
    "foreground;background" color numbers) is believed, and dark is the rule.
    """
    if environment.get("NO_COLOR"):
        return "terminal"
    if choice != "auto":
        return choice
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"
