"""The parts of a language file, as a schema: what a rap in that language need not say itself.

English is older than these files and stays in code, with models trained for it. Any other
language is a file beside the raps, `configs/languages/es.yaml`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from companion.understanding.phrases import PhraseError, compile_phrase
from companion.understanding.rap_values import Phrase, RapPart
from companion.understanding.slots import SLOTS, as_phrase, slots_of

Words = tuple[str, ...]
Half = Literal["", "am", "pm"]
DayMeaning = Literal[
    "today", "weekday", "weekday_next_week", "weekday_date", "which_weekday", "weekend",
    "in_days", "in_weeks", "date", "day_of_month", "never",
]  # fmt: skip


def _check_form(form: str) -> str:
    unknown = [name for name in slots_of(form) if name not in SLOTS]
    if unknown:
        raise ValueError(f"there is no {{{unknown[0]}}}; use one of {', '.join(sorted(SLOTS))}")
    if "*" in form:
        raise ValueError("has a star; a day or a time is said in fixed words")
    try:
        compile_phrase(as_phrase(form))
    except PhraseError as error:
        raise ValueError(str(error)) from None
    return form


Form = Annotated[str, AfterValidator(_check_form)]
"""A phrase that may hold {slots}."""


class PhraseEnd(RapPart):
    """Words after which somebody who falls silent has not finished."""

    holds: Words = Field((), title="Holds", description="A phrase does not end after one of these.")
    unless_marked: Words = Field(
        (), title="Unless marked", description="Those that may end a sentence with a mark."
    )


class Openings(RapPart):
    """How the clauses of questions begin, by kind; the longest phrase that fits counts."""

    open: tuple[Phrase, ...] = Field(title="Open", description="What, how, why.")
    narrow: tuple[Phrase, ...] = Field(title="Narrow", description="A one-word fact answers them.")
    closed: tuple[Phrase, ...] = Field(
        title="Closed", description="Yes or no; only looked for where the text has no marks."
    )
    clear: tuple[Phrase, ...] = Field(
        (),
        title="Clear",
        description="Beginnings of open and narrow questions that ask even without marks.",
    )
    always_closed: tuple[Phrase, ...] = Field(
        (), title="Always closed", description="They look open, and a yes or a no answers them."
    )


class QuestionRules(RapPart):
    """How questions are told, with and without marks."""

    lead_ins: Words = Field((), title="Lead-ins", description="Words before a clause: so, but.")
    openings: Openings = Field(title="Openings", description="How questions begin.")
    reported_after: Words = Field(
        (), title="Reported after", description="After one, 'what' begins no question of its own."
    )
    not_asking: tuple[Phrase, ...] = Field(
        (), title="Not asking", description="Without marks, clauses that begin so ask nothing."
    )
    tags: tuple[str, ...] = Field(
        (), title="Tags", description="After a statement they ask for a yes: 'right?'"
    )
    bare_tags: tuple[str, ...] = Field(
        (), title="Bare tags", description="Tags that are told without a mark, too."
    )
    rhetorical: tuple[Phrase, ...] = Field(
        (), title="Rhetorical", description="Whole questions that nobody is to answer."
    )
    telling: tuple[Phrase, ...] = Field(
        (), title="Telling", description="Before a question that is quoted in a story: 'he said'."
    )


class DayForm(RapPart):
    """One way to say a day."""

    say: Form = Field(title="Say", description="A phrase with slots such as {weekday}.")
    means: DayMeaning = Field(
        title="Means", description="The day that it means; 'never': no day to come."
    )
    add_days: int = Field(
        0, title="Add days", ge=0, le=60, description="Days after the day that it means."
    )
    half: Half = Field("", title="Half", description="am or pm, where the phrase says so.")


class TimeForm(RapPart):
    """One way to say a time of day."""

    say: Form = Field(title="Say", description="A phrase with slots such as {hour}.")
    add_minutes: int = Field(
        0, title="Add minutes", ge=-59, le=59, description="Minutes after the hour; below 0 before."
    )
    minutes: Literal["none", "added", "taken"] = Field(
        "none", title="Minutes", description="What is done with {minutes}."
    )
    at: str | None = Field(
        None, title="At", pattern=r"^\d\d:\d\d$", description="A fixed time, such as 12:00."
    )
    never: bool = Field(False, title="Never", description="It is no time to meet.")

    @model_validator(mode="after")
    def _says_a_time(self) -> Self:
        names = set(slots_of(self.say))
        if not (self.never or self.at or names & {"hour", "clock"}):
            raise ValueError("says no time; use {hour} or {clock}, or give 'at'")
        if self.minutes != "none" and "minutes" not in names:
            raise ValueError("has no {minutes} in 'say' to add or take; put it there")
        return self


class DayPart(RapPart):
    """A part of the day, said beside a day or a time."""

    say: Phrase = Field(title="Say", description="Such as 'in the evening'.")
    half: Literal["am", "pm"] = Field(title="Half", description="am or pm.")


class CalendarRules(RapPart):
    """How days and times are said."""

    numbers: dict[str, int] = Field(title="Numbers", description="Words for 1 to 59.")
    tens: Words = Field((), title="Tens", description="Numbers that take ones after them.")
    tens_joined_by: str = Field("", title="Joined by", description="The word between the two.")
    which: dict[str, int] = Field(title="Which", description="first: 1, … last: -1.")
    weekdays: dict[str, int] = Field(title="Weekdays", description="Monday is 0.")
    months: dict[str, int] = Field(title="Months", description="January is 1.")
    parts: tuple[DayPart, ...] = Field((), title="Parts", description="Parts of the day.")
    days: tuple[DayForm, ...] = Field(title="Days", description="Ways to say a day.")
    times: tuple[TimeForm, ...] = Field(title="Times", description="Ways to say a time.")


class LanguageRules(RapPart):
    """Everything about one language."""

    format: Literal["1"] = Field(alias="schema", title="Form", description="Of this file.")
    name: str = Field(title="Name", min_length=2, description="The language's own name.")
    accents_matter: bool = Field(
        True, title="Accents matter", description="false: words are compared without accents."
    )
    contractions: dict[str, str] = Field(
        {}, title="Contractions", description="Short forms, and the words behind them."
    )
    joined: dict[str, str] = Field(
        {}, title="Joined", description="Words that become one beside each other: 'de el', 'del'."
    )
    abbreviations: Words = Field(
        (), title="Abbreviations", description="A full stop after one ends no sentence."
    )
    off_record: tuple[str, ...] = Field(
        (), title="Off the record", description="Saying one takes the call off the record."
    )
    phrase_end: PhraseEnd = Field(
        PhraseEnd(), title="Phrase end", description="Where a short silence is a breath."
    )
    denials: Words = Field((), title="Denials", description="Beside a role, they rule it out.")
    corrections: tuple[Phrase, ...] = Field(
        (), title="Corrections", description="What is said after one replaces what was said."
    )
    claims: tuple[Phrase, ...] = Field(
        (), title="Claims", description="What a card may not say of the other person."
    )
    claims_unless: Words = Field(
        (), title="Claims unless", description="After one of these nothing is claimed."
    )
    questions: QuestionRules = Field(title="Questions", description="How questions are told.")
    calendar: CalendarRules = Field(title="Calendar", description="How days and times are said.")
