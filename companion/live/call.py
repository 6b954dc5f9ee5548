"""One live call as a synchronous core: phases, words, taps, cards, and what the board shows.

`step` takes at most one chunk of sound. A thread drives it in a real call, a loop in a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.domain.actions import Action
from companion.domain.call import CallPhase, CallState, Consent
from companion.domain.speech import Gap, GapReason, Hypothesis, unheard_s
from companion.domain.summary import Summary
from companion.errors import InputError
from companion.live.board import (
    Board,
    CardShown,
    Forgotten,
    GapMarked,
    Notice,
    NoticeKind,
    PartialHeard,
    PhaseChanged,
    Snapshot,
)
from companion.live.ears import Ears, Sounds
from companion.live.memory import CallMemory, ConversationLike
from companion.live.notices import Notices
from companion.live.off_record import OffRecordPhrases
from companion.live.taps import Taps
from companion.live.writer import BoardWriter

TRANSCRIPT_LINES = 6
CATCH_UP_LOOK_S = 0.2
"""While the end waits for the last words, taps are looked for this often."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What the organizer settled before the call."""

    consent: Consent | None
    off_record_s: float = 30.0
    off_record_phrase: str = "off the record"
    off_record_phrases: tuple[str, ...] = ()
    """More of them, of the language that is spoken."""
    show_transcript: bool = False
    finish_within_s: float = 20.0
    """How long the end of the call waits for the last words."""


class LiveCall:
    """The call's worker. All methods but the controls are called from one thread.

    Without `ears` there is no microphone: prompts by hand only.
    """

    def __init__(
        self,
        ears: Ears | None,
        new_conversation: Callable[[], ConversationLike],
        summarize: Callable[[CallState, float, tuple[Gap, ...]], Summary],
        options: CallOptions,
        clock: Callable[[], float],
    ) -> None:
        self._ears = ears
        self._memory = CallMemory(new_conversation)
        self._summarize = summarize
        self._options = options
        self._off_record = OffRecordPhrases(options.off_record_phrase, *options.off_record_phrases)
        self._clock = clock
        self._started_s = clock()
        self._phase = CallPhase.PROMPTS_ONLY if ears is None else CallPhase.LISTENING
        self._transcript_wanted = options.show_transcript
        self._taps = Taps()
        self._notices = Notices()
        self._deaf_since_s = 0.0
        self._summary: Summary | None = None
        self._closed = False
        self._ending = False
        self._writer = BoardWriter(self._snapshot)
        # The opening card is news too, to views that write lines.
        self._writer.add(CardShown(0.0, self._memory.conversation.state.card))

    @property
    def board(self) -> Board:
        """Where views read."""
        return self._writer.board

    # The controls: from any thread, at once.

    def act(self, action: Action) -> None:
        """See `Controls`."""
        self._taps.put(self._act, action)

    def pause(self) -> None:
        """See `Controls`."""
        self._taps.put(self._pause)

    def resume(self) -> None:
        """See `Controls`."""
        self._taps.put(self._resume)

    def off_record(self) -> None:
        """See `Controls`."""
        self._taps.put(self._go_off_record)

    def withdraw(self) -> None:
        """See `Controls`."""
        self._taps.put(self._withdraw)

    def show_transcript(self, wanted: bool) -> None:
        """See `Controls`."""
        self._taps.put(self._show_transcript, wanted)

    def end(self) -> None:
        """See `Controls`."""
        self._taps.put(self._end)

    def warn(self, sentence: str) -> None:
        """Tell the organizer of trouble outside of the call, such as a draft that is not kept."""
        self._taps.put(self._warn, sentence)

    def mended(self, warning: str, sentence: str) -> None:
        """Take a warning back, and say so."""
        self._taps.put(self._take_back, warning, sentence)

    # The worker's side.

    def open(self) -> None:
        """Start the recognizer and open the microphone. Raises: AudioDeviceError, …"""
        if self._ears is not None:
            self._ears.__enter__()

    def close(self) -> None:
        """Close both, as soon as the call is over; may be called twice."""
        if self._ears is not None and not self._closed:
            self._closed = True
            self._ears.__exit__(None, None, None)

    def is_over(self) -> bool:
        """The call has ended, one way or the other."""
        return self._phase.is_over

    def step(self, timeout_s: float) -> None:
        """Take waiting taps and at most one chunk of sound, then publish what is new."""
        self._take_taps(timeout_s)
        if not self.is_over() and self._ears is not None:
            sounds = self._ears.hear(timeout_s, deaf=self._phase.is_deaf)
            self._take_sounds(sounds)
            if not self.is_over() and self._ears.ended:
                self._watch_health()  # only at its end may a file turn out to be cut off
                self._end()
        if not self.is_over():
            self._tick()
            self._watch_health()
        self._publish()

    def fail(self, text: str) -> None:
        """The worker cannot go on: say so, and end with what there is."""
        self._writer.add(Notice(self._now_s(), NoticeKind.PROBLEM, text))
        self._set_phase(CallPhase.ENDED)
        self._publish(force=True)

    def _warn(self, sentence: str) -> None:
        self._writer.add(self._notices.warn(self._now_s(), sentence))

    def _take_back(self, warning: str, sentence: str) -> None:
        self._writer.add(self._notices.take_back(self._now_s(), warning, sentence))

    def _take_taps(self, timeout_s: float) -> None:
        # Without ears nothing else paces the loop, so wait for a tap.
        waits = self._ears is None and not self.is_over()
        for deed in self._taps.take(timeout_s if waits else 0.0):
            if not self.is_over():
                deed()

    def _now_s(self) -> float:
        return self._ears.now_s if self._ears is not None else self._clock() - self._started_s

    def _tick(self) -> None:
        ears = self._ears
        if ears is None or self._phase.is_deaf:
            self._memory.conversation.tick(self._now_s(), None, None)
        else:
            self._memory.conversation.tick(ears.now_s, ears.talking_since_s, ears.turn_ended_s)
        self._writer.note_changes(self._memory.conversation.state, "companion")

    def _take_sounds(self, sounds: Sounds) -> None:
        if sounds.foreign_from_s is not None:
            self._forget_foreign(sounds.foreign_from_s)
        for gap in sounds.gaps:
            self._mark_gap(gap)
        for hypothesis in sounds.finals:
            self._memory.partial = None
            if self._asks_off_record(hypothesis):
                return
            if hypothesis.text:
                self._hear(hypothesis)
        if sounds.partial is not None:
            if self._asks_off_record(sounds.partial):
                return
            self._memory.partial = sounds.partial
            if self._transcript_wanted:
                self._writer.add(PartialHeard(sounds.partial))

    def _asks_off_record(self, said: Hypothesis) -> bool:
        from_s = self._off_record.asked_from_s(said)
        if from_s is not None:
            self._go_off_record(heard_from_s=from_s)
        return from_s is not None

    def _hear(self, hypothesis: Hypothesis) -> None:
        self._writer.add(self._memory.hear(hypothesis, self._now_s()))
        self._writer.note_changes(self._memory.conversation.state, "companion")

    def _act(self, action: Action) -> None:
        try:
            self._memory.conversation.act(action, self._now_s())
        except InputError as error:
            # A value that the rap does not know: say so, and let the call go on.
            self._writer.add(Notice(self._now_s(), NoticeKind.INFO, f"{error}"))
            return
        self._writer.note_changes(self._memory.conversation.state, "organizer")

    def _pause(self) -> None:
        if self._phase is CallPhase.LISTENING and self._ears is not None:
            self._ears.close_turn()
            self._deaf_since_s = self._now_s()
            self._set_phase(CallPhase.PAUSED)

    def _resume(self) -> None:
        if self._phase.is_deaf and self._ears is not None:
            self._mark_deaf_gap()
            self._ears.resume()
            self._notices.hears_from(self._now_s())
            self._set_phase(CallPhase.LISTENING)

    def _mark_deaf_gap(self) -> None:
        off_record = self._phase is CallPhase.OFF_RECORD
        reason = GapReason.OFF_RECORD if off_record else GapReason.PAUSED
        self._mark_gap(Gap(self._deaf_since_s, self._now_s(), reason))

    def _go_off_record(self, heard_from_s: float | None = None) -> None:
        if self._ears is None or self._phase is CallPhase.OFF_RECORD:
            return
        now_s = self._now_s()
        from_s = now_s - self._options.off_record_s
        if heard_from_s is not None:
            from_s = min(from_s, heard_from_s)
        self._ears.forget()
        self._forget(from_s)
        self._deaf_since_s = max(0.0, from_s)
        self._set_phase(CallPhase.OFF_RECORD)
        self._publish(force=True)

    def _forget_foreign(self, from_s: float) -> None:
        """The sound server had led the recording to the speakers: nothing of that may stay."""
        self._forget(from_s)
        self._mark_gap(Gap(from_s, self._now_s(), GapReason.DEVICE_LOST))
        self._publish(force=True)

    def _withdraw(self) -> None:
        if self._ears is not None:
            self._ears.forget()
        self._memory.clear()
        self._off_record.forget()
        self._tell_forgotten(0.0)
        self._set_phase(CallPhase.WITHDRAWN)

    def _forget(self, from_s: float) -> None:
        self._memory.forget(from_s)
        self._off_record.forget()
        self._tell_forgotten(from_s)

    def _tell_forgotten(self, from_s: float) -> None:
        self._writer.forget(from_s, self._memory.conversation.state)
        self._writer.add(Forgotten(self._now_s(), from_s))

    def _show_transcript(self, wanted: bool) -> None:
        self._transcript_wanted = wanted
        self._publish(force=True)

    def _end(self) -> None:
        if self._ending:
            return
        self._ending = True
        if self._ears is not None:
            if not self._phase.is_deaf and _catches_up(self._ears.transcriber_status()):
                self._writer.add(
                    Notice(self._now_s(), NoticeKind.INFO, "Catching up with your last words.")
                )
                self._publish(force=True)
            if not self._catch_up(self._ears):
                lag_s = self._ears.transcriber_status().lag_s
                end_s = self._now_s()
                self._mark_gap(Gap(max(0.0, end_s - lag_s), end_s, GapReason.BACKLOG_FULL))
            if self.is_over():
                return
            if self._phase.is_deaf:
                self._mark_deaf_gap()
        duration_s = self._now_s()
        self._summary = self._summarize(
            self._memory.conversation.state, duration_s, self._memory.gaps
        )
        self._set_phase(CallPhase.ENDED)

    def _catch_up(self, ears: Ears) -> bool:
        """Take the last words; False where they did not come in time.

        Whoever withdraws consent or goes off the record meanwhile need not wait for them.
        """
        for _ in range(max(1, round(self._options.finish_within_s / CATCH_UP_LOOK_S))):
            last, complete = ears.finish(CATCH_UP_LOOK_S)
            self._take_sounds(last)
            self._take_taps(0.0)
            if complete or self.is_over():
                return True
        return False

    def _mark_gap(self, gap: Gap) -> None:
        self._memory.mark(gap)
        self._writer.add(GapMarked(gap), *self._notices.of_gap(gap, self._now_s()))

    def _set_phase(self, phase: CallPhase) -> None:
        self._phase = phase
        self._writer.add(PhaseChanged(self._now_s(), phase))

    def _watch_health(self) -> None:
        if self._ears is not None and not self._phase.is_deaf:
            self._writer.add(*self._notices.look(self._ears))

    def _snapshot(self, version: int) -> Snapshot:
        ears = self._ears
        source = ears.source_status() if ears is not None else None
        if source is not None and self._phase.is_deaf:
            source = replace(source, level_dbfs=-120.0)  # what is not heard is not metered
        shown = self._transcript_wanted and self._phase is not CallPhase.WITHDRAWN
        return Snapshot(
            version=version,
            phase=self._phase,
            state=replace(self._memory.conversation.state, unheard_s=unheard_s(self._memory.gaps)),
            speaking=self._speaking,
            source=source,
            transcriber=ears.transcriber_status() if ears is not None else None,
            notices=self._notices.open,
            gaps=self._memory.gaps,
            transcript=self._memory.conversation.transcript(TRANSCRIPT_LINES) if shown else (),
            partial=self._memory.partial if shown else None,
            summary=self._summary,
        )

    @property
    def _speaking(self) -> bool:
        ears = self._ears
        return ears is not None and not self._phase.is_deaf and ears.talking_since_s is not None

    def _publish(self, force: bool = False) -> None:
        self._writer.publish(self._now_s(), self._speaking, force)


def _catches_up(status: TranscriberStatus) -> bool:
    return status.lag_s > 1.0 and status.state is not TranscriberState.FAILED
