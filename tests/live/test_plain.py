"""The plain view: one line for what changed, and silence while the other person speaks."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable

import pytest

from companion.domain.call import CallPhase
from companion.domain.speech import Gap, GapReason
from companion.live.board import (
    CardShown,
    Forgotten,
    GapMarked,
    LiveEvent,
    Notice,
    NoticeKind,
    PhaseChanged,
    Snapshot,
    StepChanged,
)
from companion.live.follow import News
from companion.live.key_reader import KeyReader
from companion.live.plain import LinePrinter, run_plain
from tests.fakes.board import (
    CARD,
    OTHER_CARD,
    OUTLINE,
    FakeCall,
    call_state,
    estimate,
    heard,
    snapshot,
    summary,
)

SECRET = "something that only she said"


def _lines(*news: News) -> list[str]:
    out = io.StringIO()
    printer = LinePrinter(OUTLINE, out)
    for each in news:
        printer.take(each)
    return out.getvalue().splitlines()


def _news(*events: LiveEvent, over: bool = False, **changes: object) -> News:
    shown: Snapshot = snapshot(1, call_state(now_s=300.0), **changes)
    return News(shown, events, missed=0, over=over)


def test_plain_a_card_in_time_comes_with_counts_and_share() -> None:
    lines = _lines(_news(heard(SECRET, end_s=299.0), CardShown(300.0, OTHER_CARD)))
    assert lines == [
        f"Card: {OTHER_CARD.text}",
        "  Questions: 3 open, 2 closed. You spoke a quarter of 5 minutes.",
    ]


def test_plain_never_prints_what_was_said() -> None:
    assert SECRET not in "\n".join(_lines(_news(heard(SECRET, end_s=299.0))))


def test_plain_prints_the_words_where_they_were_asked_for() -> None:
    out = io.StringIO()
    LinePrinter(OUTLINE, out, transcript=True).take(_news(heard(SECRET, end_s=299.0)))
    assert out.getvalue().splitlines() == [f"You: {SECRET}"]


def test_plain_a_late_card_waits_for_the_next_turn_and_only_the_latest_is_said() -> None:
    late = _news(
        heard(SECRET, end_s=250.0),
        CardShown(300.0, CARD),
        StepChanged(300.0, estimate()),
        CardShown(301.0, OTHER_CARD),
    )
    assert _lines(late) == []
    lines = _lines(late, _news(speaking=True))
    assert lines[0] == "Step 2 of 5: What moves you (likely)."
    assert lines[1] == f"Card: {OTHER_CARD.text}"
    assert len(lines) == 3


def test_plain_a_card_that_was_asked_for_is_said_at_once() -> None:
    lines = _lines(_news(CardShown(300.0, OTHER_CARD, "organizer")))
    assert lines[0] == f"Card: {OTHER_CARD.text}"


def test_plain_says_nothing_twice() -> None:
    turn = _news(
        heard(SECRET, end_s=299.0),
        StepChanged(300.0, estimate(probability=0.7)),
        CardShown(300.0, CARD),
    )
    again = _news(StepChanged(300.5, estimate(probability=0.9)), CardShown(300.5, CARD))
    assert _lines(turn, again) == _lines(turn)


def test_plain_forgotten_cards_are_not_said_later() -> None:
    late = _news(CardShown(300.0, OTHER_CARD), Forgotten(301.0, 270.0))
    assert _lines(late, _news(speaking=True)) == []


def test_plain_trouble_and_safety_speak_at_once() -> None:
    lines = _lines(
        _news(
            Notice(300.0, NoticeKind.PROBLEM, "Your microphone is gone."),
            GapMarked(Gap(290.0, 300.0, GapReason.DEVICE_LOST)),
            GapMarked(Gap(290.0, 300.0, GapReason.PAUSED)),
            Notice(301.0, NoticeKind.MENDED, "Your microphone works again."),
            PhaseChanged(302.0, CallPhase.OFF_RECORD),
        )
    )
    assert lines == [
        "Problem: Your microphone is gone.",
        "Gap: 10 s at 4:50: the microphone was gone",
        "Mended: Your microphone works again.",
        "Off the record. Nothing is heard, and the last moments were dropped.",
    ]


def test_plain_prompts_only_shows_cards_without_figures() -> None:
    by_hand = _news(CardShown(300.0, OTHER_CARD), source=None, phase=CallPhase.PROMPTS_ONLY)
    assert _lines(by_hand) == [f"Card: {OTHER_CARD.text}"]


def test_plain_runs_a_finished_call_to_its_draft() -> None:
    call = FakeCall()
    call.tell(heard(SECRET, end_s=249.5), CardShown(250.0, OTHER_CARD), card=OTHER_CARD)
    call.end()
    out = io.StringIO()
    run_plain(call.board, call, OUTLINE, out, None)
    text = out.getvalue()
    assert text.startswith("Listening. Only your microphone is heard.\n")
    assert text.index(OTHER_CARD.text) < text.index("Ended.") < text.index("Draft of this call.")
    assert "What in this talk stays with you?" in text
    assert "\x1b" not in text
    assert SECRET not in text


def test_plain_withdrawn_call_has_no_draft() -> None:
    call = FakeCall()
    call.withdraw()
    out = io.StringIO()
    run_plain(call.board, call, OUTLINE, out, None)
    assert out.getvalue().splitlines()[-1].startswith("Consent withdrawn.")


class _InterruptedOnce(io.StringIO):
    """Ctrl-C arrives while the first card is being written, and again if `twice`."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    def write(self, text: str) -> int:
        if text.startswith("Card:") and self._times:
            self._times -= 1
            raise KeyboardInterrupt
        return super().write(text)


def test_plain_first_interrupt_ends_the_call_cleanly() -> None:
    call = FakeCall()
    call.tell(CardShown(250.0, OTHER_CARD, "organizer"), card=OTHER_CARD)
    out = _InterruptedOnce(1)
    run_plain(call.board, call, OUTLINE, out, None)
    assert call.calls == ["end"]
    assert "Press Ctrl-C again to stop at once." in out.getvalue()
    assert "Draft of this call." in out.getvalue()


class _NeverEnding(FakeCall):
    """A call that is slow to end, and shows one more card on the way."""

    def end(self) -> None:
        self.calls.append("end")
        self.tell(CardShown(260.0, CARD, "organizer"), card=CARD)


def test_plain_second_interrupt_stops_at_once() -> None:
    call = _NeverEnding()
    call.tell(CardShown(250.0, OTHER_CARD, "organizer"), card=OTHER_CARD)
    with pytest.raises(KeyboardInterrupt):
        run_plain(call.board, call, OUTLINE, _InterruptedOnce(2), None)
    assert call.calls == ["end"]


def _until(condition: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(500):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError("did not happen in time")


@pytest.mark.skipif(os.name == "nt", reason="a pipe cannot be waited for there")
def test_plain_typed_lines_reach_the_call() -> None:
    read_end, write_end = os.pipe()
    call, out = FakeCall(), io.StringIO()
    with KeyReader(read_end) as keys:
        view = threading.Thread(target=run_plain, args=(call.board, call, OUTLINE, out, keys))
        view.start()
        os.write(write_end, b"p\n")
        _until(lambda: call.calls == ["pause"])
        os.write(write_end, b"p\ne\n")
        view.join(10.0)
    os.close(write_end)
    os.close(read_end)
    assert not view.is_alive()
    assert call.calls[0] == "pause"
    assert call.calls[-1] == "end"


@pytest.mark.skipif(os.name == "nt", reason="a pipe cannot be waited for there")
def test_plain_key_reader_joins_split_lines_and_survives_the_end_of_input() -> None:
    read_end, write_end = os.pipe()
    with KeyReader(read_end) as keys:
        os.write(write_end, b"pi")
        os.write(write_end, b"n\r\n?\nrest")
        os.close(write_end)
        got: list[str] = []

        def take() -> bool:
            line = keys.poll()
            if line is not None:
                got.append(line)
            return len(got) == 2

        _until(take)
        assert got == ["pin", "?"]
        assert keys.poll() is None
    os.close(read_end)


def test_plain_summary_of_the_fake_is_shown_once() -> None:
    over = _news(over=True, phase=CallPhase.ENDED, summary=summary())
    assert sum("Draft of this call" in line for line in _lines(over)) == 1


def test_plain_where_a_review_follows_the_draft_is_not_read_out_twice() -> None:
    out = io.StringIO()
    printer = LinePrinter(OUTLINE, out, review_follows=True)
    printer.take(_news(over=True, phase=CallPhase.ENDED, summary=summary()))
    assert "Draft of this call" not in out.getvalue()
    assert OUTLINE.afterwards[0] not in out.getvalue()


@pytest.mark.skipif(os.name == "nt", reason="a pipe cannot be waited for there")
def test_plain_key_reader_serves_the_questions_after_the_call() -> None:
    read_end, write_end = os.pipe()
    with KeyReader(read_end) as keys:
        os.write(write_end, b"e\napprove\n\n")
        assert keys.readline() == "e\n"
        assert keys.readline() == "approve\n"
        assert keys.readline() == "\n"  # an empty line is an answer, and not the end
        os.close(write_end)
        assert keys.readline() == ""
    os.close(read_end)
