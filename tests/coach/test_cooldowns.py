"""Waits between cards: the rap's word first, then the organizer's settings."""

from __future__ import annotations

import pytest

from companion.coach.cooldowns import Cooldowns
from companion.settings import CallSettings
from companion.understanding.rap import Timing

SETTINGS = CallSettings(card_cooldown_s=20, nudge_cooldown_s=10, card_speech_s=25)


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing(), Cooldowns(20, 10, 25)),
        (Timing(card_cooldown_s=33), Cooldowns(33, 10, 25)),
        (Timing(nudge_cooldown_s=0), Cooldowns(20, 0, 25)),
        (Timing(card_speech_s=1, card_cooldown_s=2, nudge_cooldown_s=3), Cooldowns(2, 3, 1)),
    ],
)
def test_cooldowns_the_raps_word_goes_before_the_setting(
    timing: Timing, expected: Cooldowns
) -> None:
    assert Cooldowns.of(timing, SETTINGS) == expected
