"""Choosing the values of a review from fixed lists, and the next step part by part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from companion.after.review import TextSlot
from companion.domain.dates import read_when
from companion.domain.dialogue import Field, Origin
from companion.domain.outline import Choice, text_of
from companion.domain.record import RecordedStep
from companion.live import review_rows, wording
from companion.live.review_desk import ReviewDesk
from companion.live.review_rows import FIELDS, Part
from companion.live.terminal.dialogs import ChoiceDialog, ConfirmDialog, ToggleDialog
from companion.live.terminal.when_dialog import WhenDialog

_NONE = "none"
_WORDS = "words"
_WHO = (
    Choice("them", "They do it"),
    Choice("organizer", "You do it"),
    Choice("both", "Both"),
    Choice(_NONE, "Nobody: there is no agreement"),
)
_AS_HEARD = (
    Choice("yes", "Yes, this was agreed"),
    Choice("change", "Change it"),
    Choice(_NONE, "There is no agreement"),
)


class Pickers:
    """Opens the dialogs for one row and puts their result on the desk."""

    def __init__(self, app: App[Any], desk: ReviewDesk, changed: Callable[[], None]) -> None:
        self._app = app
        self._desk = desk
        self._changed = changed

    def open(self, part: Part) -> None:
        """Ask for a new value of a row that holds no free words."""
        if part in FIELDS:
            self._pick_value(part, FIELDS[part])
        elif part is Part.ISSUES:
            self._pick_issues()
        elif part is Part.STEPS:
            self._pick_steps()
        elif part is Part.STEP:
            self._pick_step()
        else:
            self._app.push_screen(
                ConfirmDialog("Take out how much you spoke?", "The share is then not kept."),
                lambda sure: self._clear(Part.SHARE) if sure else None,
            )

    def _clear(self, part: Part) -> None:
        self._desk.clear(part)
        self._changed()

    def _pick_value(self, part: Part, field: Field) -> None:
        fact = review_rows.fact_of(self._desk.review, field)
        heard = fact.value if fact is not None and fact.origin is Origin.HEARD else None
        chosen = fact.value if fact is not None and heard is None else None

        def put(value: str | None) -> None:
            if value is not None:
                self._desk.edit(self._desk.review.with_value(field, value))
                self._changed()

        choices = self._desk.review.choices(field)
        self._app.push_screen(ChoiceDialog(part.value, choices, chosen, heard), put)

    def _pick_issues(self) -> None:
        facts = self._desk.review.summary.issues

        def toggle(value: str) -> None:
            kept = {fact.value for fact in self._desk.review.summary.issues} ^ {value}
            self._desk.edit(self._desk.review.with_issues(kept))
            self._changed()

        self._app.push_screen(
            ToggleDialog(
                "Issues",
                self._desk.review.choices(Field.ISSUE),
                frozenset(fact.value for fact in facts),
                frozenset(fact.value for fact in facts if fact.origin is Origin.HEARD),
                toggle,
            )
        )

    def _pick_steps(self) -> None:
        review = self._desk.review
        reached = review.summary.steps_reached
        names = {int(part.step): part.name for part in review.outline.steps}
        choices = tuple(Choice(str(n), f"{n} {names.get(n, '')}") for n in reached)
        kept = {str(n) for n in reached}

        def toggle(value: str) -> None:
            kept.symmetric_difference_update({value})
            # From the whole list each time, so that a step can be put back while this is open.
            self._desk.edit(review.with_steps([int(n) for n in kept]))
            self._changed()

        if choices:
            self._app.push_screen(
                ToggleDialog("Steps reached", choices, frozenset(kept), frozenset(), toggle)
            )

    def _pick_step(self) -> None:
        review = self._desk.review
        question = review_rows.step_question(review.summary.next_step, review.outline)
        if question is None:
            self._ask_who()
            return

        def answer(chosen: str | None) -> None:
            known = self._desk.review.summary.next_step
            if chosen == "yes" and known is not None:
                self._put(known.who or "", known.what, known.when or "")
            elif chosen == _NONE:
                self._clear(Part.STEP)
            elif chosen == "change":
                self._ask_who()

        self._app.push_screen(ChoiceDialog(f"Heard on your side: {question}", _AS_HEARD), answer)

    def _ask_who(self) -> None:
        known = self._desk.review.summary.next_step

        start = known.who if known is not None else None

        def answer(who: str | None) -> None:
            if who == _NONE:
                self._clear(Part.STEP)
            elif who is not None:
                self._ask_what(who)

        self._app.push_screen(_dialog("Next step: who?", _WHO, known, start), answer)

    def _ask_what(self, who: str) -> None:
        review = self._desk.review
        known = review.summary.next_step
        choices = review.outline.next_step_kinds
        if review.text(TextSlot.STEP_DETAIL) is not None:
            choices += (Choice(_WORDS, "Only what you wrote in your words"),)

        def answer(what: str | None) -> None:
            if what is not None:
                self._ask_when(who, None if what == _WORDS else what)

        start = known.what if known is not None else None
        self._app.push_screen(_dialog("Next step: what?", choices, known, start), answer)

    def _ask_when(self, who: str, what: str | None) -> None:
        review = self._desk.review
        known = review.summary.next_step
        kind = text_of(what, review.outline.next_step_kinds) if what else "in your words"
        today = self._desk.today
        proposed = known.when if known is not None else None
        if proposed is not None and read_when(proposed, today) is None:
            proposed = None  # a day that has passed is typed anew

        def answer(when: str | None) -> None:
            if when is not None:
                self._put(who, what, when)

        title = f"Next step for {wording.who(who)}: {kind}. When?"
        self._app.push_screen(WhenDialog(title, today, proposed), answer)

    def _put(self, who: str, what: str | None, when: str) -> None:
        self._desk.edit(self._desk.review.with_step(who, what, when))
        self._changed()


def _dialog(
    title: str, choices: tuple[Choice, ...], known: RecordedStep | None, value: str | None
) -> ChoiceDialog:
    """Starts on what is known; what was only heard says so."""
    if known is not None and known.origin is Origin.HEARD and not known.confirmed:
        return ChoiceDialog(title, choices, heard=value)
    return ChoiceDialog(title, choices, chosen=value)
