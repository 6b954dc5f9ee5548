"""A review as its page shows it: each value with its origin, and what its form may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from companion.after.review import Review, TextSlot
from companion.domain.dates import WHEN_EXAMPLES, read_when
from companion.domain.dialogue import Field, Origin
from companion.domain.outline import Choice
from companion.live import review_rows
from companion.live.review_desk import KEEP_WARNING, Typed
from companion.live.review_rows import FIELDS, SLOTS, Part
from companion.web.live_values import WHO
from companion.web.reviewing import OpenReview

OWN_WORDS = "words"
"""The kind of a next step that stands in the organizer's own words alone."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed into a form that could not be used, to be shown again."""

    part: Part | None = None
    """None: the approval."""
    sentence: str = ""
    text: str = field(default="", repr=False)
    who: str = ""
    what: str = ""
    when: str = field(default="", repr=False)
    code: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StepForm:
    """The parts of the next step."""

    who: tuple[Option, ...]
    what: tuple[Option, ...]
    when: str
    examples: str = WHEN_EXAMPLES
    heard: str = ""
    """Read back where it only has to be confirmed; else empty."""


@dataclass(frozen=True, slots=True)
class WordsForm:
    """A few free words."""

    text: str = field(repr=False)
    max_chars: int
    typed: Typed | None = field(default=None, repr=False)
    """Words with masks, on which the organizer decides."""
    warning: str = KEEP_WARNING


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the summary, and how to change it. One of the four forms is there, or none."""

    id: str
    name: str
    value: str
    falls_away: bool
    empty: bool
    one: tuple[Option, ...] = ()
    """A list of which one is chosen."""
    many: tuple[Option, ...] = ()
    """A list of which any number is chosen."""
    words: WordsForm | None = None
    step: StepForm | None = None
    problem: str = ""

    @property
    def open(self) -> bool:
        """Its form is shown at once: something in it waits for the organizer."""
        waits = self.words is not None and self.words.typed is not None
        return bool(self.problem) or waits

    @property
    def changes(self) -> bool:
        """It has a form; without one it can only be taken out."""
        return bool(self.one or self.many or self.words or self.step)


def entries(open_review: OpenReview, given: Given) -> tuple[Entry, ...]:
    """Every row of the review, in its order."""
    return tuple(
        _entry(row, open_review, given) for row in review_rows.rows(open_review.desk.review)
    )


def part_of(entry_id: str) -> Part | None:
    """The row of an entry's id; None where there is none."""
    return next((part for part in Part if entry_id == part.name.lower()), None)


def _entry(row: review_rows.Row, open_review: OpenReview, given: Given) -> Entry:
    review, part = open_review.desk.review, row.part
    mine = given if given.part is part else Given()
    one: tuple[Option, ...] = ()
    many: tuple[Option, ...] = ()
    words = step = None
    if part in FIELDS:
        one = _one(review, FIELDS[part])
    elif part is Part.ISSUES:
        kept = {fact.value for fact in review.summary.issues}
        many = _options(review.choices(Field.ISSUE), kept)
    elif part is Part.STEPS:
        many = _steps(review)
    elif part in SLOTS:
        words = _words(open_review, SLOTS[part], mine)
    elif part is Part.STEP:
        step = _step(open_review, mine)
    return Entry(
        id=part.name.lower(),
        name=part.value,
        value=row.value,
        falls_away=row.falls_away,
        empty=row.value in (review_rows.NOTHING, "none", "not kept", "no agreement"),
        one=one,
        many=many,
        words=words,
        step=step,
        problem=mine.sentence,
    )


def _options(choices: Sequence[Choice], chosen: set[str]) -> tuple[Option, ...]:
    return tuple(Option(choice.id, choice.text, choice.id in chosen) for choice in choices)


def _one(review: Review, about: Field) -> tuple[Option, ...]:
    fact = review_rows.fact_of(review, about)
    value = "" if fact is None else fact.value
    if about is Field.COMMITMENT and fact is not None and fact.origin is Origin.HEARD:
        value = ""  # what they answered is the organizer's to say
    nothing = Option("", "Nothing", not value)
    return (nothing, *_options(review.choices(about), {value}))


def _steps(review: Review) -> tuple[Option, ...]:
    names = {int(part.step): part.name for part in review.outline.steps}
    reached = review.summary.steps_reached
    return tuple(Option(str(n), f"{n}, {names.get(n, '')}".rstrip(", "), True) for n in reached)


def _words(open_review: OpenReview, slot: TextSlot, given: Given) -> WordsForm:
    typed = open_review.typed
    present = open_review.desk.review.text(slot)
    return WordsForm(
        text=given.text or (present.text if present is not None else ""),
        max_chars=slot.max_chars,
        typed=typed if typed is not None and typed.slot is slot else None,
    )


def _step(open_review: OpenReview, given: Given) -> StepForm:
    review = open_review.desk.review
    known = review.summary.next_step
    who = given.who or (known.who if known else None) or ""
    what = given.what or (known.what if known else None) or ""
    when = given.when
    if not when and known is not None and known.when is not None:
        typed = known.when.replace("T", " ")
        # A day that has passed is typed anew.
        when = typed if read_when(typed, open_review.desk.today) is not None else ""
    kinds = review.outline.next_step_kinds
    if review.text(TextSlot.STEP_DETAIL) is not None:
        kinds += (Choice(OWN_WORDS, "Only what I wrote in my words"),)
        what = what or OWN_WORDS
    return StepForm(
        who=(Option("", "Say who", not who), *_options(WHO, {who})),
        what=(Option("", "Say what", not what), *_options(kinds, {what})),
        when=when,
        heard=review_rows.step_question(known, review.outline) or "",
    )
