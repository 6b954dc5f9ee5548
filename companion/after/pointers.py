"""A hint about re-identification: values that name nobody can still point to one person.

A job, a shift, a place, a small group: one of them says little, two or more together may single
someone out. The words of each kind stand in `configs/redaction/`; they change nothing and only
make a hint, which the organizer may leave aside.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from companion.documents import read_document, validate_document
from companion.domain.outline import RapOutline
from companion.domain.record import RedactedSummary, SafeText
from companion.errors import DocumentError
from companion.locations import find_config

KINDS_THAT_POINT = 2
"""From so many kinds of words on, the hint is given."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class PointerKind(BaseModel):
    """One kind of words that narrow down who is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z_]+$")
    text: str = Field(min_length=3, description="As the hint calls it: 'a job'.")
    words: tuple[str, ...] = Field(min_length=1)


class PointerList(BaseModel):
    """All kinds, for one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    kinds: tuple[PointerKind, ...]


def pointers(summary: RedactedSummary, outline: RapOutline) -> tuple[str, ...]:
    """Hints about what is about to be kept, each one sentence; none where nothing points."""
    words = [word for text in _texts(summary) for word in _WORD.findall(text.lower())]
    said = f" {' '.join(words)} "
    found: dict[str, str] = {}
    for kind in _kinds(outline.language):
        word = next((word for word in kind.words if f" {word} " in said), None)
        if word is not None:
            found[kind.text] = word
    hints = []
    if len(found) >= KINDS_THAT_POINT:
        named = _joined([f"{text} ('{word}')" for text, word in found.items()])
        hints.append(f"{named} together may point to one person; can you leave one out?")
    if summary.decision_maker is not None and found and _is_at_a_time(summary):
        hints.append(
            "The decision maker's role, your words and the exact time of the next step together "
            "may point to one workplace; a day without the time says less."
        )
    if any(text.kept for text in _safe_texts(summary)):
        hints.append("Words that you kept knowingly can name somebody; keep only what you need.")
    return tuple(hints)


def _safe_texts(summary: RedactedSummary) -> tuple[SafeText, ...]:
    step = summary.next_step
    all_texts = (step.detail if step else None, summary.follow_up_detail, summary.note)
    return tuple(text for text in all_texts if text is not None)


def _texts(summary: RedactedSummary) -> tuple[str, ...]:
    return tuple(text.text for text in _safe_texts(summary))


def _is_at_a_time(summary: RedactedSummary) -> bool:
    step = summary.next_step
    return step is not None and step.when is not None and "T" in step.when


def _joined(parts: list[str]) -> str:
    text = ", ".join(parts[:-1]) + " and " + parts[-1]
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4)
def _kinds(language: str) -> tuple[PointerKind, ...]:
    """The list of a language; none where nobody wrote one yet."""
    path = find_config("redaction", f"pointers.{language}.yaml")
    if not path.is_file():
        return ()
    found, problems = validate_document(read_document(path), PointerList)
    if found is None:
        raise DocumentError(f"{path}: {problems[0]}; mend it, or delete your own copy")
    return found.kinds
