"""Hints about values that, taken together, could point to one person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from companion import locations
from companion.after.pointers import pointers
from companion.domain.dialogue import Origin
from companion.domain.record import RecordedStep, RedactedSummary, SafeText
from companion.errors import DocumentError
from tests.fakes.board import OUTLINE
from tests.fakes.review import record


def _with_note(text: str, **changes: object) -> RedactedSummary:
    return replace(record(next_step=None), note=SafeText(text), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "the only nurse on the night shift",
        "A welder, the youngest of them",
        "works nights in the laundry",
        "NIGHT SHIFT, COOK",
    ],
)
def test_pointers_words_of_two_kinds_make_a_hint(text: str) -> None:
    hints = pointers(_with_note(text), OUTLINE)
    assert len(hints) == 1
    assert "together may point to one person" in hints[0]


@pytest.mark.parametrize(
    "text",
    ["", "wants fair breaks and a fair week", "talked about the nurse shortage", "a good cook"],
)
def test_pointers_one_kind_alone_makes_none(text: str) -> None:
    assert pointers(_with_note(text), OUTLINE) == ()


def test_pointers_words_inside_of_words_do_not_count() -> None:
    assert pointers(_with_note("a cookie at nightfall"), OUTLINE) == ()


def test_pointers_role_words_and_exact_time_together_make_a_hint() -> None:
    step = RecordedStep("them", "meeting", "2026-05-12T18:00", Origin.TYPED, True)
    at_six = _with_note("asked the cook", next_step=step)
    assert any("workplace" in hint for hint in pointers(at_six, OUTLINE))
    day_only = replace(at_six, next_step=replace(step, when="2026-05-12"))
    assert pointers(day_only, OUTLINE) == ()


def test_pointers_words_that_were_kept_knowingly_are_named_as_a_risk() -> None:
    kept = replace(record(), follow_up_detail=SafeText("call Zoltan", ("Zoltan",)))
    assert any("kept knowingly" in hint for hint in pointers(kept, OUTLINE))
    assert not any("Zoltan" in hint for hint in pointers(kept, OUTLINE))


def test_pointers_a_language_without_a_list_gives_no_hint() -> None:
    assert pointers(_with_note("the only nurse"), replace(OUTLINE, language="xx")) == ()


def test_pointers_a_broken_list_of_ones_own_is_one_sentence(tmp_path: Path) -> None:
    own = locations.user_config() / "redaction" / "pointers.yy.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("language: yy\nkindz: []\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"mend it, or delete your own copy"):
        pointers(_with_note("word"), replace(OUTLINE, language="yy"))
