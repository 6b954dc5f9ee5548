"""Lines that were tried against a rap, as the page words them. Nothing of them is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from companion.live import wording
from companion.settings import CallSettings
from companion.trainer.trying import PhraseFound, TriedLine, lines_of
from companion.trainer.trying import try_lines as tried_lines
from companion.understanding.rap import Rap

_KINDS = {"open": "open question", "closed": "closed question"}


@dataclass(frozen=True, slots=True)
class Tried:
    """One line, and what came of it."""

    text: str = field(repr=False)
    step: str
    """'step 2, what moves you'."""
    certainty: str
    """'sure, 97%'."""
    alone: str
    """What its words say by themselves; empty where nothing was learned."""
    decided: tuple[str, ...] = field(repr=False)
    """Words that decided, the weightiest first."""
    evidence: tuple[PhraseFound, ...]
    examples: tuple[tuple[str, str], ...] = field(repr=False)
    """(words, what it is an example of) of the likest examples."""
    questions: tuple[tuple[str, str], ...] = field(repr=False)
    """(kind, words), in their order."""
    cues: tuple[str, ...]
    card: str = field(repr=False)
    """Empty where the card stayed as it was."""
    stays: str = field(repr=False)
    """The card that stayed; empty where another came up."""
    why: str


def try_lines(text: str, rap: Rap, on: date, settings: CallSettings) -> tuple[Tried, ...]:
    """Hear the lines one after the other, as in a call at the pace of ordinary speech.

    Raises: InputError where there are none, or too many.
    """
    return tuple(_shown(tried) for tried in tried_lines(lines_of(text), rap, on, settings))


def _shown(tried: TriedLine) -> Tried:
    estimate, name, alone = tried.estimate, tried.step_name, tried.alone
    return Tried(
        text=tried.text,
        step=f"step {int(estimate.step)}, {name[:1].lower()}{name[1:]}",
        certainty=f"{wording.certainty(estimate)}, {estimate.probability:.0%}",
        alone=""
        if alone is None
        else f"step {int(alone.step)}, {alone.distribution[alone.step - 1]:.0%}",
        decided=() if alone is None else tuple(r.words for r in alone.reasons if r.words != "?"),
        evidence=tried.phrases,
        examples=tuple(
            (near.text, f"{near.kind} {near.of.replace('_', ' ')}") for near in tried.examples
        ),
        questions=tuple((_KINDS.get(kind, kind), words) for kind, words in tried.questions),
        cues=tuple(cue.replace("_", " ") for cue in tried.cues),
        card="" if tried.card is None else tried.card.text,
        stays="" if tried.card is not None or tried.shown is None else tried.shown.text,
        why="" if tried.card is None else tried.card.because,
    )
