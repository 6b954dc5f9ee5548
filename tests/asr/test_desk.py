"""The transcriber's policy, driven step by step without a process, a thread or a clock."""

from __future__ import annotations

import pytest

from companion.asr.desk import MAX_LOSSES, Desk
from companion.asr.protocol import Decoded, TranscriberState
from companion.asr.task import Task, TaskKind
from companion.audio.sound import (
    EndReason,
    SegmentEnded,
    SegmentGrew,
    SegmentPaused,
    SegmentStarted,
)
from companion.domain.speech import GapReason, Hypothesis
from companion.settings import RecognizerSettings
from tests.fakes.recognizer import segment_events, spoken


def ready_desk(decodes_ahead: bool = False, **settings: float | bool) -> Desk:
    desk = Desk(RecognizerSettings.model_validate(settings), "scripted")
    desk.ready(decodes_ahead)
    return desk


def push_all(desk: Desk, segment_id: int, start_s: float, text: str) -> None:
    for event in segment_events(segment_id, start_s, text):
        desk.push(event)


def work(desk: Desk, text: str = "words") -> list[TaskKind]:
    """Carry out every task there is; the kinds, in order."""
    kinds = []
    while (task := desk.next_task(0.0)) is not None:
        kinds.append(task.kind)
        answer(desk, task, text)
    return kinds


def answer(desk: Desk, task: Task, text: str = "words", decode_s: float = 0.01) -> None:
    asks = task.kind in (TaskKind.PARTIAL, TaskKind.GUESS, TaskKind.FINAL)
    desk.answered(task, Decoded(text) if asks else None, decode_s)


def take(desk: Desk, kind: TaskKind) -> Task:
    """Carry out tasks up to the next one of a kind, which is returned unanswered."""
    while (task := desk.next_task(0.0)) is not None:
        if task.kind is kind:
            return task
        answer(desk, task)
    raise AssertionError(f"no task of kind {kind} came")


def test_desk_feeds_while_the_segment_is_open_and_asks_for_the_final_at_its_end() -> None:
    desk = ready_desk(partials=False)
    events = segment_events(1, 0.0, "alpha bravo")
    desk.push(events[0])
    assert work(desk) == [TaskKind.BEGIN, TaskKind.FEED]
    desk.push(events[1])
    assert work(desk) == [TaskKind.FEED]
    for event in events[2:]:
        desk.push(event)
    assert work(desk) == [TaskKind.FEED, TaskKind.FINAL]
    [final] = desk.poll()
    assert (final.final, final.text) == (True, "words")


def test_desk_hands_over_every_sample_once_and_in_order() -> None:
    desk = ready_desk(partials=False)
    push_all(desk, 1, 0.0, "alpha bravo charlie delta")
    sound = b""
    while (task := desk.next_task(0.0)) is not None:
        sound += task.sound
        answer(desk, task)
    expected = (spoken("alpha bravo charlie delta") * 32768).astype("<i2").tobytes()
    assert sound == expected


def test_desk_asks_for_a_partial_each_half_second_of_sound() -> None:
    desk = ready_desk(partial_every_s=0.5)
    partials_after_s = []
    sound_s = 0.0
    for event in segment_events(1, 0.0, "alpha bravo charlie delta echo foxtrot")[:-1]:
        desk.push(event)
        sound_s += 0.1
        if TaskKind.PARTIAL in work(desk):
            partials_after_s.append(round(sound_s, 1))
    assert partials_after_s == [0.5, 1.0, 1.5]


def test_desk_slow_partials_come_less_often() -> None:
    desk = ready_desk(partial_every_s=0.5)
    count = 0
    for event in segment_events(1, 0.0, "alpha " * 20)[:-1]:
        desk.push(event)
        while (task := desk.next_task(0.0)) is not None:
            count += task.kind is TaskKind.PARTIAL
            answer(desk, task, decode_s=2.0)
    # Six seconds of sound: after 0.5 s, then every two seconds.
    assert count == 3


def test_desk_latest_partial_overwrites_the_one_before() -> None:
    desk = ready_desk(partial_every_s=0.1)
    for n, event in enumerate(segment_events(1, 0.0, "alpha bravo")[:-1]):
        desk.push(event)
        work(desk, text=f"word{n}")
    [partial] = desk.poll()
    assert (partial.final, partial.tentative) == (False, "word5")
    assert desk.poll() == []


def test_desk_final_takes_the_place_of_the_segments_partial() -> None:
    desk = ready_desk(partial_every_s=0.1)
    push_all(desk, 1, 0.0, "alpha bravo")
    work(desk)
    desk.push(SegmentStarted(2, 5.0, spoken("charlie")))
    work(desk)
    news = desk.poll()
    assert [(h.segment_id, h.final) for h in news] == [(1, True), (2, False)]


def test_desk_commits_nothing_of_the_first_moments_and_then_what_two_partials_agree_on() -> None:
    desk = ready_desk(partial_every_s=0.5)
    seen: list[Hypothesis] = []
    for event in segment_events(1, 0.0, "alpha bravo charlie delta echo foxtrot golf")[:-1]:
        desk.push(event)
        work(desk, text="one two")
        seen += desk.poll()
    assert [(h.committed, h.tentative) for h in seen] == [
        ("", "one two"),
        ("", "one two"),
        ("one two", ""),
        ("one two", ""),
    ]


def test_desk_final_keeps_committed_words_that_it_would_have_changed() -> None:
    desk = ready_desk(partial_every_s=0.5)
    events = segment_events(1, 0.0, "alpha bravo charlie delta echo foxtrot golf")
    for event in events[:-1]:
        desk.push(event)
        work(desk, text="one two")
    desk.push(events[-1])
    work(desk, text="won two three")
    assert desk.poll()[0].text == "one two three"


def test_desk_guess_at_a_pause_becomes_the_final_without_another_decoding() -> None:
    desk = ready_desk(decodes_ahead=True, partials=False)
    desk.push(SegmentStarted(1, 10.0, spoken("alpha bravo -")))
    desk.push(SegmentPaused(1, 10.8))
    assert work(desk, text="guessed") == [
        TaskKind.BEGIN,
        TaskKind.FEED,
        TaskKind.FEED,
        TaskKind.GUESS,
    ]
    desk.push(SegmentGrew(1, spoken("-")))
    desk.push(SegmentEnded(1, 10.0, 10.6, 0.6, EndReason.SILENCE))
    assert work(desk) == []
    [final] = desk.poll()
    assert (final.final, final.text, final.end_s) == (True, "guessed", 10.6)


def test_desk_guess_is_thrown_away_where_speech_went_on() -> None:
    desk = ready_desk(decodes_ahead=True, partials=False)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha -")))
    desk.push(SegmentPaused(1, 0.5))
    assert TaskKind.GUESS in work(desk, text="guessed")
    desk.push(SegmentGrew(1, spoken("bravo -")))
    desk.push(SegmentEnded(1, 0.0, 0.9, 0.6, EndReason.SILENCE))
    assert work(desk, text="the whole") == [TaskKind.FEED, TaskKind.FEED, TaskKind.FINAL]
    assert [h.text for h in desk.poll()] == ["the whole"]


def test_desk_asks_at_a_pause_for_the_words_so_far_of_an_engine_that_decodes_as_it_goes() -> None:
    desk = ready_desk(partial_every_s=5.0)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha -")))
    desk.push(SegmentPaused(1, 0.5))
    assert work(desk)[-1] is TaskKind.PARTIAL


@pytest.mark.parametrize("decodes_ahead", [False, True])
def test_desk_under_a_quarter_second_of_speech_makes_no_words(decodes_ahead: bool) -> None:
    desk = ready_desk(decodes_ahead)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha -")))
    desk.push(SegmentPaused(1, 0.5))
    work(desk, text="invented")
    desk.push(SegmentEnded(1, 0.0, 0.3, 0.2, EndReason.SILENCE))
    work(desk, text="invented")
    [final] = desk.poll()
    assert (final.text, final.withheld) == ("", "too short")


def test_desk_lag_counts_the_sound_that_nobody_took() -> None:
    desk = ready_desk(partials=False)
    push_all(desk, 1, 0.0, "alpha bravo")
    push_all(desk, 2, 2.0, "charlie")
    assert desk.status().lag_s == pytest.approx(0.9)
    task = take(desk, TaskKind.FEED)
    assert desk.status().lag_s == pytest.approx(0.4)
    answer(desk, task)
    work(desk)
    assert desk.status().lag_s == 0


def test_desk_under_load_stops_partials_then_economizes_and_recovers_with_hysteresis() -> None:
    desk = ready_desk(lag_stop_partials_s=2.0, lag_economy_s=6.0, partial_every_s=0.5)
    seen = []
    for n in range(7):
        push_all(desk, n, n * 2.0, "alpha bravo charlie delta")
        status = desk.status()
        seen.append((round(status.lag_s, 1), status.partials, status.economy))
    assert seen == [
        (1.2, True, False),
        (2.4, False, False),
        (3.6, False, False),
        (4.8, False, False),
        (6.0, False, False),
        (7.2, False, True),
        (8.4, False, True),
    ]
    economy = []
    for _ in range(7):
        task = take(desk, TaskKind.FINAL)
        economy.append((round(desk.status().lag_s, 1), task.economy))
        answer(desk, task)
    # Economy ends at half of its limit; partials come back below one second of lag.
    assert economy == [
        (7.2, True),
        (6.0, True),
        (4.8, True),
        (3.6, True),
        (2.4, False),
        (1.2, False),
        (0.0, False),
    ]
    assert desk.status().partials


def test_desk_backlog_beyond_its_bound_drops_the_oldest_waiting_with_a_gap() -> None:
    desk = ready_desk(partials=False, backlog_s=30.0)
    ten_s = "alpha - " * 16
    push_all(desk, 0, 0.0, ten_s)
    started = take(desk, TaskKind.FEED)
    for n in range(1, 4):
        push_all(desk, n, n * 20.0, ten_s)
    gaps = desk.gaps()
    assert [(g.start_s, g.reason) for g in gaps] == [(20.0, GapReason.BACKLOG_FULL)]
    assert desk.gaps() == []
    answer(desk, started)
    work(desk)
    # The one that was being decoded is kept, and so are the newest.
    assert [h.segment_id for h in desk.poll()] == [0, 2, 3]


def test_desk_lost_recognizer_gets_all_sound_of_the_segment_again() -> None:
    desk = ready_desk(partials=False)
    push_all(desk, 1, 0.0, "alpha bravo charlie")
    take(desk, TaskKind.FINAL)
    desk.lost("gone", forgotten=False)
    assert desk.status().state is TranscriberState.RESTARTING
    assert desk.next_task(0.0) is None
    assert desk.status().lag_s == pytest.approx(0.9)
    desk.ready(decodes_ahead=False)
    assert work(desk) == [TaskKind.BEGIN, TaskKind.FEED, TaskKind.FEED, TaskKind.FINAL]
    assert desk.status().restarts == 1


def test_desk_committed_words_survive_a_lost_recognizer() -> None:
    desk = ready_desk(partial_every_s=0.5)
    events = segment_events(1, 0.0, "alpha bravo charlie delta echo foxtrot golf")
    for event in events[:-1]:
        desk.push(event)
        work(desk, text="one two")
    desk.lost("gone", forgotten=False)
    desk.ready(decodes_ahead=False)
    desk.push(events[-1])
    work(desk, text="won two three")
    assert desk.poll()[0].text == "one two three"


def test_desk_segment_that_kills_every_recognizer_is_given_up_with_a_gap() -> None:
    desk = ready_desk(partials=False)
    push_all(desk, 1, 3.0, "alpha")
    push_all(desk, 2, 9.0, "bravo")
    for _ in range(MAX_LOSSES):
        take(desk, TaskKind.FINAL)
        desk.lost("gone", forgotten=False)
        desk.ready(decodes_ahead=False)
    work(desk)
    assert [(h.segment_id, h.withheld) for h in desk.poll()] == [
        (1, "recognizer failed"),
        (2, None),
    ]
    assert [(g.start_s, g.reason) for g in desk.gaps()] == [(3.0, GapReason.RECOGNIZER_FAILED)]


def test_desk_answer_from_before_a_forget_is_dropped() -> None:
    desk = ready_desk(partials=False)
    push_all(desk, 1, 0.0, "alpha")
    task = take(desk, TaskKind.FINAL)
    desk.forget()
    # The same segment number again, as after a new start of the endpointer.
    push_all(desk, 1, 5.0, "bravo")
    answer(desk, task, text="forgotten")
    assert desk.poll() == []
    work(desk, text="kept")
    assert [h.text for h in desk.poll()] == ["kept"]


def test_desk_sound_of_a_forgotten_segment_is_ignored() -> None:
    desk = ready_desk(partials=False)
    events = segment_events(1, 0.0, "alpha bravo")
    desk.push(events[0])
    desk.forget()
    for event in events[1:]:
        desk.push(event)
    assert work(desk) == []
    assert desk.status().lag_s == 0
    assert desk.wait_finals(0.0)


def test_desk_segment_left_open_is_finished_when_the_next_begins() -> None:
    desk = ready_desk(partials=False)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha bravo")))
    push_all(desk, 2, 5.0, "charlie")
    work(desk)
    finals = desk.poll()
    assert [(h.segment_id, h.end_s) for h in finals] == [(1, 0.6), (2, 5.3)]


def test_desk_without_partials_shows_none() -> None:
    desk = ready_desk(decodes_ahead=True, partials=False)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha bravo charlie")))
    desk.push(SegmentPaused(1, 0.8))
    work(desk)
    assert desk.poll() == []
    # Switched off by hand is not stopped for want of pace.
    assert desk.status().partials


def test_desk_task_does_not_show_its_sound() -> None:
    desk = ready_desk()
    push_all(desk, 1, 0.0, "alpha")
    assert "sound=" not in repr(take(desk, TaskKind.FEED))


def test_desk_is_idle_once_the_decoder_finds_nothing_to_do() -> None:
    desk = ready_desk(partials=False)
    assert not desk.wait_idle(0.0)
    work(desk)
    assert desk.wait_idle(0.0)
    push_all(desk, 1, 0.0, "alpha")
    assert not desk.wait_idle(0.0)
    final = take(desk, TaskKind.FINAL)
    assert not desk.wait_idle(0.0)
    answer(desk, final)
    work(desk)
    assert desk.wait_idle(0.0)


@pytest.mark.parametrize("decodes_ahead", [False, True])
def test_desk_that_fell_behind_asks_for_no_partials_in_the_rest_of_the_segment(
    decodes_ahead: bool,
) -> None:
    desk = ready_desk(decodes_ahead, lag_stop_partials_s=2.0)
    desk.push(SegmentStarted(1, 0.0, spoken("alpha bravo")))
    slow = take(desk, TaskKind.PARTIAL)
    desk.push(SegmentGrew(1, spoken("alpha " * 8)))
    assert not desk.status().partials
    answer(desk, slow)
    desk.push(SegmentPaused(1, 3.0))
    assert set(work(desk)) == {TaskKind.FEED}
    desk.push(SegmentEnded(1, 0.0, 3.0, 3.0, EndReason.SILENCE))
    assert work(desk) == [TaskKind.FINAL]
    assert desk.status().partials
    desk.push(SegmentStarted(2, 5.0, spoken("alpha bravo")))
    assert TaskKind.PARTIAL in work(desk)
