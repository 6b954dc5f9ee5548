"""Changing one row of a review by typed lines."""

from __future__ import annotations

from typing import Protocol

from companion.after.review import TextSlot
from companion.domain.dates import WHEN_EXAMPLES, read_when, when_words
from companion.domain.dialogue import Field
from companion.domain.outline import Choice, text_of
from companion.live import review_rows, wording
from companion.live.review_desk import KEEP_WARNING, ReviewDesk, Typed
from companion.live.review_rows import FIELDS, SLOTS, Part

_WHO = {"them": "them", "me": "organizer", "both": "both"}
_STAYS = "Enter leaves it as it is"
_CANCEL = "The next step stays as it was."


class Asks(Protocol):
    """What the edits need: to say lines and to ask for one."""

    def say(self, *lines: str) -> None:
        """Print lines."""

    def ask(self, question: str) -> str:
        """What is typed."""


class RowEdits:
    """Asks for a row's new value and puts it on the desk."""

    def __init__(self, desk: ReviewDesk, lines: Asks) -> None:
        self._desk = desk
        self._lines = lines

    def change(self, part: Part) -> None:
        """Ask, and change it. Raises: CompanionError where the answer cannot be used."""
        if part in FIELDS:
            self._value(part, FIELDS[part])
        elif part in SLOTS:
            self._words(SLOTS[part])
        elif part is Part.ISSUES:
            self._issues()
        elif part is Part.STEP:
            self._step()
        elif part is Part.STEPS:
            self._steps()
        else:
            self._share()

    def _value(self, part: Part, field: Field) -> None:
        choices = self._desk.review.choices(field)
        self._list(part.value, choices)
        answer = self._lines.ask(f"Number, or 'none' to clear it; {_STAYS}").lower()
        if answer == "none":
            self._desk.clear(part)
        elif answer:
            chosen = self._chosen(answer, choices)
            if chosen is not None:
                self._desk.edit(self._desk.review.with_value(field, chosen.id))

    def _issues(self) -> None:
        review = self._desk.review
        choices = review.choices(Field.ISSUE)
        kept = {fact.value for fact in review.summary.issues}
        self._list("Issues", choices, kept)
        answer = self._lines.ask(
            f"All numbers to keep, such as 1 3, or 'none' to clear them; {_STAYS}"
        ).lower()
        if answer == "none":
            self._desk.clear(Part.ISSUES)
        elif answer:
            chosen = [self._chosen(word, choices) for word in answer.replace(",", " ").split()]
            ids = [choice.id for choice in chosen if choice is not None]
            if len(ids) == len(chosen):
                self._desk.edit(review.with_issues(ids))

    def _steps(self) -> None:
        reached = self._desk.review.summary.steps_reached
        answer = self._lines.ask(
            f"Steps to keep, of {', '.join(map(str, reached)) or 'none'}, such as 1 2; "
            f"'none' to clear them; {_STAYS}"
        ).lower()
        if answer == "none":
            self._desk.clear(Part.STEPS)
        elif answer:
            words = answer.replace(",", " ").split()
            if set(words) <= {str(step) for step in reached}:
                self._desk.edit(self._desk.review.with_steps([int(word) for word in words]))
            else:
                self._lines.say("Only steps that were reached can be kept.")

    def _share(self) -> None:
        answer = self._lines.ask(f"'none' takes your share of the talk out; {_STAYS}").lower()
        if answer == "none":
            self._desk.clear(Part.SHARE)

    def _step(self) -> None:
        """Who, what, when; or only a yes where all three were heard."""
        review = self._desk.review
        known = review.summary.next_step
        question = review_rows.step_question(known, review.outline)
        if question is not None and known is not None:
            self._lines.say(f"Heard on your side: {question}.")
            answer = self._lines.ask("'yes' confirms it; 'none' for no agreement; Enter changes it")
            if answer.lower() in ("y", "yes"):
                self._desk.edit(review.with_step(known.who or "", known.what, known.when or ""))
                return
            if answer.lower() == "none":
                self._desk.clear(Part.STEP)
                return
        who = self._who(known.who if known else None)
        if who is None:
            return
        found, what = self._what(known.what if known else None)
        when = self._when(known.when if known else None) if found else None
        if when is None:
            self._lines.say(_CANCEL)
        else:
            self._desk.edit(review.with_step(who, what, when))

    def _who(self, known: str | None) -> str | None:
        keep = f"Enter keeps '{wording.who(known)}'" if known else _STAYS
        answer = self._lines.ask(
            f"Who does it? them, me, both; or 'none' for no agreement; {keep}"
        ).lower()
        if answer == "none":
            self._desk.clear(Part.STEP)
            return None
        if not answer:
            return known
        if answer not in _WHO:
            self._lines.say(_CANCEL)
        return _WHO.get(answer)

    def _what(self, known: str | None) -> tuple[bool, str | None]:
        """Whether there is an answer, and the kind; None for the organizer's own words."""
        review = self._desk.review
        kinds = review.outline.next_step_kinds
        detail = review.text(TextSlot.STEP_DETAIL)
        self._list("Kinds of next step", kinds, {known} if known else set())
        own = "; 'words' for your own words alone" if detail is not None else ""
        keep = f"; Enter keeps '{text_of(known, kinds)}'" if known else ""
        answer = self._lines.ask(f"What? A number{own}{keep}").lower()
        if answer == "words" and detail is not None:
            return True, None
        if not answer:
            return known is not None, known
        chosen = self._chosen(answer, kinds)
        return chosen is not None, chosen.id if chosen else None

    def _when(self, known: str | None) -> str | None:
        keep = f"; Enter keeps '{wording.when(known)}'" if known else ""
        answer = self._lines.ask(f"When? {WHEN_EXAMPLES}{keep}")
        if not answer:
            return known
        when = read_when(answer, self._desk.today)
        if when is None:
            self._lines.say(f"That day was not understood; {WHEN_EXAMPLES} are.")
        else:
            self._lines.say(f"Understood as {when_words(when)}.")
        return when

    def _words(self, slot: TextSlot) -> None:
        """Free words: typed, read back with their masks, and only then put in place."""
        present = self._desk.review.text(slot)
        if present is not None:
            self._lines.say(f"Now: {present.text}")
        answer = self._lines.ask(
            f"A few words, at most {slot.max_chars} characters, no names; "
            f"'none' clears it; {_STAYS}"
        )
        if not answer:
            return
        if answer.lower() == "none":
            self._desk.edit(self._desk.review.with_text(slot, ""))
            return
        typed = self._desk.typed(slot, answer)
        if typed.masked_words:
            typed = self._ask_about_masks(typed)
        self._desk.put(typed)

    def _ask_about_masks(self, typed: Typed) -> Typed:
        warned = False
        while typed.masked_words:
            self._lines.say(f"Kept would be: {typed.masked}")
            if not warned:
                self._lines.say(f"Masked: {', '.join(typed.masked_words)}. {KEEP_WARNING}")
                warned = True
            word = self._lines.ask(
                "Enter takes it with its masks; to keep a masked word all the same, type that "
                "word again"
            )
            if not word:
                break
            kept = self._desk.keep(typed, word)
            if kept is None:
                self._lines.say("That word is not masked in your text.")
            else:
                typed = kept
        return typed

    def _list(
        self, heading: str, choices: tuple[Choice, ...], marked: set[str] | None = None
    ) -> None:
        self._lines.say(f"{heading}:")
        for number, choice in enumerate(choices, 1):
            mark = " (chosen)" if marked and choice.id in marked else ""
            self._lines.say(f"  {number:>2}  {choice.text}{mark}")

    def _chosen(self, answer: str, choices: tuple[Choice, ...]) -> Choice | None:
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1]
        self._lines.say(f"Please type a number from 1 to {len(choices)}; nothing was changed.")
        return None
