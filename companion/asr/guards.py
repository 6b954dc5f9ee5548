"""Guards against invented text: what Whisper says to noise, silence and sounds it cannot place.

Pure functions over what one decoding returned. A tripped guard never means that nothing was
said, only that these words are not to be trusted; the recognizer then tries once more with more
context and, failing that, shows no text and says why.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field
from enum import Enum

from companion.asr.protocol import MIN_SPEECH_S


class Doubt(str, Enum):
    """Why a decoded text is not to be trusted; the value is what people read."""

    TOO_SHORT = "too short"
    NO_SPEECH = "no speech"
    UNLIKELY = "unlikely"
    REPETITIVE = "repetitive"
    LOOP = "loop"
    TOO_DENSE = "more words than time"


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Where each guard trips.

    The first three thresholds are the defaults of OpenAI's reference decoder (Radford et al.,
    "Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 4.5).
    """

    min_avg_logprob: float = -1.0
    """Mean log-probability of a token, natural logarithm; below it the text is unlikely."""
    max_compression_ratio: float = 2.4
    """Bytes of text by bytes of its zlib stream; above it the text repeats itself."""
    no_speech_probability: float = 0.6
    """In [0, 1]; above it an unlikely text is put down to there being no speech."""
    min_speech_s: float = MIN_SPEECH_S
    """Seconds of speech below which nothing is decoded at all."""
    tokens_per_speech_s: float = 10.0
    """Tokens in a second of speech. Fast English has 5 words a second at 1.3 tokens a word, and
    voice activity may have missed some of the speech."""
    tokens_allowed: int = 8
    """Tokens on top, so that a short answer with its punctuation passes."""
    max_word_copies: int = 6
    """The same word so often in a row is a loop ("no, no, no, no" is not)."""
    max_phrase_copies: int = 4
    """The same phrase of several words so often in a row is a loop."""
    max_phrase_words: int = 12
    """Longest phrase that is looked for; longer loops show in the compression ratio."""

    def most_tokens(self, speech_s: float) -> int:
        """The most tokens that so many seconds of speech can hold."""
        return self.tokens_allowed + math.ceil(self.tokens_per_speech_s * speech_s)


ENGLISH = GuardLimits()
OTHER_LANGUAGES = GuardLimits(tokens_per_speech_s=25.0)
"""Whisper's vocabulary was made on English mostly: other scripts take up to a token a letter."""


def limits_for(language: str) -> GuardLimits:
    """The limits for a language, by its code ('en', 'es', …)."""
    return ENGLISH if language == "en" else OTHER_LANGUAGES


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one decoding returned."""

    text: str = field(repr=False)
    tokens: int
    """Number of text tokens."""
    avg_logprob: float
    """Mean log-probability of a token, the end token included; natural logarithm, ≤ 0."""
    no_speech_probability: float
    """In [0, 1]."""
    speech_s: float
    """Seconds of speech that were decoded."""


def doubt_about(evidence: Evidence, limits: GuardLimits = ENGLISH) -> Doubt | None:
    """The first guard that trips, or None for a text that can be shown."""
    unlikely = evidence.avg_logprob < limits.min_avg_logprob
    if unlikely and evidence.no_speech_probability > limits.no_speech_probability:
        return Doubt.NO_SPEECH
    if has_loop(evidence.text, limits):
        return Doubt.LOOP
    if compression_ratio(evidence.text) > limits.max_compression_ratio:
        return Doubt.REPETITIVE
    if evidence.tokens > limits.most_tokens(evidence.speech_s):
        return Doubt.TOO_DENSE
    return Doubt.UNLIKELY if unlikely else None


def compression_ratio(text: str) -> float:
    """How much smaller zlib makes the text; 1 for no text. Plain sentences stay below 2."""
    raw = text.encode("utf-8")
    return len(raw) / len(zlib.compress(raw)) if raw else 1.0


def has_loop(text: str, limits: GuardLimits = ENGLISH) -> bool:
    """Whether some phrase follows on itself so often that nobody would say it."""
    words = [word.strip(".,;:!?…\"'-").casefold() for word in text.split()]
    words = [word for word in words if word]
    for length in range(1, limits.max_phrase_words + 1):
        copies = limits.max_word_copies if length == 1 else limits.max_phrase_copies
        # Words equal to the one a phrase earlier: so many in a row are `copies` equal phrases.
        needed = length * (copies - 1)
        in_a_row = 0
        for earlier, word in zip(words, words[length:], strict=False):
            in_a_row = in_a_row + 1 if word == earlier else 0
            if in_a_row >= needed:
                return True
    return False
