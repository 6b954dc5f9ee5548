"""The call's core on virtual time: a scripted speaker, no threads, no waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from companion.asr.protocol import TranscriberState
from companion.audio.endpointing import Endpointer
from companion.audio.sound import FOREIGN_S, SourceState, SourceStatus, seconds
from companion.clocks import SleepWatch
from companion.domain.actions import MarkFear
from companion.domain.call import CallPhase, CallState, Consent, ConsentHow
from companion.domain.speech import Gap, GapReason
from companion.domain.summary import Summary
from companion.errors import RecognizerError
from companion.live.board import (
    CardShown,
    Forgotten,
    GapMarked,
    LiveEvent,
    Notice,
    NoticeKind,
    PartialHeard,
    UtteranceHeard,
)
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.settings import EndpointSettings
from tests.fakes.conversation import CountingConversation
from tests.fakes.sound import FakeClock
from tests.fakes.speaker import LoudIsSpeech, ScriptTranscriber, SpeakerSource, Turn

CONSENT = Consent(ConsentHow.SPOKEN, datetime(2026, 5, 4, 18, tzinfo=timezone.utc))
TALK = (
    Turn(1.0, 3.0, "hello there how are you doing today"),
    Turn(6.0, 9.0, "what would you change at work"),
    Turn(13.0, 15.0, "who could fix that for you"),
)


class Stage:
    """A call on a scripted speaker, and the hands of a test on it."""

    def __init__(
        self,
        turns: Sequence[Turn] = TALK,
        length_s: float = 20.0,
        paced: bool = True,
        delay_s: float = 0.1,
        off_record_s: float = 5.0,
        show_transcript: bool = False,
        source: SpeakerSource | None = None,
        sleep: SleepWatch | None = None,
        phrase: str = "off the record",
        phrases: tuple[str, ...] = (),
    ) -> None:
        self.source = source or SpeakerSource(turns, length_s, paced)
        self.transcriber = ScriptTranscriber(turns, self.source, delay_s)
        self.conversations: list[CountingConversation] = []
        ears = Ears(
            self.source,
            Endpointer(EndpointSettings(), LoudIsSpeech()),
            self.transcriber,
            ends_mid_phrase=lambda text: text.endswith("and"),
            sleep=sleep,
        )
        options = CallOptions(
            CONSENT,
            off_record_s=off_record_s,
            off_record_phrase=phrase,
            off_record_phrases=phrases,
            show_transcript=show_transcript,
        )
        self.call = LiveCall(ears, self._conversation, draft, options, clock=lambda: 0.0)

    def _conversation(self) -> CountingConversation:
        self.conversations.append(CountingConversation())
        return self.conversations[-1]

    @property
    def conversation(self) -> CountingConversation:
        return self.conversations[-1]

    @property
    def texts(self) -> list[str]:
        return [u.text for u in self.conversation.utterances]

    def play(self, until_s: float = 1e9) -> None:
        while not self.call.is_over() and seconds(self.source.position) < until_s:
            self.call.step(0.0)

    def events(self) -> list[LiveEvent]:
        return [e.event for e in self.call.board.events_since(0)]


def draft(state: CallState, duration_s: float, gaps: tuple[Gap, ...]) -> Summary:
    return Summary(
        duration_s=duration_s,
        listening_share=state.listening_share,
        coverage=(),
        issues=(),
        decision_maker=None,
        ask=None,
        commitment=None,
        next_step=None,
        self_care=None,
        follow_up=None,
        open_count=0,
        closed_count=0,
        consent=CONSENT,
        gaps=gaps,
        engine="script",
        rap="test",
    )


def test_call_turns_speech_into_utterances_in_order_with_their_times() -> None:
    stage = Stage()
    stage.play()
    assert stage.texts == [t.text for t in TALK]
    for utterance, turn in zip(stage.conversation.utterances, TALK, strict=True):
        assert utterance.start_s == pytest.approx(turn.start_s - 0.3, abs=0.1)
        assert utterance.end_s == pytest.approx(turn.end_s, abs=0.1)
    assert [u.i for u in stage.conversation.utterances] == [0, 1, 2]


def test_call_reads_a_file_so_that_words_meet_their_own_time() -> None:
    # The recognizer would need a minute; a file read at once waits for it.
    stage = Stage(paced=False, delay_s=60.0)
    stage.play()
    lags = [e.lag_s for e in stage.events() if isinstance(e, UtteranceHeard)]
    assert len(lags) == 3
    assert all(0.4 < lag < 0.8 for lag in lags)


def test_call_tells_the_conversation_when_the_organizer_talks_and_when_a_turn_ended() -> None:
    stage = Stage()
    stage.play(until_s=2.0)
    _, talking_since_s, ended_s = stage.conversation.ticks[-1]
    assert talking_since_s == pytest.approx(0.7, abs=0.1)
    assert ended_s is None
    stage.play(until_s=5.0)
    _, talking_since_s, ended_s = stage.conversation.ticks[-1]
    assert talking_since_s is None
    assert ended_s == pytest.approx(3.0, abs=0.1)


def test_call_ends_by_itself_with_a_draft_when_the_file_ends() -> None:
    stage = Stage()
    stage.play()
    last = stage.call.board.latest()
    assert last.phase is CallPhase.ENDED
    assert last.summary is not None
    assert last.summary.duration_s == pytest.approx(20.0, abs=0.05)


def test_call_ending_in_mid_speech_keeps_the_last_words() -> None:
    stage = Stage()
    stage.play(until_s=7.5)
    stage.call.end()
    stage.play()
    assert stage.texts[0] == TALK[0].text
    assert stage.texts[1].startswith("what would")


def test_call_pause_keeps_what_was_said_and_hears_nothing_until_resumed() -> None:
    stage = Stage()
    stage.play(until_s=4.0)
    stage.call.pause()
    stage.play(until_s=11.0)
    assert stage.call.board.latest().phase is CallPhase.PAUSED
    assert stage.call.board.latest().speaking is False
    stage.call.resume()
    stage.play()
    assert stage.texts == [TALK[0].text, TALK[2].text]
    [gap] = [e.gap for e in stage.events() if isinstance(e, GapMarked)]
    assert gap.reason is GapReason.PAUSED
    assert gap.start_s == pytest.approx(4.0, abs=0.1)
    assert gap.end_s == pytest.approx(11.0, abs=0.1)


def test_call_paused_meter_shows_nothing() -> None:
    stage = Stage()
    stage.call.pause()
    stage.play(until_s=1.0)
    source = stage.call.board.latest().source
    assert source is not None
    assert source.level_dbfs == -120.0


def test_call_off_record_drops_the_last_seconds_everywhere_and_stays_deaf() -> None:
    stage = Stage(off_record_s=5.0, show_transcript=True)
    stage.play(until_s=10.0)  # the second utterance ended at 9 s: within the last 5 s
    stage.call.off_record()
    stage.play(until_s=10.2)
    assert stage.texts == [TALK[0].text]
    assert stage.transcriber.forgotten == 1
    assert stage.source.discarded == 1
    board = stage.call.board
    assert board.latest().phase is CallPhase.OFF_RECORD
    assert board.latest().transcript == (TALK[0].text,)
    assert board.latest().partial is None
    said = [e.utterance.text for e in stage.events() if isinstance(e, UtteranceHeard)]
    assert said == [TALK[0].text]
    assert not [e for e in stage.events() if isinstance(e, PartialHeard)]
    assert [e for e in stage.events() if isinstance(e, Forgotten)]
    stage.play()
    assert stage.texts == [TALK[0].text]  # the third turn was not heard


def test_call_off_record_resumes_by_hand_and_marks_the_gap() -> None:
    stage = Stage()
    stage.play(until_s=10.0)
    stage.call.off_record()
    stage.play(until_s=12.0)
    stage.call.resume()
    stage.play()
    assert stage.texts == [TALK[0].text, TALK[2].text]
    summary = stage.call.board.latest().summary
    assert summary is not None
    [gap] = summary.gaps
    assert gap.reason is GapReason.OFF_RECORD
    assert (gap.start_s, gap.end_s) == pytest.approx((5.0, 12.0), abs=0.1)


@pytest.mark.parametrize("said", ["can we go Off the record, please", "off the record"])
def test_call_hears_the_off_record_phrase_while_it_is_being_said(said: str) -> None:
    turns = (TALK[0], Turn(6.0, 8.0, said), TALK[2])
    stage = Stage(turns, off_record_s=1.0)
    stage.play(until_s=8.2)  # before any endpoint: the partial was enough
    assert stage.call.board.latest().phase is CallPhase.OFF_RECORD
    stage.play()
    assert stage.texts == [TALK[0].text]


@pytest.mark.parametrize("said", ["so, Hush NOW, please", "fuera de acta", "Fuera de Acta."])
def test_call_hears_a_phrase_of_ones_own_and_those_of_the_language(said: str) -> None:
    turns = (TALK[0], Turn(6.0, 8.0, said), TALK[2])
    stage = Stage(turns, off_record_s=1.0, phrase="hush now!", phrases=("fuera de acta",))
    stage.play(until_s=8.2)
    assert stage.call.board.latest().phase is CallPhase.OFF_RECORD
    assert not [e for e in stage.events() if isinstance(e, UtteranceHeard) and e.utterance.i > 0]


def test_call_forgets_both_parts_of_a_phrase_that_a_breath_cuts_in_two() -> None:
    turns = (TALK[0], Turn(6.0, 7.0, "I would rather, off the"), Turn(8.2, 9.0, "record, you know"))
    stage = Stage(turns, off_record_s=0.0, show_transcript=True)
    stage.play(until_s=8.1)
    assert stage.texts == [TALK[0].text, turns[1].text]
    stage.play(until_s=9.2)
    board = stage.call.board.latest()
    assert board.phase is CallPhase.OFF_RECORD
    assert stage.texts == [TALK[0].text]
    assert board.transcript == (TALK[0].text,)
    assert not [e for e in stage.events() if isinstance(e, UtteranceHeard) and e.utterance.i > 0]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_call_heeds_who_withdraws_while_the_last_words_are_awaited(withdrawn: bool) -> None:
    stage = Stage(delay_s=1000.0)
    stage.play(until_s=10.0)
    waited = 0

    def drain(timeout_s: float) -> bool:
        nonlocal waited
        waited += 1
        if waited == 2:
            stage.call.withdraw() if withdrawn else stage.call.off_record()
        return stage.transcriber.forgotten > 0

    stage.transcriber.drain = drain  # type: ignore[method-assign]
    stage.call.end()
    stage.call.end()
    stage.call.step(0.0)
    assert waited <= 3
    last = stage.call.board.latest()
    assert last.phase is (CallPhase.WITHDRAWN if withdrawn else CallPhase.ENDED)
    assert (last.summary is None) is withdrawn
    if last.summary is not None:
        assert [gap.reason for gap in last.summary.gaps] == [GapReason.OFF_RECORD]
    assert stage.texts == []


@pytest.mark.parametrize("said", ["that goes on the record", "take the cover off", "the recorder"])
def test_call_does_not_take_other_words_for_the_phrase(said: str) -> None:
    turns = (TALK[0], Turn(6.0, 8.0, said))
    stage = Stage(turns)
    stage.play()
    assert stage.texts == [TALK[0].text, said]


def test_call_withdrawal_wipes_words_taps_anddraft() -> None:
    stage = Stage(show_transcript=True)
    stage.call.act(MarkFear())
    stage.play(until_s=10.0)
    stage.call.withdraw()
    stage.play()
    last = stage.call.board.latest()
    assert last.phase is CallPhase.WITHDRAWN
    assert last.summary is None
    assert last.transcript == ()
    assert last.state.utterance_count == 0
    assert last.state.card is None
    assert stage.conversation.actions == []
    assert not [e for e in stage.events() if isinstance(e, UtteranceHeard | CardShown)]


def test_call_marks_the_stretch_in_which_the_device_was_gone() -> None:
    stage = Stage()
    stage.source.lose_at_s = 4.0
    stage.source.lose_for_s = 6.0
    stage.play()
    assert stage.texts == [TALK[0].text, TALK[2].text]
    [gap] = [e.gap for e in stage.events() if isinstance(e, GapMarked)]
    assert gap.reason is GapReason.DEVICE_LOST
    assert (gap.start_s, gap.end_s) == pytest.approx((4.0, 10.0), abs=0.1)
    assert [e.kind.value for e in stage.events() if isinstance(e, Notice)] == [
        "problem",
        "mended",
    ]


def test_call_shows_words_only_where_they_were_asked_for() -> None:
    stage = Stage(show_transcript=False)
    stage.play(until_s=2.5)
    assert stage.call.board.latest().partial is None
    stage.play(until_s=4.0)
    assert stage.call.board.latest().transcript == ()
    assert not [e for e in stage.events() if isinstance(e, PartialHeard)]
    stage.call.show_transcript(True)
    stage.play(until_s=7.0)
    assert stage.call.board.latest().transcript == (TALK[0].text,)
    partial = stage.call.board.latest().partial
    assert partial is not None
    assert partial.text
    stage.call.show_transcript(False)
    stage.play(until_s=7.1)
    assert stage.call.board.latest().transcript == ()


def test_call_says_whose_card_it_is() -> None:
    stage = Stage()
    stage.call.act(MarkFear())
    stage.play(until_s=5.0)
    cards = [e for e in stage.events() if isinstance(e, CardShown)]
    assert [c.source for c in cards] == ["companion", "organizer", "companion"]


def test_call_opening_card_is_news_to_views_that_write_lines() -> None:
    stage = Stage()
    opening = stage.call.board.latest().state.card
    stage.play(until_s=0.5)
    assert stage.events()[0] == CardShown(0.0, opening, "companion")


def test_call_marks_words_that_never_came_instead_of_hiding_them() -> None:
    stage = Stage(delay_s=1000.0)
    stage.transcriber.lag_s = 3.0
    stage.transcriber.drain = lambda timeout_s: False  # type: ignore[method-assign]
    stage.play()
    summary = stage.call.board.latest().summary
    assert summary is not None
    [gap] = summary.gaps
    assert gap.reason is GapReason.BACKLOG_FULL
    assert gap.end_s - gap.start_s == pytest.approx(3.0)


def test_call_recognizer_failure_is_shown_and_the_call_goes_on() -> None:
    stage = Stage()
    stage.transcriber.state = TranscriberState.FAILED
    stage.play(until_s=2.0)
    snapshot = stage.call.board.latest()
    assert snapshot.phase is CallPhase.LISTENING
    assert [n.text for n in snapshot.notices]


def test_call_by_hand_works_without_a_microphone() -> None:
    conversation = CountingConversation()
    call = LiveCall(None, lambda: conversation, draft, CallOptions(None), clock=lambda: 7.0)
    assert call.board.latest().phase is CallPhase.PROMPTS_ONLY
    call.act(MarkFear())
    call.step(0.0)
    assert conversation.actions == [MarkFear()]
    assert call.board.latest().state.card is not None
    call.pause()
    call.off_record()
    call.step(0.0)
    assert call.board.latest().phase is CallPhase.PROMPTS_ONLY
    call.end()
    call.step(0.0)
    assert call.board.latest().phase is CallPhase.ENDED


def test_call_board_is_fed_at_a_calm_pace() -> None:
    stage = Stage(turns=())
    stage.play()
    assert stage.call.board.latest().version < 20.0 / 0.09


def test_call_on_a_file_whose_recognizer_cannot_run_is_an_error_and_no_empty_draft() -> None:
    stage = Stage(paced=False)
    stage.transcriber.state = TranscriberState.FAILED
    with pytest.raises(RecognizerError):
        stage.play()


def test_call_with_a_failed_recognizer_does_not_promise_to_catch_up() -> None:
    stage = Stage()
    stage.play(until_s=10.0)
    stage.transcriber.state = TranscriberState.FAILED
    stage.transcriber.lag_s = 5.0
    stage.call.end()
    stage.call.step(0.0)
    assert stage.call.is_over()
    assert not any("Catching up" in e.text for e in stage.events() if isinstance(e, Notice))


def test_call_says_at_the_end_of_a_file_that_it_was_cut_off() -> None:
    class CutOff(SpeakerSource):
        """Finds out as it comes to its end."""

        def status(self) -> SourceStatus:
            status = super().status()
            ended = status.state is SourceState.ENDED
            return replace(status, detail="the file is cut off" if ended else "")

    stage = Stage(source=CutOff(TALK, 20.0, False))
    stage.play()
    texts = [e.text for e in stage.events() if isinstance(e, Notice)]
    assert texts == ["The file is cut off."]
    assert stage.call.board.latest().summary is not None


def test_call_trouble_outside_of_it_is_a_notice_that_stays() -> None:
    stage = Stage()
    stage.play(until_s=2.0)
    stage.call.warn("The draft of this call cannot be kept.")
    stage.play(until_s=4.0)
    told = [e for e in stage.events() if isinstance(e, Notice)]
    assert [notice.text for notice in told] == ["The draft of this call cannot be kept."]
    assert stage.call.board.latest().notices == tuple(told)
    stage.call.mended(told[0].text, "It is kept again.")
    stage.play(until_s=5.0)
    assert stage.call.board.latest().notices == ()
    assert [e for e in stage.events() if isinstance(e, Notice)][-1].kind is NoticeKind.MENDED


def test_call_marks_the_sleep_of_the_computer_and_goes_on() -> None:
    through_sleep, awake = FakeClock(), FakeClock()
    source = SpeakerSource(TALK, 20.0, lose_at_s=10.0, lose_for_s=600.0)
    late = [replace(TALK[2], start_s=613.0, end_s=615.0)]
    source.turns = [*TALK[:2], *late]
    source.length_s = 620.0
    stage = Stage(source.turns, source=source, sleep=SleepWatch(through_sleep, awake))
    stage.play(until_s=9.9)
    while source.lose_at_s is not None:
        stage.call.step(0.0)
    through_sleep.advance(600.0)
    stage.play()
    [marked] = [e.gap for e in stage.events() if isinstance(e, GapMarked)]
    assert (marked.reason, round(marked.end_s - marked.start_s)) == (GapReason.ASLEEP, 600)
    said = [e.text for e in stage.events() if isinstance(e, Notice)]
    assert any("asleep for 10 minutes" in text for text in said)
    assert stage.texts == [turn.text for turn in source.turns]


def test_call_looks_for_the_microphone_of_the_start_when_it_is_resumed() -> None:
    stage = Stage()
    stage.play(until_s=4.0)
    stage.call.pause()
    stage.play(until_s=5.0)
    assert stage.source.looked_again == 0
    stage.call.resume()
    stage.play(until_s=6.0)
    assert stage.source.looked_again == 1


def test_call_silence_is_asked_about_from_when_it_could_hear_again() -> None:
    stage = Stage(turns=(), length_s=400.0)
    stage.play(until_s=100.0)
    stage.call.pause()
    stage.play(until_s=130.0)
    stage.call.resume()
    stage.play(until_s=240.0)
    assert stage.call.board.latest().notices == ()
    stage.play(until_s=255.0)
    [notice] = stage.call.board.latest().notices
    assert "no words of yours have been heard yet" in notice.text


def test_call_that_listens_for_minutes_is_not_asked_anything() -> None:
    stage = Stage(turns=TALK, length_s=500.0)
    stage.play(until_s=499.0)
    assert stage.call.board.latest().notices == ()


def test_call_forgets_what_may_be_the_other_persons_when_the_recording_is_cut() -> None:
    stage = Stage(show_transcript=True)
    stage.play(until_s=9.8)
    assert stage.texts == [TALK[0].text, TALK[1].text]
    stage.source.cut = 1
    stage.play()
    assert stage.texts == [TALK[0].text, TALK[2].text], "later words are heard again"
    assert stage.transcriber.forgotten == 1
    [forgotten] = [e for e in stage.events() if isinstance(e, Forgotten)]
    [marked] = [e.gap for e in stage.events() if isinstance(e, GapMarked)]
    assert (forgotten.from_s, forgotten.at_s) == (marked.start_s, marked.end_s)
    assert marked.end_s - marked.start_s == pytest.approx(FOREIGN_S)
