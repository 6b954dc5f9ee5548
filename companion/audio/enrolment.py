"""Learning the organizer's own voice while they read aloud for twenty seconds.

Sound comes in, figures are kept: of the sound itself never more than the last 40 ms.
"""

from __future__ import annotations

import numpy as np

from companion.audio.own_voice import OwnVoice, learn_voice, strange_share
from companion.audio.sound import Samples, seconds
from companion.audio.voice_activity import FRAME_SAMPLES, SpeechProbability, VoiceActivity
from companion.audio.voice_features import HOP_SAMPLES, VoiceFrames, frames_of, joined
from companion.errors import InputError

SPEECH_WANTED_S = 20.0
"""Speech without its pauses. Reading aloud takes about 25 s to give as much."""

_SPEECH_FROM = 0.5
_JUDGED_FROM_S = 2.0
"""No problem is named before there is so much speech."""
_QUIET_DBFS = -50.0
_CLIPPED_FROM = 0.99
_CLIPPED_SHARE = 0.002
_LEAST_DISTANCE_DB = 12.0
"""Least distance of speech to what is heard between the words."""
_LOOK_EVERY_S = 5.0
"""How often it is asked whether all of the speech is one voice."""
_ONE_VOICE_SHARE = 0.05
"""So much of one voice's speech may be unlike the rest; see `strange_share`."""

_TOO_QUIET = "You are hardly heard; move closer to the microphone, or turn its level up."
_CLIPPING = "Your microphone is too loud; turn its level down, and begin again."
_NOISE = "There is much noise around you; find a quieter place, or use a headset."
_TWO_VOICES = "This sounds like more than one voice; read alone, and begin again."


class Enrolment:
    """Push sound until `progress` is 1, then `finish`. One stream of sound, one thread.

    Raises: ModelError where the voice activity model is missing or damaged.
    """

    def __init__(self, voice: SpeechProbability | None = None) -> None:
        self._voice = voice or VoiceActivity()
        self._pending: Samples
        self._unframed: Samples
        self._parts: list[VoiceFrames]
        self._speech: int
        self._clipped: int
        self._pauses_db: list[float]
        self._mixed: bool
        self._look_at_s: float
        self.reset()

    def reset(self) -> None:
        """Forget everything heard, and begin anew."""
        self._voice.reset()
        self._pending = self._unframed = np.zeros(0, np.float32)
        self._parts = []
        self._speech = 0
        self._clipped = 0
        self._pauses_db = []
        self._mixed = False
        self._look_at_s = _LOOK_EVERY_S

    @property
    def progress(self) -> float:
        """How much of the 20 s of speech there is, in [0, 1]."""
        return min(1.0, seconds(self._speech) / SPEECH_WANTED_S)

    @property
    def problem(self) -> str | None:
        """What is wrong with the sound so far, in one plain sentence with the way out."""
        if seconds(self._speech) < _JUDGED_FROM_S:
            return None
        if self._clipped > _CLIPPED_SHARE * self._speech:
            return _CLIPPING
        level_db = self._level_db()
        if level_db < _QUIET_DBFS:
            return _TOO_QUIET
        if self._pauses_db and level_db - float(np.median(self._pauses_db)) < _LEAST_DISTANCE_DB:
            return _NOISE
        return _TWO_VOICES if self._mixed else None

    def push(self, samples: Samples) -> None:
        """Take the next sound. f32[n], mono, 16 kHz, in [-1, 1]."""
        sound = np.concatenate((self._pending, samples))
        whole = len(sound) - len(sound) % FRAME_SAMPLES
        for at in range(0, whole, FRAME_SAMPLES):
            self._judge(sound[at : at + FRAME_SAMPLES])
        self._pending = sound[whole:]
        if seconds(self._speech) >= self._look_at_s:
            self._look_at_s += _LOOK_EVERY_S
            self._mixed = strange_share(joined(self._parts)) > _ONE_VOICE_SHARE

    def finish(self) -> OwnVoice:
        """The voice. The enrolment is empty afterwards, and where a problem was raised too.

        Raises: InputError while `progress` is below 1, or where `problem` names something.
        """
        if self.progress < 1.0:
            raise InputError("your voice is not learned yet; read on until 20 seconds are full")
        problem, frames = self.problem, joined(self._parts)
        self.reset()
        if problem is not None:
            raise InputError(problem)
        return learn_voice(frames)

    def _judge(self, block: Samples) -> None:
        speech = self._voice.probability(block) >= _SPEECH_FROM
        self._unframed = np.concatenate((self._unframed, block))
        frames = frames_of(self._unframed)
        self._unframed = self._unframed[len(frames) * HOP_SAMPLES :]
        if speech:
            self._speech += len(block)
            self._clipped += int(np.count_nonzero(np.abs(block) >= _CLIPPED_FROM))
            self._parts.append(frames)
        elif len(frames):
            self._pauses_db.append(float(frames.level_db.mean()))

    def _level_db(self) -> float:
        levels = np.concatenate([part.level_db for part in self._parts])
        return float(np.quantile(levels, 0.8))
