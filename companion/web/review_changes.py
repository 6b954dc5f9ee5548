"""One change of a review, as a form of its page sends it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from companion.domain.dates import WHEN_EXAMPLES, read_when
from companion.domain.dialogue import Field as About
from companion.errors import InputError
from companion.live import review_rows
from companion.live.review_rows import FIELDS, SLOTS, Part
from companion.web.review_sheet import OWN_WORDS
from companion.web.reviewing import OpenReview

_STEPS = ("1", "2", "3", "4", "5")


class Change(BaseModel):
    """What a form of the page sends; which fields count depends on `do` and `part`."""

    do: Literal["set", "keep", "take", "leave", "confirm", "clear", "undo", "approve", "discard"]
    part: str = Field("", max_length=20)
    value: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=60)
    text: str = Field("", max_length=2000)
    word: str = Field("", max_length=200)
    who: str = Field("", max_length=20)
    what: str = Field("", max_length=60)
    when: str = Field("", max_length=60)
    code: str = Field("", max_length=60)


def edit(review: OpenReview, change: Change, part: Part | None, today: date) -> None:
    """Change one value, or take the last change back.

    Words in which something is masked wait in `review.typed` for a decision of their own.

    Raises: InputError where it cannot be used; nothing is changed then.
    """
    if change.do == "undo":
        review.typed = None
        if not review.desk.undo():
            raise InputError("there is nothing to take back")
    elif part is None:
        raise InputError("this row is not part of a review; open the page again")
    elif change.do in ("keep", "take", "leave"):
        _decide_on_masks(review, change)
    else:
        review.typed = None
        if change.do == "clear":
            review.desk.clear(part)
        elif change.do == "confirm":
            _confirm(review)
        else:
            _set(review, change, part, today)


def _set(review: OpenReview, change: Change, part: Part, today: date) -> None:
    on_desk = review.desk.review
    if part in SLOTS:
        _set_words(review, part, change.text.strip())
    elif part in FIELDS:
        _set_value(review, part, "".join(change.value[:1]))
    elif part is Part.ISSUES:
        review.desk.edit(on_desk.with_issues(change.value))
    elif part is Part.STEPS:
        steps = [int(step) for step in change.value if step in _STEPS]
        review.desk.edit(on_desk.with_steps(steps))
    elif part is Part.STEP:
        _set_step(review, change, today)
    else:
        raise InputError("this value can only be taken out")


def _set_words(review: OpenReview, part: Part, text: str) -> None:
    typed = review.desk.typed(SLOTS[part], text)
    if typed.masked_words:
        review.typed = typed
    else:
        review.desk.put(typed)


def _decide_on_masks(review: OpenReview, change: Change) -> None:
    typed = review.typed
    if typed is None:
        raise InputError("these words were decided on already; type them again to change them")
    if change.do == "keep":
        kept = review.desk.keep(typed, change.word)
        if kept is None:
            raise InputError("that word is not masked in your text")
        typed = review.typed = kept
        if typed.masked_words:
            return
    review.typed = None
    if change.do != "leave":
        review.desk.put(typed)


def _set_value(review: OpenReview, part: Part, value: str) -> None:
    about = FIELDS[part]
    known = review_rows.fact_of(review.desk.review, about)
    # What is sent as it was keeps saying where it comes from; an answer is always confirmed.
    if about is About.COMMITMENT or value != (known.value if known is not None else ""):
        review.desk.edit(review.desk.review.with_value(about, value or None))


def _set_step(review: OpenReview, change: Change, today: date) -> None:
    if not change.who:
        raise InputError("say who does it; if nothing was agreed, choose that below")
    if not change.what:
        raise InputError("say what the next step is; for words of your own, write them first")
    when = read_when(change.when, today)
    if when is None:
        raise InputError(f"that day was not understood; {WHEN_EXAMPLES} are")
    what = None if change.what == OWN_WORDS else change.what
    review.desk.edit(review.desk.review.with_step(change.who, what, when))


def _confirm(review: OpenReview) -> None:
    known = review.desk.review.summary.next_step
    if known is None or known.who is None or known.when is None:
        raise InputError("the next step lacks a part; say who, what and when")
    review.desk.edit(review.desk.review.with_step(known.who, known.what, known.when))
