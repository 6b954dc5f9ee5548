"""What the organizer is told of trouble in a call, and how long it stands."""

from __future__ import annotations

import pytest

from companion.domain.speech import Gap, GapReason
from companion.live.board import NoticeKind
from companion.live.notices import Notices


def test_notices_of_outside_trouble_stand_until_they_are_taken_back() -> None:
    notices = Notices()
    first = notices.warn(1.0, "The draft cannot be kept.")
    second = notices.warn(2.0, "The voice is not learned.")
    assert list(notices.open) == [first, second]
    mended = notices.take_back(3.0, "The draft cannot be kept.", "It is kept again.")
    assert (mended.kind, mended.text) == (NoticeKind.MENDED, "It is kept again.")
    assert list(notices.open) == [second]


@pytest.mark.parametrize("reason", [GapReason.PAUSED, GapReason.DEVICE_LOST])
def test_notices_say_nothing_of_gaps_that_speak_for_themselves(reason: GapReason) -> None:
    notices = Notices()
    assert notices.of_gap(Gap(1.0, 2.0, reason), now_s=2.0) == []
    assert notices.open == ()


def test_notices_tell_of_sleep_once_it_is_over() -> None:
    notices = Notices()
    [told] = notices.of_gap(Gap(10.0, 310.0, GapReason.ASLEEP), now_s=310.0)
    assert told.at_s == 310.0
    assert "asleep for 5 minutes" in told.text
    assert notices.open == ()


def test_notices_tell_of_other_voices_at_the_first_and_the_fifth_time() -> None:
    notices = Notices()
    gap = Gap(1.0, 2.0, GapReason.OTHER_VOICE)
    told = [len(notices.of_gap(gap, now_s=2.0)) for _ in range(6)]
    assert told == [1, 0, 0, 0, 1, 0]
    [stands] = notices.open
    assert "5 times so far" in stands.text
