"""The review as plain lines, scripted: what is typed, what is said, what is saved."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep
from companion.live.review_desk import Approved, Decision, Discarded, Left, StoredAs
from companion.live.review_lines import review_in_lines
from companion.live.review_rows import Part, row
from companion.records import to_json
from tests.fakes.review import DeskStage, review_of

STORED = StoredAs("maple-17", "ab" * 32)


def _review(*typed: str, stage: DeskStage | None = None) -> tuple[Decision, str, DeskStage]:
    stage = stage or DeskStage()
    out = io.StringIO()
    script = "".join(f"{line}\n" for line in typed)
    return review_in_lines(stage.desk(), io.StringIO(script), out), out.getvalue(), stage


def test_review_lines_show_every_value_with_its_number_and_origin() -> None:
    _, text, _ = _review()
    assert "Review of the call on Monday, May 4" in text
    assert "  1  Issues: hours and scheduling (heard), health and safety (tapped)" in text
    assert "Their answer: your own words point to 'yes' (heard); not kept yet" in text
    assert (
        "  5  Next step: they: come to a meeting, Tuesday, May 12, 6:00 pm (heard); not kept yet"
    ) in text
    assert " 12  You spoke: a third of the time" in text
    assert "Consent: spoken" in text
    assert text.count("Open: ") == 2
    for part in Part:
        assert f"{part.value}: " in text


@pytest.mark.parametrize(
    ("typed", "decision"),
    [
        ((), Left),
        (("",), Left),
        (("", ""), Discarded),
        (("", "yes"), Discarded),
        (("", "n", "later"), Left),
        (("discard",), Discarded),
        (("approve",), Left),
        (("approve", "back", "discard"), Discarded),
        (("approve", ""), Approved),
    ],
)
def test_review_lines_only_a_word_saves(typed: tuple[str, ...], decision: type) -> None:
    decided, _, stage = _review(*typed)
    assert type(decided) is decision
    assert len(stage.saved) == (1 if decision is Approved else 0)


def test_review_lines_ctrl_c_decides_nothing() -> None:
    class Interrupted:
        def readline(self) -> str:
            raise KeyboardInterrupt

    stage = DeskStage()
    assert review_in_lines(stage.desk(), Interrupted(), io.StringIO()) == Left()
    assert stage.saved == []


def test_review_lines_approve_as_it_stands_keeps_no_agreement() -> None:
    _, text, stage = _review("approve", "")
    summary = stage.saved[0].summary
    assert (summary.commitment, summary.next_step, summary.agreed) == (None, None, False)
    assert "Enter takes" in text


def test_review_lines_a_heard_step_is_confirmed_with_a_yes() -> None:
    _, text, stage = _review("5", "yes", "approve", "oak-21")
    assert "Heard on your side: they: come to a meeting, Tuesday, May 12, 6:00 pm." in text
    saved = stage.saved[0]
    assert saved.code == "oak-21"
    assert saved.summary.next_step == RecordedStep(
        "them", "meeting", "2026-05-12T18:00", Origin.HEARD, True
    )


def test_review_lines_a_step_is_put_together_from_who_what_when() -> None:
    stage = DeskStage(review_of(next_step=None))
    _, text, stage = _review("5", "both", "2", "thursday 18:30", "approve", "", stage=stage)
    assert "Understood as Thursday, May 7, 6:30 pm." in text
    step = stage.saved[0].summary.next_step
    assert step == RecordedStep("both", "call", "2026-05-07T18:30", Origin.TYPED, True)


@pytest.mark.parametrize(
    "typed",
    [("Zoltan",), ("them", "99"), ("them", "1", "some day"), ("them", "1", "tuesday 6"), ("",)],
)
def test_review_lines_a_step_that_is_not_whole_changes_nothing(typed: tuple[str, ...]) -> None:
    stage = DeskStage(review_of(next_step=None))
    _review("5", *typed, stage=stage)
    assert stage.changes == []


def test_review_lines_no_agreement_is_said_with_none() -> None:
    _, text, stage = _review("5", "none", "approve", "")
    assert "Next step: no agreement" in text
    assert stage.saved[0].summary.next_step is None
    assert "Open: The next step" not in text.partition("Next step: no agreement")[2]


def test_review_lines_values_are_chosen_and_cleared_by_number() -> None:
    _, text, stage = _review(
        "4", "1", "2", "2", "clear 3", "1", "2 3", "clear 12", "11", "1 2", "approve", ""
    )
    summary = stage.saved[0].summary
    assert summary.commitment == Fact("yes", Origin.TYPED)
    assert summary.decision_maker == Fact("owner", Origin.TYPED)
    assert summary.ask is None
    assert summary.issues == (Fact("pay", Origin.TYPED), Fact("safety", Origin.TAPPED))
    assert summary.listening_share is None
    assert summary.steps_reached == (1, 2)
    assert "You spoke: not kept" in text


@pytest.mark.parametrize("number", range(1, 13))
def test_review_lines_every_row_can_be_cleared(number: int) -> None:
    words = "10" if number == 10 else "6" if number == 6 else "9"
    _, _, stage = _review(words, "flyers", "8", "1", f"clear {number}", "undo", f"clear {number}")
    after = row(stage.changes[-1], list(Part)[number - 1])
    assert after.value in ("nothing", "no agreement", "none", "not kept")


def test_review_lines_free_words_are_read_back_with_their_masks() -> None:
    _, text, stage = _review("10", "asked Zoltan about breaks", "", "approve", "")
    assert "Kept would be: asked [name] about breaks" in text
    assert "Masked: Zoltan." in text
    assert stage.saved[0].summary.note is not None
    assert stage.saved[0].summary.note.text == "asked [name] about breaks"


def test_review_lines_a_masked_word_is_kept_only_where_typed_again_after_the_warning() -> None:
    _, text, stage = _review("10", "asked Zoltan and Brunhilde", "zoltan", "", "approve", "")
    assert text.index("can point to a person") < text.index(
        "Kept would be: asked Zoltan and [name]"
    )
    note = stage.saved[0].summary.note
    assert note is not None
    assert (note.text, note.kept) == ("asked Zoltan and [name]", ("Zoltan",))
    assert "Hint: Words that you kept knowingly" in text


@pytest.mark.parametrize("word", ["asked", "Odile", "yes", "keep", "zol"])
def test_review_lines_no_other_word_takes_a_mask_off(word: str) -> None:
    _, text, stage = _review("10", "asked Zoltan", word, "", "approve", "")
    assert "That word is not masked in your text." in text
    assert stage.saved[0].summary.note is not None
    assert stage.saved[0].summary.note.text == "asked [name]"


def test_review_lines_too_many_words_are_refused_in_a_sentence() -> None:
    _, text, stage = _review("10", "word " * 60, "10", "", "approve", "")
    assert "at most 240 characters fit here" in text
    assert stage.saved[0].summary.note is None


def test_review_lines_bytes_are_exactly_what_is_saved() -> None:
    _, text, stage = _review("10", "asked Zoltan", "", "bytes", "approve", "")
    record = to_json(stage.saved[0].summary)
    assert record in text.splitlines()
    assert f"({len(record)} bytes)" in text
    assert json.loads(record)["note"]["text"] == "asked [name]"


def test_review_lines_undo_takes_back_one_change_at_a_time() -> None:
    _, text, stage = _review("clear 1", "clear 2", "undo", "undo", "undo", "approve", "")
    assert text.count("The last change was taken back.") == 2
    assert "There is nothing to take back." in text
    assert stage.saved[0].summary.issues == review_of().summary.issues


@pytest.mark.parametrize(
    "code", ["maple-17", "MAPLE 17", "a", "so long a code that nobody keeps it"]
)
def test_review_lines_a_code_that_cannot_be_is_asked_again(code: str) -> None:
    decided, text, stage = _review("approve", code, "approve", "oak-21")
    assert "Not saved: " in text
    assert isinstance(decided, Approved)
    assert [saved.code for saved in stage.saved] == ["oak-21"]


def test_review_lines_a_store_that_refuses_leaves_the_review_open() -> None:
    stage = DeskStage(refuse="the disk is full; free some space")
    decided, text, _ = _review("clear 1", "approve", "", "later", stage=stage)
    assert "Not saved: the disk is full; free some space." in text
    assert decided == Left()


def test_review_lines_every_edit_is_told_so_that_a_crash_loses_none() -> None:
    _, _, stage = _review("clear 1", "10", "flyers")
    assert stage.changes[-1].summary.issues == ()
    assert stage.changes[-1].summary.note is not None


def test_review_lines_a_stored_call_keeps_its_code_and_is_never_discarded() -> None:
    stage = DeskStage(stored_as=STORED)
    decided, text, stage = _review("clear 1", "approve", stage=stage)
    assert isinstance(decided, Approved)
    assert decided.deletion_code is None
    assert (stage.saved[0].code, stage.saved[0].deletion_digest) == ("maple-17", "ab" * 32)
    assert "stored as maple-17" in text
    _, text, stage = _review("", "", stage=DeskStage(stored_as=STORED))
    assert "Leave the call as it is stored?" in text
    assert stage.saved == []


@pytest.mark.parametrize("typed", ["13", "0", "clear", "clear 99", "x", "²", "approve now", "-1"])
def test_review_lines_what_is_not_understood_changes_nothing(typed: str) -> None:
    _, text, stage = _review(typed)
    assert "Not understood. Type ? for the commands." in text
    assert stage.changes == []


def test_review_lines_help_names_every_command() -> None:
    _, text, _ = _review("?")
    for word in ("clear", "undo", "list", "bytes", "approve", "discard", "later"):
        assert f"  {word}" in text


LINES = st.sampled_from(
    [str(n) for n in range(14)]
    + ["", "none", "yes", "them", "me", "1 3", "tomorrow 6 pm", "Zoltan", "asked Zoltan", "words"]
    + ["clear 5", "clear 10", "undo", "bytes", "list", "approve", "discard", "later", "?", "n"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_review_lines_whatever_is_typed_ends_in_a_decision(typed: list[str]) -> None:
    decided, _, stage = _review(*typed)
    assert isinstance(decided, Approved | Discarded | Left)
    assert len(stage.saved) == int(isinstance(decided, Approved))
    for saved in stage.saved:
        assert saved.summary.next_step is None or saved.summary.agreed
        commitment = saved.summary.commitment
        assert commitment is None or commitment.origin is not Origin.HEARD
