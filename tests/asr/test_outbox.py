"""Words on their way out: committed ones stay, a final ends its partial, a gap is never silent."""

from __future__ import annotations

from companion.asr.backlog import PendingSegment
from companion.asr.outbox import COMMIT_FROM_S, Outbox
from companion.asr.protocol import Decoded
from companion.audio.sound import EndReason, SegmentEnded
from companion.domain.speech import Gap, GapReason


def _segment(speech_s: float | None = None) -> PendingSegment:
    segment = PendingSegment(3, 10.0, bytearray())
    if speech_s is not None:
        segment.ended = SegmentEnded(3, 10.0, 10.0 + speech_s, speech_s, EndReason.SILENCE)
    return segment


def test_outbox_a_newer_partial_takes_the_place_of_one_that_was_not_fetched() -> None:
    outbox, segment = Outbox(), _segment()
    outbox.show(segment, Decoded("alpha"), 2.0, 0.1)
    outbox.show(segment, Decoded("alpha bravo"), 2.5, 0.1)
    [partial] = outbox.fetch()
    assert (partial.final, partial.committed, partial.tentative) == (False, "alpha", "bravo")
    assert partial.end_s == 12.5
    assert outbox.fetch() == []


def test_outbox_commits_nothing_in_little_sound() -> None:
    outbox, segment = Outbox(), _segment()
    for _ in range(2):
        outbox.show(segment, Decoded("alpha"), COMMIT_FROM_S - 0.1, 0.1)
    [partial] = outbox.fetch()
    assert (partial.committed, partial.tentative) == ("", "alpha")


def test_outbox_a_final_ends_the_partial_and_keeps_what_was_committed() -> None:
    outbox, segment = Outbox(), _segment(speech_s=3.0)
    for _ in range(2):
        outbox.show(segment, Decoded("alpha bravo"), 2.0, 0.1)
    outbox.deliver(segment, Decoded("alpha bravo charlie"), 0.2)
    [final] = outbox.fetch()
    assert (final.final, final.text) == (True, "alpha bravo charlie")


def test_outbox_too_short_a_sound_has_a_final_without_words() -> None:
    outbox = Outbox()
    outbox.deliver(_segment(speech_s=0.05), Decoded("you"), 0.2)
    [final] = outbox.fetch()
    assert (final.text, final.withheld) == ("", "too short")


def test_outbox_giving_up_is_a_gap_and_a_final_with_the_words_that_were_shown() -> None:
    outbox, segment = Outbox(), _segment(speech_s=3.0)
    segment.committed = "alpha"
    outbox.give_up(segment)
    [final] = outbox.fetch()
    assert (final.text, final.withheld) == ("alpha", "recognizer failed")
    assert outbox.fetch_gaps() == [Gap(10.0, 13.0, GapReason.RECOGNIZER_FAILED)]
    assert outbox.fetch_gaps() == []


def test_outbox_forgets_words_and_keeps_gaps() -> None:
    outbox, segment = Outbox(), _segment(speech_s=3.0)
    outbox.drop(segment)
    outbox.show(segment, Decoded("alpha"), 2.0, 0.1)
    outbox.deliver(_segment(speech_s=3.0), Decoded("alpha"), 0.1)
    outbox.forget()
    assert outbox.fetch() == []
    assert outbox.fetch_gaps() == [Gap(10.0, 13.0, GapReason.BACKLOG_FULL)]
