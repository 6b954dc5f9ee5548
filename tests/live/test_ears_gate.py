"""The bleed gate in a call: what it leaves out is shown, and never counts as the organizer's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from companion.audio.endpointing import Endpointer
from companion.audio.sound import (
    EndpointEvent,
    EndReason,
    Gated,
    LeftOut,
    SegmentEnded,
    SegmentStarted,
)
from companion.domain.speech import GapReason
from companion.live import wording
from companion.live.board import Forgotten, GapMarked, Notice, UtteranceHeard
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.settings import EndpointSettings
from tests.fakes.conversation import CountingConversation
from tests.fakes.speaker import LoudIsSpeech, ScriptTranscriber, SpeakerSource, Turn
from tests.live.test_call import CONSENT, TALK, draft


class ScriptedGate:
    """Leaves out every segment that starts within one of the stretches."""

    def __init__(self, others: Sequence[tuple[float, float]]) -> None:
        self._others = others
        self._shut_from_s: float | None = None
        self.speaking = False
        self.resets = 0

    def take(self, events: list[EndpointEvent]) -> Gated:
        passed: list[EndpointEvent] = []
        left: list[LeftOut] = []
        for event in events:
            if isinstance(event, SegmentStarted):
                other = any(a <= event.start_s <= b for a, b in self._others)
                self._shut_from_s = event.start_s if other else None
            if self._shut_from_s is None:
                passed.append(event)
                self.speaking = not isinstance(event, SegmentEnded)
            elif isinstance(event, SegmentEnded):
                left.append(LeftOut(self._shut_from_s, event.end_s))
        return Gated(tuple(passed), tuple(left))

    def reset(self) -> None:
        self.resets += 1
        self.speaking = False


class Stage:
    """A call in which somebody else says the second turn."""

    def __init__(self, turns: Sequence[Turn] = TALK, others: Sequence[int] = (1,)) -> None:
        self.source = SpeakerSource(turns, 20.0)
        self.transcriber = ScriptTranscriber(turns, self.source)
        self.gate = ScriptedGate([(turns[i].start_s - 0.5, turns[i].end_s) for i in others])
        self.ears = Ears(
            self.source,
            Endpointer(EndpointSettings(), LoudIsSpeech()),
            self.transcriber,
            lambda text: False,
            gate=self.gate,
        )
        self.conversation = CountingConversation()
        self.call = LiveCall(
            self.ears, lambda: self.conversation, draft, CallOptions(CONSENT), clock=lambda: 0.0
        )

    def play(self) -> None:
        while not self.call.is_over():
            self.call.step(0.0)

    def events(self, kind: type) -> list[object]:
        found = [e.event for e in self.call.board.events_since(0)]
        return [e for e in found if isinstance(e, kind)]


def test_ears_gate_keeps_another_voice_from_the_recognizer() -> None:
    stage = Stage()
    stage.play()
    assert [u.text for u in stage.conversation.utterances] == [TALK[0].text, TALK[2].text]
    assert len(stage.events(UtteranceHeard)) == 2


def test_ears_gate_shows_what_was_left_out() -> None:
    stage = Stage()
    stage.play()
    [marked] = stage.events(GapMarked)
    assert isinstance(marked, GapMarked)
    assert marked.gap.reason is GapReason.OTHER_VOICE
    assert abs(marked.gap.end_s - TALK[1].end_s) < 0.2
    [notice] = [n for n in stage.events(Notice) if isinstance(n, Notice)]
    assert "Another voice came through your microphone and was left out" in notice.text
    snapshot = stage.call.board.latest()
    assert notice in snapshot.notices
    assert snapshot.summary is not None
    assert snapshot.summary.gaps == (marked.gap,)
    # It is shown, and it is no speech of the organizer's that was lost.
    assert wording.unwanted_gaps(snapshot.gaps) == ()
    assert wording.left_out(snapshot.gaps) == "once, 3 s in all"


def test_ears_gate_takes_another_voice_for_no_turn_of_the_organizers() -> None:
    stage = Stage()
    talking: list[tuple[float, float | None]] = []
    while not stage.call.is_over():
        stage.call.step(0.0)
        talking.append((stage.ears.now_s, stage.ears.talking_since_s))
    other = TALK[1]
    assert all(since is None for now_s, since in talking if other.start_s < now_s < other.end_s)
    assert any(since is not None for _, since in talking)


def test_ears_gate_forgets_what_it_holds_off_the_record() -> None:
    stage = Stage()
    stage.call.off_record()
    stage.call.step(0.0)
    assert stage.gate.resets == 1
    assert stage.events(Forgotten)
    stage.call.withdraw()
    stage.call.step(0.0)
    assert stage.gate.resets == 2


def test_ears_gate_without_a_gate_hears_everybody() -> None:
    stage = Stage(others=())
    stage.play()
    assert [u.text for u in stage.conversation.utterances] == [t.text for t in TALK]


def test_ears_gate_tells_of_many_stretches_seldom() -> None:
    turns = [replace(TALK[0], start_s=1.0 + 2.5 * i, end_s=2.0 + 2.5 * i) for i in range(6)]
    stage = Stage(turns, others=range(6))
    stage.play()
    texts = [n.text for n in stage.events(Notice) if isinstance(n, Notice)]
    assert len(stage.events(GapMarked)) == 6
    assert len(texts) == 2  # the first time, and the fifth
    assert "5 times so far" in texts[1]
    open_now = [n.text for n in stage.call.board.latest().notices]
    assert open_now == texts[1:]
    assert (
        wording.left_out(stage.call.board.latest().gaps) == "6 times, 8 s in all"
    )  # with what came just before


def test_ears_gate_ends_the_turn_where_another_voice_takes_over() -> None:
    stage = Stage([Turn(1.0, 6.0, "hello there")], others=())
    cut_at_s = 4.0

    def cut(events: list[EndpointEvent]) -> Gated:
        passed = list(events)
        if stage.ears.now_s >= cut_at_s and stage.gate.speaking:
            stage.gate.speaking = False
            passed = [SegmentEnded(0, 0.7, cut_at_s, 3.0, EndReason.OTHER_VOICE)]
        elif any(isinstance(e, SegmentStarted) for e in events):
            stage.gate.speaking = True
        elif not stage.gate.speaking:
            passed = []
        return Gated(tuple(passed))

    stage.gate.take = cut  # type: ignore[method-assign]
    while stage.ears.now_s < 5.0:
        stage.call.step(0.0)
    assert stage.ears.talking_since_s is None
    assert stage.ears.turn_ended_s == cut_at_s
