"""Who is speaking, a tenth of a second at a time: the organizer, or somebody else.

Each block of 100 ms brings evidence for or against the own voice: how like it the voiced frames
are, and how loud they are beside what the organizer's speech has been so far. Two states, own and
other, that seldom change, turn the evidence of neighboring blocks into one judgment (a hidden
Markov model, smoothed with a fixed lag; Rabiner, 1989). All odds are natural logarithms; above 0
speaks for the own voice.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from companion.audio.own_voice import OwnVoice
from companion.audio.voice_features import FRAME_SAMPLES, HOP_SAMPLES, SILENT_DB, VoiceFrames

BLOCK_FRAMES = 10
BLOCK_SAMPLES = BLOCK_FRAMES * HOP_SAMPLES
"""Sound that is judged as one: 100 ms."""
LOOK_AHEAD_SAMPLES = FRAME_SAMPLES - HOP_SAMPLES
"""Sound behind a block that its last frame reaches into: 30 ms."""
LAG_BLOCKS = 6
"""So many later blocks have a say in each judgment, while speech goes on: 600 ms."""

_SWITCH = 0.01
"""How likely the voice changes from one block to the next: every ten seconds."""
HALFWAY = 0.5
"""The likeness that speaks for neither, as a share of what the own voice scores on average."""
_FRAME_WEIGHT = 0.48
"""Log odds of a frame whose likeness is one mean away from halfway. Neighboring frames say nearly
the same, so that each is worth little."""
_LEAST_MEAN = 0.5
"""A voice that is hardly like itself proves nothing by being like itself."""
_MOST_OF_BLOCK = 4.0
_FALL_DB = 3.0
"""A loud syllable still counts a block later, less so much: a syllable's dip is no other voice."""
_OWN_DISTANCE_DB = 1.0
_OWN_SPREAD_DB = 4.0
"""Own speech, so held, lies about so far below the own level, and so scattered."""
_LEVEL_RANGE_DB = 50.0
"""Another voice may be anywhere within so many decibels."""
_LEVEL_LEAST, _LEVEL_MOST = -2.5, 0.3
"""Being quiet speaks against the own voice; being loud speaks for nobody."""
_LEVEL_STEP_DB = 1.0
_FIRST_DOUBT_DB = 6.0
"""So far may the own level of a call be from that of the reading."""
_DOUBT_LEFT = 0.96
"""What a block of own speech leaves of that doubt: half of it is gone after two seconds."""
_SURE = 3.0


@dataclass(slots=True)
class _Block:
    evidence: float
    level_db: float | None
    forward: float
    """Log odds by this block and all before it."""


class SpeakerTrack:
    """Blocks of frames in, judgments out, in order and each once. One stretch of speech at a time.

    The own level is kept from stretch to stretch, and follows the organizer's through the call.
    """

    def __init__(self, voice: OwnVoice) -> None:
        self._voice = voice
        self._level_db = voice.level_dbfs
        self._doubt_db = _FIRST_DOUBT_DB
        self._waiting: deque[_Block] = deque()
        self._before = 0.0
        self._held_db = SILENT_DB

    def begin(self) -> None:
        """A new stretch: who spoke before does not matter."""
        self._waiting.clear()
        self._before = 0.0
        self._held_db = SILENT_DB

    def push(self, frames: VoiceFrames) -> None:
        """The frames of the next block (fewer at the end of a stretch)."""
        level_db = float(frames.level_db[frames.voiced].max()) if frames.voiced.any() else None
        self._held_db = max(self._held_db - _FALL_DB, SILENT_DB if level_db is None else level_db)
        evidence = self._evidence(frames, level_db)
        before = self._waiting[-1].forward if self._waiting else self._before
        self._waiting.append(_Block(evidence, level_db, _step(before) + evidence))

    def judged(self, all_of_them: bool) -> list[float]:
        """Log odds of the blocks that are ripe, oldest first; at a pause `all_of_them` are."""
        n_ripe = len(self._waiting) - (0 if all_of_them else LAG_BLOCKS)
        if n_ripe <= 0:
            return []
        after = [0.0] * len(self._waiting)
        for i in range(len(self._waiting) - 2, -1, -1):
            after[i] = _step(self._waiting[i + 1].evidence + after[i + 1])
        odds = []
        for i in range(n_ripe):
            block = self._waiting.popleft()
            self._before = block.forward
            odds.append(block.forward + after[i])
            self._follow_level(block, odds[-1])
        return odds

    def _evidence(self, frames: VoiceFrames, level_db: float | None) -> float:
        if level_db is None:
            return 0.0
        scores = self._voice.likeness(frames)[frames.voiced]
        mean = max(_LEAST_MEAN, self._voice.likeness_mean)
        by_voice = _FRAME_WEIGHT * float(np.sum(scores / mean - HALFWAY))
        by_voice = float(np.clip(by_voice, -_MOST_OF_BLOCK, _MOST_OF_BLOCK))
        return by_voice + self._by_level(self._held_db)

    def _by_level(self, level_db: float) -> float:
        spread_db = math.hypot(_OWN_SPREAD_DB, self._doubt_db)
        away = (level_db - self._level_db + _OWN_DISTANCE_DB) / spread_db
        own = -0.5 * away * away - math.log(spread_db * math.sqrt(2 * math.pi))
        return min(_LEVEL_MOST, max(_LEVEL_LEAST, own + math.log(_LEVEL_RANGE_DB)))

    def _follow_level(self, block: _Block, odds: float) -> None:
        """Keep the own level where four of five surely own blocks are quieter."""
        if block.level_db is not None and odds > _SURE:
            louder = block.level_db > self._level_db
            step_db = _LEVEL_STEP_DB + self._doubt_db / 4
            self._level_db += step_db * (0.8 if louder else -0.2)
            self._doubt_db *= _DOUBT_LEFT


def _step(odds: float) -> float:
    """Log odds a block later or earlier, when the voice may have changed."""
    odds = min(30.0, max(-30.0, odds))
    ratio = math.exp(odds)
    return math.log(((1 - _SWITCH) * ratio + _SWITCH) / (_SWITCH * ratio + 1 - _SWITCH))
