"""The microphone in a rehearsal: the organizer's turns, one after the other.

The same ears as in a call, and the same rule about devices. There is no other person, so there is
nobody whose consent would be needed; the words go to the rehearsal, in memory, and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from companion.asr.choose import choose
from companion.asr.transcriber import ProcessTranscriber
from companion.audio.endpointing import Endpointer
from companion.audio.microphone import MicrophoneSource
from companion.audio.sound import Source
from companion.audio.voice_activity import VoiceActivity
from companion.cli.recognizer_options import recognizer_settings
from companion.domain.speech import Utterance
from companion.live.ears import Ears
from companion.live.health import HealthWatch
from companion.practice.rehearsal import Rehearsal
from companion.settings import Settings
from companion.understanding.language import language_of

if TYPE_CHECKING:
    from companion.cli.practicing import PracticeRequest

TURN_IS_OVER_S = 1.6
"""So much silence after words hands the turn over."""
READ_S = 0.1


def turns_heard(
    request: PracticeRequest,
    settings: Settings,
    rehearsal: Rehearsal,
    source: Source | None = None,
) -> Iterator[None]:
    """Give the organizer's words to the rehearsal, and yield at the end of every turn.

    What is said while the caller answers is not heard. Ends where the source does. `source`: None
    for the microphone of the settings.
    """
    recognizer = recognizer_settings(
        settings.recognizer,
        engine=request.engine,
        model=request.model,
        language=None,
        partials=False,
    )
    chosen = choose(recognizer)
    print(f"companion: {chosen.sentence}", file=sys.stderr)
    transcriber = ProcessTranscriber(chosen.spec, recognizer, chosen.fallback)
    endpointer = Endpointer(settings.endpoint, VoiceActivity())
    mid_phrase = language_of(rehearsal.rap.language).mid_phrase
    ears = Ears(source or MicrophoneSource(settings.audio), endpointer, transcriber, mid_phrase)
    watch = HealthWatch()
    # The clock of the microphone goes on while the other person speaks, and so does the
    # rehearsal's own; `behind_s` leads from the one to the other.
    behind_s = rehearsal.now_s
    with ears:
        waiting = False
        while True:
            sounds = ears.hear(READ_S)
            ended = ears.ended
            finals = sounds.finals
            if ended:
                finals += ears.finish(settings.recognizer.backlog_s)[0].finals
            for final in finals:
                if final.text.strip():
                    start_s, end_s = final.start_s + behind_s, final.end_s + behind_s
                    rehearsal.hear(Utterance(0, start_s, end_s, final.text))
                    waiting = True
            for notice in watch.look(ears.now_s, ears.source_status(), ears.transcriber_status()):
                print(f"companion: {notice.text}", file=sys.stderr)
            if waiting and (ended or _turn_is_over(ears)):
                waiting = False
                yield
                ears.forget()
                behind_s = max(behind_s, rehearsal.now_s - ears.now_s)
            if ended:
                return


def _turn_is_over(ears: Ears) -> bool:
    if ears.talking_since_s is not None or ears.turn_ended_s is None:
        return False
    return ears.now_s - ears.turn_ended_s >= TURN_IS_OVER_S and not ears.transcriber_status().lag_s
