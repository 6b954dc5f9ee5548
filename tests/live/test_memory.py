"""What a call holds of what was said, and that nothing of it outlasts forgetting."""

from __future__ import annotations

from companion.domain.actions import MarkFear
from companion.domain.speech import Gap, GapReason, Hypothesis
from companion.live.memory import CallMemory
from tests.fakes.conversation import CountingConversation

GAP = Gap(2.0, 3.0, GapReason.PAUSED)


def _said(start_s: float, text: str) -> Hypothesis:
    return Hypothesis(int(start_s), start_s, start_s + 1.0, final=True, committed=text)


def test_memory_numbers_what_it_hears_and_tells_how_late_it_was() -> None:
    memory = CallMemory(CountingConversation)
    first = memory.hear(_said(1.0, "good morning"), now_s=2.5)
    second = memory.hear(_said(4.0, "how is it going"), now_s=4.5)
    assert (first.utterance.i, first.lag_s) == (0, 0.5)
    assert (second.utterance.i, second.lag_s) == (1, 0.0)
    assert memory.conversation.transcript(2) == ("good morning", "how is it going")


def test_memory_forgets_from_a_time_on_and_what_is_being_said() -> None:
    memory = CallMemory(CountingConversation)
    memory.hear(_said(1.0, "good morning"), now_s=2.0)
    memory.hear(_said(4.0, "how is it going"), now_s=5.0)
    memory.mark(GAP)
    memory.partial = _said(6.0, "and the")
    memory.forget(4.5)
    assert memory.conversation.transcript(2) == ("good morning",)
    assert memory.partial is None
    assert memory.gaps == (GAP,)


def test_memory_cleared_holds_neither_words_nor_taps_nor_gaps() -> None:
    memory = CallMemory(CountingConversation)
    memory.hear(_said(1.0, "good morning"), now_s=2.0)
    memory.conversation.act(MarkFear(), 2.0)
    memory.mark(GAP)
    memory.partial = _said(6.0, "and the")
    memory.clear()
    assert memory.conversation.transcript(9) == ()
    assert memory.conversation.state.card is None
    assert memory.partial is None
    assert memory.gaps == ()
