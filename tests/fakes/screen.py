"""Reads what a Textual app shows, as text: through its own screenshot, dialogs included."""

from __future__ import annotations

import html
import re
from typing import Any

from textual.app import App

_TEXT = re.compile(
    r'<text class="[^"]*" x="([\d.]+)"[^>]*clip-path="url\([^)]*line-(\d+)\)">([^<]*)'
)
_CELL = 12.2
"""Width of a cell in Textual's screenshots."""


def shown(app: App[Any]) -> list[str]:
    """The lines on screen, without styles and without trailing spaces."""
    lines = [""] * app.size.height
    for x, line, text in _TEXT.findall(app.export_screenshot()):
        column = round(float(x) / _CELL)
        plain = html.unescape(text).replace("\xa0", " ")
        lines[int(line)] = lines[int(line)].ljust(column) + plain
    return [line.rstrip() for line in lines]


def colors(app: App[Any]) -> set[str]:
    """Every color of the screen's text and background, as '#rrggbb'."""
    screenshot = app.export_screenshot()
    inside = screenshot[screenshot.index('class="terminal-') :]
    found = re.findall(r"fill: (#[0-9a-f]{6})", screenshot)
    return set(found) | set(re.findall(r'<rect fill="(#[0-9a-f]{6})"[^>]*shape-rendering', inside))
