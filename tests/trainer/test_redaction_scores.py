"""How redaction is scored: a span counts where all of it is masked, a word where any of it is."""

from __future__ import annotations

import pytest

from companion.redaction.redactor import shipped_redactor
from companion.redaction.spans import Span, SpanType
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.call_form import parse_call
from companion.trainer.redaction_scores import is_masked, redaction_figures

TEXT = """setting: made up
date: 2026-03-03
---
1 | Hi {PERSON:Ngozi}, it's {PERSON:Thuy Kowalczyk} again.
2 | They gave {ORG:us} three days.
5 | We meet with Okonkwo on Thursday.
"""


@pytest.mark.parametrize(
    ("spans", "hit"),
    [
        ([(0, 4), (5, 10)], True),
        ([(0, 10)], True),
        ([(0, 4)], False),
        ([(5, 10)], False),
        ([(0, 9)], False),
        ([(0, 4), (6, 10)], False),
        ([], False),
    ],
)
def test_redaction_scores_every_letter_counts(spans: list[tuple[int, int]], hit: bool) -> None:
    masked = [Span(start, end, SpanType.PERSON) for start, end in spans]
    assert is_masked(masked, "Thuy Ruizo", 0, 10) is hit


def test_redaction_scores_figures() -> None:
    calls = [parse_call(TEXT, "a", "a.call")]
    figures = redaction_figures(calls, shipped_redactor(), Bootstrap(1))
    assert figures["redaction.person.recall"].value == 1.0
    assert figures["redaction.person.recall"].count == 2
    assert figures["redaction.org.recall"].value == 0.0  # a word that nobody would mask
    assert figures["redaction.all.recall"].value == pytest.approx(2 / 3)
    assert figures["redaction.phone.recall"].value is None
    # hi, it's, again; they gave three days; we meet with Okonkwo on Thursday
    assert figures["redaction.over"].count == 13
    assert figures["redaction.over"].value == pytest.approx(1 / 13)
