"""Targets that read what is said or typed: dates, questions and cues, redaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from companion.domain.dates import read_when
from companion.domain.speech import Utterance
from companion.redaction.redactor import shipped_redactor
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.dates import find_whens
from companion.understanding.rap import find_rap
from companion.understanding.words import read
from scripts.fuzzing.target import Draw, Target

DAY = date(2026, 4, 14)
FAR = timedelta(days=8 * 366)
"""The next 29th of February may be so far away; nothing else reaches further than two years."""
TALK = (
    "next thursday at half past six",
    "the nineteenth, a week from sunday",
    "tomorrow after four, no, make it friday",
    "do you like it there? what would you change",
    "five five five one two oh nine",
    "my name is will and i live at twenty two elm street",
    "leap day the twenty ninth of february",
)


def dates(raw: bytes) -> None:
    """Dates lie in their words, after one another, and not in another age."""
    draw = Draw(raw)
    day = DAY + timedelta(days=draw.number(4000))
    text = draw.rest.decode("utf-8", "ignore")[:2000]
    spoken = read(text)
    for when in find_whens(spoken, day):
        assert 0 <= when.first < when.end <= len(spoken.words)
        for found in when.dates:
            assert abs(found - day) < FAR, (found, day)
        assert all(datetime.fromisoformat(option) for option in when.options)
    typed = read_when(text[:200], day)
    if typed is not None:
        date.fromisoformat(typed[:10])


@lru_cache(maxsize=1)
def _analyzer() -> CallAnalyzer:
    return CallAnalyzer(find_rap("one-on-one.en"), DAY)


def understanding(raw: bytes) -> None:
    """Whatever is said, probabilities sum to one and spans lie in the text."""
    analyzer = _analyzer()
    analyzer.reset()
    for i, text in enumerate(raw.decode("utf-8", "ignore").split("\n")[:5]):
        heard = analyzer.hear(Utterance(i, i * 9.0, i * 9.0 + 4, text[:3000]))
        assert abs(sum(heard.step.distribution) - 1) < 1e-3
        for question in heard.questions:
            assert text[:3000][question.start_char : question.end_char] == question.text
        for cue in heard.cues:
            assert 0 <= cue.start_char <= cue.end_char <= len(text)


def redaction(raw: bytes) -> None:
    """What lies outside of masks is as it was, and a second pass changes nothing."""
    text = raw.decode("utf-8", "ignore").replace("\n", " ")[:3000]
    redactor = shipped_redactor()
    done = redactor.redact(text)
    at = 0
    for span in done.spans:
        assert at <= span.start < span.end <= len(text)
        at = span.end
    assert redactor.redact(done.text).text == done.text


def _seeds() -> list[bytes]:
    return [b"\0\0\0\0" + line.encode() for line in TALK]


_WORDS = ("tuesday", "next ", "half past ", "o'clock", "th of ", "noon", "weeks from ", "?", " or ")
TARGETS = (
    Target("dates", "dates as they are said and typed", dates, _seeds, _WORDS),
    Target("understanding", "what is said", understanding, _seeds, _WORDS),
    Target("redaction", "redaction", redaction, _seeds, ("@", " at ", " dot ", "double ", "#")),
)
