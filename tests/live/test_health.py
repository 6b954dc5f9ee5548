from __future__ import annotations

import pytest

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
from companion.live.board import NoticeKind
from companion.live.health import HealthWatch, Silence

WELL = SourceStatus(SourceState.RUNNING, "headset")
TROUBLES = (
    SourceState.QUIET,
    SourceState.CLIPPING,
    SourceState.ELSEWHERE,
    SourceState.STALLED,
    SourceState.LOST,
)
READY = TranscriberStatus(TranscriberState.READY, "engine")


@pytest.mark.parametrize("state", TROUBLES)
def test_health_says_a_microphone_problem_once_and_takes_it_back_once(state: SourceState) -> None:
    watch = HealthWatch()
    bad = SourceStatus(state, "headset")
    assert watch.look(0.0, WELL, READY) == []
    first = watch.look(1.0, bad, READY)
    assert [n.kind for n in first] == [NoticeKind.PROBLEM]
    assert watch.look(2.0, bad, READY) == []
    assert watch.open_notices == tuple(first)
    mended = watch.look(3.0, WELL, READY)
    assert [n.kind for n in mended] == [NoticeKind.MENDED]
    assert watch.open_notices == ()


def test_health_tells_the_states_of_a_microphone_apart() -> None:
    texts = set()
    for state in TROUBLES:
        [notice] = HealthWatch().look(0.0, SourceStatus(state, "headset"), READY)
        texts.add(notice.text)
    assert len(texts) == len(TROUBLES) == 5


def test_health_prefers_the_sources_own_words() -> None:
    status = SourceStatus(SourceState.LOST, "headset", detail="'headset' was unplugged.")
    [notice] = HealthWatch().look(0.0, status, READY)
    assert notice.text == "'headset' was unplugged."


@pytest.mark.parametrize(
    "status",
    [
        TranscriberStatus(TranscriberState.RESTARTING, "engine"),
        TranscriberStatus(TranscriberState.FAILED, "engine"),
        TranscriberStatus(TranscriberState.READY, "engine", lag_s=4.0, partials=False),
        TranscriberStatus(TranscriberState.READY, "engine", unanswered_s=6.0),
    ],
)
def test_health_reports_the_recognizer_and_its_recovery(status: TranscriberStatus) -> None:
    watch = HealthWatch()
    [notice] = watch.look(0.0, WELL, status)
    assert notice.kind is NoticeKind.PROBLEM
    [mended] = watch.look(1.0, WELL, READY)
    assert mended.kind is NoticeKind.MENDED


def test_health_words_a_detail_as_a_sentence() -> None:
    status = SourceStatus(SourceState.LOST, "mic", detail="the mic is gone; plug it in again")
    [notice] = HealthWatch().look(0.0, status, READY)
    assert notice.text == "The mic is gone; plug it in again."


def test_health_says_that_a_file_is_cut_off() -> None:
    status = SourceStatus(SourceState.RUNNING, "talk.wav", detail="the file is cut off; use it all")
    [notice] = HealthWatch().look(0.0, status, READY)
    assert (notice.kind, notice.text) == (
        NoticeKind.PROBLEM,
        "The file is cut off; use it all.",
    )


def test_health_says_that_another_recognizer_stands_in() -> None:
    instead = TranscriberStatus(TranscriberState.READY, "other", detail="other is used instead: x")
    [notice] = HealthWatch().look(0.0, WELL, instead)
    assert notice.text == "Other is used instead: x."


def test_health_bears_with_a_recognizer_that_takes_its_time() -> None:
    busy = TranscriberStatus(TranscriberState.READY, "engine", unanswered_s=4.0)
    assert HealthWatch().look(0.0, WELL, busy) == []


@pytest.mark.parametrize(
    ("lasts_s", "spoke_before", "asks"),
    [
        (119.0, False, False),
        (120.0, False, True),
        (599.0, True, False),
        (600.0, True, True),
    ],
)
def test_health_asks_gently_about_a_long_silence(
    lasts_s: float, spoke_before: bool, asks: bool
) -> None:
    watch = HealthWatch()
    silence = Silence(lasts_s, spoke_before)
    found = watch.look(0.0, WELL, READY, silence)
    assert bool(found) is asks
    for notice in found:
        assert "If you were listening, all is well" in notice.text
        assert watch.look(60.0, WELL, READY, Silence(lasts_s + 60, spoke_before)) == [], "once"
        [heard] = watch.look(61.0, WELL, READY)
        assert heard.kind is NoticeKind.MENDED


def test_health_does_not_ask_about_silence_where_the_microphone_is_in_trouble() -> None:
    lost = SourceStatus(SourceState.LOST, "headset")
    [notice] = HealthWatch().look(0.0, lost, READY, Silence(900.0, spoke_before=True))
    assert "gone" in notice.text


def test_health_is_silent_while_the_recognizer_loads() -> None:
    loading = TranscriberStatus(TranscriberState.LOADING, "engine")
    assert HealthWatch().look(0.0, WELL, loading) == []
