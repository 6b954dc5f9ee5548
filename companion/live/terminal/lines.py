"""Breaking a card's text into lines of about the same length."""

from __future__ import annotations

from collections.abc import Callable


def balanced(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Break at words into as few lines as fit `limit`, with the longest as short as can be.

    `measure` tells how wide a line is; a single word may be wider than the limit.
    """
    words = text.split()
    widest_word = max(map(measure, words), default=0)
    limit = max(limit, widest_word)
    fewest = len(_filled(words, limit, measure))
    for width in range(widest_word, limit):
        lines = _filled(words, width, measure)
        if len(lines) <= fewest:
            return lines
    return _filled(words, limit, measure)


def _filled(words: list[str], width: int, measure: Callable[[str], int]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and measure(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
