"""What every app of ours shares: calm colors, no motion, no sound, and no speech in a traceback."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any, TypeVar

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from companion.errors import InputError
from companion.live.terminal.options import ViewOptions, resolve_theme

NARROW_CELLS = 64
"""Narrower than this, words are shortened."""
SHORT_CELLS = 20
"""Lower than this, only safety, step, card and keys are left."""

ReturnT = TypeVar("ReturnT")

# Warm paper and ink; one accent (honey), one quiet second color (sage). No red anywhere: a
# problem is amber and says so in words.
_DARK = Theme(
    name="companion-dark",
    dark=True,
    primary="#e0b46c",
    secondary="#9db89a",
    accent="#e0b46c",
    warning="#e3a857",
    error="#e3a857",
    success="#9db89a",
    foreground="#ede6da",
    background="#1d1b19",
    surface="#262320",
    panel="#302c28",
)
_LIGHT = Theme(
    name="companion-light",
    dark=False,
    primary="#85560f",
    secondary="#4a6b48",
    accent="#85560f",
    warning="#8a5200",
    error="#8a5200",
    success="#4a6b48",
    foreground="#2b2620",
    background="#faf6ee",
    surface="#f2ecdf",
    panel="#e8e0d0",
)
# The terminal's own foreground and background, whatever they are; Textual's theme of that kind
# brings the many names that its widgets look for.
_TERMINAL = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="companion-terminal",
    primary="ansi_yellow",
    secondary="ansi_green",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_yellow",
    success="ansi_green",
)
_THEMES = {"dark": _DARK, "light": _LIGHT, "terminal": _TERMINAL}


class CalmApp(App[ReturnT]):
    """Base of the call and of the gate before it."""

    TITLE = "companion"
    CSS_PATH = "companion.tcss"
    ENABLE_COMMAND_PALETTE = False
    # No selecting and copying of words that are on screen for a moment only.
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW_CELLS, "-normal")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (SHORT_CELLS, "-medium"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, options: ViewOptions) -> None:
        chosen = resolve_theme(options.theme, os.environ)
        no_color = os.environ.get("NO_COLOR")
        super().__init__(ansi_color=True if chosen == "terminal" else None)
        if no_color is not None:
            os.environ["NO_COLOR"] = no_color  # Textual takes it out, and another app may follow
        for theme in _THEMES.values():
            self.register_theme(theme)
        self.theme = _THEMES[chosen].name
        self.animation_level = "none"

    def run(self, *args: Any, **kwargs: Any) -> ReturnT | None:
        """Run to the end; raises what went wrong inside, instead of printing it.

        Raises: InputError where there is no terminal to draw on.
        """
        # Textual draws on the standard error stream (on Windows, the standard output). If that
        # goes to a file, the screen with its words would land there.
        stream = sys.__stdout__ if os.name == "nt" else sys.__stderr__
        if not kwargs.get("headless") and not (stream and stream.isatty()):
            raise InputError("the full view needs a terminal to draw on; add --plain for lines")
        result = super().run(*args, **kwargs)
        if self._exception is not None:
            raise self._exception
        return result

    def bell(self) -> None:
        """Nothing makes a sound: the line may be open."""

    def _fatal_error(self) -> None:
        # Textual's own prints a traceback with the values of local variables, and those may be
        # spoken words. `run` raises the error, and whoever runs us words it without its text.
        self._close_messages_no_wait()
