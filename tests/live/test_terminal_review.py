"""The review in the terminal, driven by keys. Text is what counts, not color."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from companion.domain.call import Consent, ConsentScope
from companion.domain.dialogue import Origin
from companion.domain.record import Fact, RecordedStep, SafeText
from companion.live.review_desk import Approved, Decision, Discarded, Left, StoredAs
from companion.live.terminal import CallApp, GateApp, ReviewApp, ViewOptions
from companion.records import to_json
from tests.fakes.board import OUTLINE, FakeCall
from tests.fakes.own_loop import run_apart
from tests.fakes.review import DeskStage, review_of
from tests.fakes.screen import colors, shown

STORED = StoredAs("maple-17", "ab" * 32)


@dataclass
class Seen:
    """What a run of the review showed and came to."""

    stage: DeskStage
    decision: Decision | None = None
    screens: list[str] = field(default_factory=list)
    color: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return self.screens[-1]


def _press(*keys: str, stage: DeskStage | None = None, size: tuple[int, int] = (80, 24)) -> Seen:
    """Press keys one by one; 'text:…' types words. The screen is kept after each."""
    stage = stage or DeskStage()
    seen = Seen(stage)
    app = ReviewApp(stage.desk(), ViewOptions(theme="dark"))

    async def drive() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            seen.screens.append("\n".join(shown(app)))
            for key in keys:
                typed = key.removeprefix("text:")
                await pilot.press(*(_keys(typed) if typed != key else [key]))
                await pilot.pause()
                if app.return_value is None:
                    seen.screens.append("\n".join(shown(app)))
                    seen.color |= colors(app)

    run_apart(drive())
    seen.decision = app.return_value
    return seen


def _keys(text: str) -> list[str]:
    names = {" ": "space", ":": "colon", "-": "minus", "'": "apostrophe"}
    return [names.get(char, char) for char in text]


def _one_line(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_terminal_review_shows_every_row_with_number_and_origin(size: tuple[int, int]) -> None:
    text = _press(size=size).text
    assert "◇ NOT SAVED until you approve" in text
    assert "1 Issues: hours and scheduling (heard), health and safety (tapped)" in text
    assert "4 Their answer: your own words point to 'yes' (heard); not kept yet" in text
    assert "12 You spoke: a third of the time" in text
    assert text.count("Open: ") == 2
    assert "a approve · d discard" in text


@pytest.mark.parametrize("size", [(40, 12), (60, 18), (200, 60)])
def test_terminal_review_state_and_keys_are_there_at_every_size(size: tuple[int, int]) -> None:
    text = _one_line(_press(size=size).text)
    assert "◇ NOT SAVED" in text
    assert "1 Issues" in text
    assert "a approve" in text


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
def test_terminal_review_leaving_decides_nothing(key: str) -> None:
    seen = _press(key)
    assert seen.decision == Left()
    assert seen.stage.saved == []


def test_terminal_review_discarding_is_asked_once() -> None:
    seen = _press("d")
    assert "Nothing of it would be left." in seen.text
    assert _press("d", "n").decision is None
    assert _press("d", "enter").decision is None
    assert _press("d", "y").decision == Discarded()


def test_terminal_review_approve_takes_the_suggested_code() -> None:
    seen = _press("a", "enter")
    assert isinstance(seen.decision, Approved)
    assert seen.decision.deletion_code is not None
    assert "Open: The next step is kept once you" in seen.screens[1]
    summary = seen.stage.saved[0].summary
    assert (summary.commitment, summary.agreed) == (None, False)


def test_terminal_review_a_code_that_cannot_be_keeps_the_dialog_open() -> None:
    clear = ["backspace"] * 30
    seen = _press("a", *clear, "text:maple-17", "enter")
    assert "another call has this code already" in _one_line(seen.text)
    assert seen.decision is None
    seen = _press("a", *clear, "text:oak-21", "enter")
    assert seen.stage.saved[0].code == "oak-21"


def test_terminal_review_a_store_that_refuses_says_why() -> None:
    seen = _press("a", "enter", stage=DeskStage(refuse="the disk is full; free some space"))
    assert "Not saved: the disk is full; free some space." in _one_line(seen.text)
    assert seen.decision is None


def test_terminal_review_confirms_what_was_heard() -> None:
    seen = _press("5", "1", "a", "enter")
    assert "Heard on your side: they: come to a meeting" in _one_line(seen.screens[1])
    assert "confirmed by you" in _one_line(seen.screens[2])
    assert seen.stage.saved[0].summary.next_step == RecordedStep(
        "them", "meeting", "2026-05-12T18:00", Origin.HEARD, True
    )


def test_terminal_review_puts_a_next_step_together() -> None:
    stage = DeskStage(review_of(next_step=None))
    seen = _press("5", "3", "2", "text:thursday 18:30", "enter", "a", "enter", stage=stage)
    step = stage.saved[0].summary.next_step
    assert step == RecordedStep("both", "call", "2026-05-07T18:30", Origin.TYPED, True)
    assert "= Thursday, May 7, 6:30 pm" in seen.screens[4]


def test_terminal_review_no_agreement_is_a_choice_like_others() -> None:
    seen = _press("5", "3", "a", "enter")
    assert "5 Next step: no agreement" in seen.screens[2]
    assert seen.stage.saved[0].summary.next_step is None


def test_terminal_review_values_are_chosen_cleared_and_taken_back() -> None:
    seen = _press("4", "1", "2", "2", "down", "x", "u", "1", "2", "escape", "a", "enter")
    summary = seen.stage.saved[0].summary
    assert summary.commitment == Fact("yes", Origin.TYPED)
    assert summary.decision_maker == Fact("owner", Origin.TYPED)
    assert [fact.value for fact in summary.issues] == ["schedule", "pay", "safety"]


def test_terminal_review_a_step_of_the_talk_can_be_taken_out_and_put_back() -> None:
    down = ["down"] * 10
    seen = _press(*down, "enter", "2", "escape")
    assert "11 Steps reached: 1 Make space, 3 Connect" in seen.text
    seen = _press(*down, "enter", "2", "2", "escape")
    assert "11 Steps reached: 1 Make space, 2 What moves you, 3 Connect" in seen.text
    seen = _press(*down, "down", "enter", "y")
    assert "12 You spoke: not kept" in seen.text


def _note(*keys: str) -> Seen:
    return _press(*["down"] * 9, "enter", *keys)


def test_terminal_review_words_show_their_masks_while_they_are_typed() -> None:
    seen = _note("text:asked Zoltan", "enter", "enter")
    assert "Kept would be: asked [name]" in seen.screens[11]
    assert "Masked: Zoltan." in seen.screens[12]
    assert "A name, a place or an employer" in _one_line(seen.screens[12])
    assert '10 Note: "asked [name]" (typed)' in seen.text


def test_terminal_review_a_mask_is_taken_off_only_by_typing_the_word_again() -> None:
    seen = _note("text:asked Zoltan", "enter", "text:Odile", "enter", "enter")
    assert "That word is not masked in your text." in _one_line(seen.screens[14])
    assert "asked [name]" in seen.text
    seen = _note("text:asked Zoltan", "enter", "text:zoltan", "enter", "s")
    assert '10 Note: "asked Zoltan" (typed)' in seen.screens[-2]
    assert '"kept": ["Zoltan"]' in _one_line(seen.text)


def test_terminal_review_the_warning_and_its_keys_fit_beside_a_long_note() -> None:
    stage = DeskStage(review_of(note=SafeText("a long note without names " * 9)))
    with_mask = f"text:{'quite long words ' * 13}Zoltan"
    before, after = _press(*["down"] * 9, "enter", with_mask, "enter", stage=stage).screens[-2:]
    assert "Now: a long note" in before
    assert "Kept would be" in before
    assert "Esc leaves it as it was" in before
    for line in ("Masked: Zoltan.", "type that word again.", "Enter takes the masks"):
        assert line in after


def test_terminal_review_words_can_be_left_as_they_were() -> None:
    assert _note("text:asked", "escape").stage.changes == []
    assert _note("enter").stage.changes == []


def test_terminal_review_shows_the_very_bytes() -> None:
    seen = _press("s", size=(120, 40))
    record = to_json(review_of().settled)
    assert record.replace(" ", "") in seen.text.replace(" ", "").replace("\n", "")
    assert f"{len(record)} bytes" in seen.text


def test_terminal_review_help_names_every_key() -> None:
    text = _press("question_mark", size=(80, 40)).text
    for key in ("Enter", "x or Delete", "u  ", "s  ", "a  ", "d  ", "Esc or Ctrl-C"):
        assert key in text


def test_terminal_review_of_a_stored_call_saves_the_changes_or_leaves_it() -> None:
    stage = DeskStage(stored_as=STORED)
    seen = _press("x", "a", "y", stage=stage)
    assert "■ STORED as maple-17" in seen.screens[0]
    assert isinstance(seen.decision, Approved)
    assert (stage.saved[0].code, stage.saved[0].summary.issues) == ("maple-17", ())
    assert _press("d", stage=DeskStage(stored_as=STORED)).decision == Discarded()
    refused = DeskStage(stored_as=STORED, refuse="the disk is full; free some space")
    assert "Not saved: the disk is full" in _press("a", "y", stage=refused).text


def test_terminal_review_has_no_red() -> None:
    for color in _press("5", "escape", "d").color:
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        assert not (red > 150 and green < 90 and blue < 90), color


def test_terminal_call_leads_to_the_review_where_one_follows() -> None:
    call = FakeCall()
    app = CallApp(call.board, call, OUTLINE, ViewOptions(review_follows=True))

    async def drive() -> None:
        async with app.run_test() as pilot:
            await pilot.press("ctrl+c")
            app.look()
            await pilot.pause()

    run_apart(drive())
    assert call.calls == ["end"]
    assert app.return_code == 0


@pytest.mark.parametrize(
    ("keys", "scope"),
    [
        (("1", "1"), ConsentScope.SUMMARY),
        (("1", "2"), ConsentScope.HELP),
        (("2", "enter"), ConsentScope.HELP),
        (("1", "escape", "3", "1"), ConsentScope.SUMMARY),
    ],
)
def test_terminal_gate_asks_what_they_agreed_to(keys: tuple[str, ...], scope: ConsentScope) -> None:
    app: Any = GateApp(OUTLINE, skip_preparation=True, ask_scope=True)

    async def drive() -> None:
        async with app.run_test() as pilot:
            await pilot.press(*keys)

    run_apart(drive())
    assert isinstance(app.return_value, Consent)
    assert app.return_value.scope is scope
