"""Advice on a rap that is valid: what works, and would work better otherwise.

Nothing here keeps a rap from being used. Each piece of advice has its place, the reason and what
to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.documents import KeyPath
from companion.domain.dialogue import Step
from companion.understanding.adapt import MOST_EXAMPLES
from companion.understanding.learned_parts import new_example_count, unadapted
from companion.understanding.phrases import readings
from companion.understanding.rap import Card, Rap
from companion.understanding.rap_likeness import alike_steps

FEW_STEP_EXAMPLES = 12
FEW_CUE_EXAMPLES = 4
MOST_READINGS = 60
"""Of one phrase; what a phrase of more covers is not looked into."""
SHORT_CALL_S = 300.0
LONG_CALL_S = 5400.0
# Limits in seconds between which a limit of the coach is an ordinary one, and what goes wrong.
_ORDINARY = (
    ("story_limit_s", 20.0, 300.0, "cuts every story short", "hardly ever comes up"),
    ("monologue_limit_s", 15.0, 300.0, "comes up after ordinary turns", "hardly ever comes up"),
    ("card_patience_s", 20.0, 600.0, "makes the card restless", "leaves one card for long"),
)
_LEAST_PACE_S = 30.0
_LEAST_SURE, _MOST_SURE = 0.5, 0.99
_LEAST_STAY = 0.5

_Found = Iterator[tuple[KeyPath, str]]


def advice_on(rap: Rap) -> list[tuple[KeyPath, str]]:
    """What could be better, each with its place; the reason and the remedy stand around a ';'."""
    return [
        *_cards(rap),
        *_examples(rap),
        *alike_steps(rap),
        *_shadowed(rap),
        *_timing(rap),
        *_tracking(rap),
        *_cue_steps(rap),
        *_learning(rap),
    ]


def _cards(rap: Rap) -> _Found:
    seen: dict[str, str] = {}
    for s, part in enumerate(rap.steps):
        for g, goal in enumerate(part.goals):
            place = ("steps", s, "goals", g)
            if len(goal.prompts) == 1:
                yield place, "has one card only; add a second, for when the first does not fit"
            yield from _same_cards((*place, "prompts"), goal.prompts, seen)
        if part.bridges and part.number is Step.ASK:
            yield (
                ("steps", s, "bridges"),
                "are never shown, since no step follows; remove them, or use cards.close",
            )
        yield from _same_cards(("steps", s, "bridges"), part.bridges, seen)
    closed: dict[str, int] = {}
    for i, rewrite in enumerate(rap.rewrites):
        first = closed.setdefault(rewrite.closed, i)
        if first != i:
            yield (
                ("rewrites", i),
                f"is never shown, since rewrite {first + 1} begins alike and comes first; "
                "remove one of them",
            )


def _same_cards(place: KeyPath, cards: Sequence[Card], seen: dict[str, str]) -> _Found:
    for i, card in enumerate(cards):
        where = ".".join(map(str, (*place, i)))
        before = seen.setdefault(card.text, where)
        if before != where:
            yield (*place, i), "has the words of another card; say it in another way"


def _examples(rap: Rap) -> _Found:
    if unadapted(rap) is None:
        return  # nothing learns from them
    for s, part in enumerate(rap.steps):
        count = len(part.examples)
        if count < FEW_STEP_EXAMPLES:
            yield (
                ("steps", s, "examples" if count else "name"),
                f"has {count} examples of what organizers say in this step; "
                f"write {FEW_STEP_EXAMPLES} or more, in different voices",
            )
    for c, cue in enumerate(rap.cues):
        count = len(cue.examples)
        if count < FEW_CUE_EXAMPLES:
            yield (
                ("cues", c, "examples" if count else "name"),
                f"has {count} examples of this cue; write {FEW_CUE_EXAMPLES} or more",
            )


def _shadowed(rap: Rap) -> _Found:
    for place, phrases in _lists_of_phrases(rap):
        plain = [_plain_readings(phrase) for phrase in phrases]
        owner: dict[tuple[str, ...], int] = {}
        for i, those in enumerate(plain):
            for reading in those:
                owner.setdefault(reading, i)
        for i, those in enumerate(plain):
            covering = [_covered_by(reading, i, owner) for reading in those]
            if those and all(number is not None for number in covering):
                by = covering[0]
                assert by is not None
                yield (
                    (*place, i),
                    f"adds nothing, since {phrases[by]!r} is found wherever it is; "
                    "remove the longer one",
                )


def _covered_by(
    reading: tuple[str, ...], own: int, owner: dict[tuple[str, ...], int]
) -> int | None:
    """Another phrase of the list that is found wherever this reading is said."""
    for length in range(1, len(reading) + 1):
        for at in range(len(reading) - length + 1):
            number = owner.get(reading[at : at + length])
            if number is not None and number != own:
                return number
    return None


def _plain_readings(phrase: str) -> list[tuple[str, ...]]:
    """What a phrase stands for; empty where that is too much to tell, or a star leaves it open."""
    found = list(readings(phrase, MOST_READINGS))
    return [] if len(found) == MOST_READINGS or any("*" in r for r in found) else found


def _lists_of_phrases(rap: Rap) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
    for s, part in enumerate(rap.steps):
        yield ("steps", s, "phrases"), part.phrases
        for g, goal in enumerate(part.goals):
            yield ("steps", s, "goals", g, "phrases"), goal.phrases
    for c, cue in enumerate(rap.cues):
        yield ("cues", c, "phrases"), cue.phrases
    for section, choices in (
        ("issues", rap.issues),
        ("roles", rap.roles),
        ("answers", rap.answers),
        ("next_steps", rap.next_steps),
        ("follow_ups", rap.follow_ups),
    ):
        for i, choice in enumerate(choices):
            yield (section, i, "phrases"), choice.phrases


def _timing(rap: Rap) -> _Found:
    for name, least, most, below, above in _ORDINARY:
        value = getattr(rap.timing, name)
        if not least <= value <= most:
            yield (
                ("timing", name),
                f"is {value:g} seconds, which {below if value < least else above}; "
                f"{least:g} to {most:g} is usual",
            )
    paces = [part.pace_s for part in rap.steps]
    for s, pace_s in enumerate(paces):
        if pace_s < _LEAST_PACE_S:
            yield (
                ("steps", s, "pace_s"),
                f"is {pace_s:g} seconds, so its bridge comes up at once; a step takes minutes",
            )
    if not SHORT_CALL_S <= sum(paces) <= LONG_CALL_S:
        yield (
            ("steps",),
            f"take {sum(paces) / 60:.0f} minutes together by their pace_s; "
            f"{SHORT_CALL_S / 60:.0f} to {LONG_CALL_S / 60:.0f} is usual",
        )


def _tracking(rap: Rap) -> _Found:
    tracking = rap.tracking
    if not _LEAST_SURE <= tracking.sure <= _MOST_SURE:
        wrong = "often wrong" if tracking.sure < _LEAST_SURE else "hardly ever sure"
        yield (
            ("tracking", "sure"),
            f"is {tracking.sure:g}, so the companion would be {wrong}; 0.7 to 0.97 is usual",
        )
    if tracking.stay < _LEAST_STAY:
        yield (
            ("tracking", "stay"),
            f"is {tracking.stay:g}, so steps would flicker; 0.7 to 0.9 is usual",
        )


def _cue_steps(rap: Rap) -> _Found:
    for c, cue in enumerate(rap.cues):
        if cue.step is not None and cue.only_in and cue.step not in cue.only_in:
            yield (
                ("cues", c, "only_in"),
                f"leaves out {cue.step!r}, the step that the cue speaks for; add it",
            )


def _learning(rap: Rap) -> _Found:
    if unadapted(rap) is None:
        yield (
            ("language",),
            f"is {rap.language!r}, for which nothing was learned yet, so that steps are told by "
            "phrases alone; write many, or learn from practice calls with 'companion train'",
        )
    elif new_example_count(rap) >= MOST_EXAMPLES:
        yield (
            ("steps",),
            f"have more than {MOST_EXAMPLES} new examples, of which only so many are learned at "
            "once; run 'companion train' for this rap",
        )
