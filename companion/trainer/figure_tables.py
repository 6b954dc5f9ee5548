"""How figures are grouped and written, in the terminal and in reports alike."""

from __future__ import annotations

from companion.trainer.bootstrap import Measured

SECTIONS: tuple[tuple[str, str | tuple[str, ...]], ...] = (
    ("Steps", "steps."),
    ("What steps are compared with", "baseline."),
    ("Questions", "questions."),
    ("Cues", "cues."),
    ("What the call came to", ("issues.", "decision_maker.", "next_step.", "commitment.")),
    ("Cards", ("cards.", "nudges.")),
    ("Time", "time_ms."),
    ("Redaction", "redaction."),
)
"""Sections of a table of figures: a title, and how the names of its figures begin."""


def cell(measured: Measured) -> str:
    """'0.951 [0.93, 0.97] (1398)': the figure, its interval, and what it was counted on."""
    value = "-" if measured.value is None else f"{measured.value:.3f}"
    if measured.low is None and measured.high is None:
        return f"{value} ({measured.count})"
    low, high = ("-" if end is None else f"{end:.2f}" for end in (measured.low, measured.high))
    return f"{value} [{low}, {high}] ({measured.count})"
