"""A running call: composes the rooms, and owns the one worker thread that drives them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import TracebackType

from typing_extensions import Self

from companion.after.summarize import summarize
from companion.asr.protocol import Transcriber
from companion.asr.spec import RecognizerSpec
from companion.asr.transcriber import ProcessTranscriber
from companion.audio.bleed_gate import BleedGate
from companion.audio.endpointing import Endpointer
from companion.audio.own_voice import OwnVoice
from companion.audio.sound import Source
from companion.audio.voice_activity import VoiceActivity
from companion.clocks import through_sleep_s
from companion.coach.conversation import Conversation
from companion.domain.actions import Action
from companion.domain.call import CallState, Consent
from companion.domain.hearing import LOOPBACK_ALLOWED, Hearing, Playback
from companion.domain.speech import Gap
from companion.domain.summary import Summary
from companion.errors import CompanionError, ConsentError
from companion.live.board import Board
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.settings import Settings
from companion.understanding.language import language_of
from companion.understanding.rap import Rap

STEP_S = 0.05
"""The worker looks for taps and words at least this often."""
JOIN_WITHIN_S = 10.0
VOICE_NOT_LEARNED = (
    "Other people's voices cannot be left out yet, because yours is not learned; "
    "use a headset, or have it learned before the next call."
)


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Everything a call needs. Without consent there is no source, only prompts by hand."""

    settings: Settings
    rap: Rap
    call_date: date
    consent: Consent | None
    source: Source | None = None
    recognizer: RecognizerSpec | None = None
    fallback: RecognizerSpec | None = None
    """Takes over, and says so, where `recognizer` turns out not to start."""
    show_transcript: bool = False
    hearing: Hearing | None = None
    """How the sound is set up, as far as that is known; kept with the call."""
    own_voice: OwnVoice | None = None
    """The organizer's voice; without it nobody's is left out."""


def wants_gate(plan: CallPlan) -> bool:
    """Whether other voices are to be left out of this call; needs the own one to be learned."""
    on_headset = plan.hearing is not None and plan.hearing.playback is Playback.HEADSET
    choice = plan.settings.audio.bleed_gate
    return choice == "on" or (choice == "auto" and not on_headset)


def compose(plan: CallPlan, clock: Callable[[], float] = through_sleep_s) -> LiveCall:
    """Build the call's synchronous core from its rooms; opens nothing yet.

    Raises: ConsentError for a source without consent.
    """
    ears: Ears | None = None
    transcriber: Transcriber | None = None
    language = language_of(plan.rap.language)
    if plan.source is not None and plan.recognizer is not None:
        if plan.consent is None:
            raise ConsentError(
                "the microphone stays closed without consent; record it with --consent "
                "spoken, written or earlier, or use the prompts by hand with --prompts-only"
            )
        transcriber = ProcessTranscriber(plan.recognizer, plan.settings.recognizer, plan.fallback)
        endpointer = Endpointer(plan.settings.endpoint, VoiceActivity())
        gate = BleedGate(plan.own_voice) if plan.own_voice and wants_gate(plan) else None
        ears = Ears(plan.source, endpointer, transcriber, language.mid_phrase, gate=gate)

    def draft(state: CallState, duration_s: float, gaps: tuple[Gap, ...]) -> Summary:
        return summarize(
            state,
            plan.rap.outline(),
            duration_s=duration_s,
            consent=plan.consent,
            gaps=gaps,
            engine="none" if transcriber is None else transcriber.status().engine,
            hearing=plan.hearing,
        )

    call = plan.settings.call
    live = LiveCall(
        ears,
        lambda: Conversation(plan.rap, plan.call_date, call),
        draft,
        CallOptions(
            consent=plan.consent,
            off_record_s=call.off_record_s,
            off_record_phrase=call.off_record_phrase,
            off_record_phrases=language.off_record,
            show_transcript=plan.show_transcript,
        ),
        clock,
    )
    if ears is not None and plan.own_voice is None and plan.settings.audio.bleed_gate == "on":
        live.warn(VOICE_NOT_LEARNED)
    if plan.hearing is not None and plan.hearing.loopback_allowed:
        live.warn(LOOPBACK_ALLOWED)  # stays on the board for the whole call
    return live


class LiveSession:
    """A call on its own thread. Implements `Controls`; use it as a context manager.

    Entering opens the microphone in the caller's thread, so that its errors come before any
    view starts. Leaving stops, joins with a time limit, and raises what the worker raised.
    """

    def __init__(self, call: LiveCall) -> None:
        self._call = call
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="companion-call", daemon=True)

    @property
    def board(self) -> Board:
        """Where views read."""
        return self._call.board

    def __enter__(self) -> Self:
        self._call.open()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(JOIN_WITHIN_S)
        self._call.close()
        if self._error is not None and error is None:
            raise self._error

    def act(self, action: Action) -> None:
        """See `Controls`."""
        self._call.act(action)

    def pause(self) -> None:
        """See `Controls`."""
        self._call.pause()

    def resume(self) -> None:
        """See `Controls`."""
        self._call.resume()

    def off_record(self) -> None:
        """See `Controls`."""
        self._call.off_record()

    def withdraw(self) -> None:
        """See `Controls`."""
        self._call.withdraw()

    def show_transcript(self, wanted: bool) -> None:
        """See `Controls`."""
        self._call.show_transcript(wanted)

    def end(self) -> None:
        """See `Controls`."""
        self._call.end()

    def warn(self, sentence: str) -> None:
        """Tell the organizer of trouble outside of the call; see `LiveCall.warn`."""
        self._call.warn(sentence)

    def mended(self, warning: str, sentence: str) -> None:
        """Take a warning back, and say so; see `LiveCall.mended`."""
        self._call.mended(warning, sentence)

    def _work(self) -> None:
        try:
            while not (self._stop.is_set() or self._call.is_over()):
                self._call.step(STEP_S)
        except CompanionError as error:
            self._error = error
            self._call.fail(str(error))
        except Exception as error:  # noqa: BLE001 - kept, shown without its text, raised on leaving
            self._error = error
            self._call.fail(
                f"The companion had to stop ({type(error).__name__}). Nothing was saved; "
                "'companion call' begins again."
            )
        finally:
            # The microphone closes when the call is over, not when the summary has been read.
            self._call.close()
