"""How the sound of a call was set up, in values and in words."""

from __future__ import annotations

import pytest

from companion.domain.hearing import (
    Hearing,
    Playback,
    Told,
    hearing_lines,
    hearing_of,
    hearing_words,
    measured_on,
)


@pytest.mark.parametrize(
    ("measured", "headset", "earlier", "playback", "told"),
    [
        (None, None, None, Playback.NOT_TESTED, None),
        (None, None, "headset 2026-11-01", Playback.NOT_TESTED, None),
        (None, True, None, Playback.HEADSET, Told.SAID),
        (None, False, None, Playback.SPEAKERS, Told.SAID),
        (None, True, "headset 2026-11-01", Playback.HEADSET, Told.EARLIER),
        # Changed by hand since: the measurement is none of what is said now.
        (None, True, "speakers 2026-11-01", Playback.HEADSET, Told.SAID),
        (Playback.SPEAKERS, True, "headset 2026-11-01", Playback.SPEAKERS, Told.MEASURED),
        (Playback.UNCLEAR, True, None, Playback.UNCLEAR, Told.MEASURED),
        (Playback.NOT_TESTED, True, None, Playback.HEADSET, Told.SAID),
    ],
)
def test_hearing_goes_by_the_best_that_is_known(
    measured: Playback | None,
    headset: bool | None,
    earlier: str | None,
    playback: Playback,
    told: Told | None,
) -> None:
    assert hearing_of(measured, headset, earlier) == Hearing(playback, told)
    assert hearing_of(measured, headset, earlier, loopback_allowed=True).loopback_allowed


def test_hearing_day_of_a_measurement_that_still_holds() -> None:
    assert measured_on(True, "headset 2026-11-01") == "2026-11-01"
    assert measured_on(False, "headset 2026-11-01") is None
    assert measured_on(None, "headset 2026-11-01") is None
    assert measured_on(True, None) is None


@pytest.mark.parametrize("playback", Playback)
@pytest.mark.parametrize("told", [None, *Told])
def test_hearing_has_words_for_everything(playback: Playback, told: Told | None) -> None:
    words = hearing_words(Hearing(playback, told))
    assert words
    assert "_" not in words
    (line,) = hearing_lines(Hearing(playback, told))
    assert line.endswith(".")
    assert (
        "test" in hearing_words(Hearing(playback, told, loopback_allowed=True)).partition("; ")[2]
    )


def test_hearing_of_a_call_without_a_microphone_is_not_told() -> None:
    assert hearing_lines(None) == ()
