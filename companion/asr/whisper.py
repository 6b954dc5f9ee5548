"""Whisper through faster-whisper and CTranslate2: the one file that imports them.

faster-whisper loads the model and brings the feature extractor and the tokenizer; decoding goes
to CTranslate2 directly, because `WhisperModel.transcribe` pads every sound to 30 s. A segment of
a call is a few seconds, and with as much context as it needs the encoder is several times
faster. Whisper was trained on 30 s, so a text that a guard doubts is decoded again with all of it.

Nothing here can reach the network: the hub is switched off before its library is imported, and
only a folder that holds every needed file is ever given to the loader.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.asr.guards import Doubt, Evidence, GuardLimits, doubt_about, limits_for
from companion.asr.model_folder import check_folder, check_language, damaged, languages_of
from companion.asr.protocol import Decoded
from companion.audio.sound import SAMPLE_RATE_HZ, Samples, seconds
from companion.errors import ModelError

# Read once, when huggingface_hub is imported; hence set before, and not as a default.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

FRAMES_PER_S = 100
FULL_CONTEXT_FRAMES = 3000
"""The 30 s that Whisper was trained on."""
MIN_CONTEXT_FRAMES = 500
"""With less, quality falls off (whisper.cpp's experience with its `audio_ctx`)."""
PADDING_FRAMES = 100
"""At least this much beyond the speech, so that the model sees where it ends."""
PARTIAL_WINDOW_S = 10.0
"""A partial decodes no more sound than this; what lies before keeps the words it got."""
PARTIAL_KEEP_S = 4.0
"""When the window is full, this much of its end stays open to revision."""
DIP_SEARCH_S = 3.0
"""How far back from a cut the quietest moment is looked for."""
MAX_NEW_TOKENS = 224
"""CTranslate2's own bound for a decoding."""

Features = NDArray[np.float32]
"""f32[mel bands, frames], log-mel; 100 frames a second."""


def create(
    model_dir: str,
    label: str = "whisper",
    language: str = "en",
    beam: int = 2,
    threads: int = 2,
    full_context: bool = False,
) -> WhisperRecognizer:
    """Load a CTranslate2 Whisper model from a folder; takes up to a second or two.

    Raises: ModelError: the folder is missing, partial, damaged, of another kind, or too large
        for the memory there is. RecognizerError: the model does not know the language.
    """
    folder = Path(model_dir)
    check_folder(folder)
    check_language(languages_of(folder), label, language)
    return WhisperRecognizer(
        load_model(folder, threads),
        name=label,
        language=language,
        beam=beam,
        full_context=full_context,
        limits=limits_for(language),
    )


def load_model(folder: Path, threads: int) -> Any:
    """The loaded `WhisperModel` of a checked folder, computing in 8-bit integers.

    Raises: ModelError: it is damaged, or there is not enough memory.
    """
    try:
        model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            local_files_only=True,
        )
    except MemoryError:
        raise ModelError(
            f"there is not enough memory to load {folder}; close other programs, or use a "
            "smaller model: 'companion models download tiny.en'"
        ) from None
    except Exception:  # noqa: BLE001 - the three libraries below raise what they like, bare too
        raise damaged(folder, "it cannot be loaded") from None
    bands = model.feature_extractor.mel_filters.shape[0]
    if bands != model.model.n_mels:
        raise damaged(
            folder,
            f"preprocessor_config.json is missing or says {bands} mel bands "
            f"where the model has {model.model.n_mels}",
        )
    return model


class WhisperRecognizer:
    """A loaded Whisper model behind the `Recognizer` protocol."""

    decodes_ahead = True

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        language: str,
        beam: int,
        full_context: bool,
        limits: GuardLimits,
    ) -> None:
        self.name = name
        self._model = model
        self._beam = beam
        self._full_context = full_context
        self._limits = limits
        self._tokenizer = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )
        self._prompt = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]))
        self.begin()

    def begin(self) -> None:
        """Start a segment."""
        self._chunks: list[Samples] = []
        self._settled_text = ""
        self._settled_samples = 0

    def feed(self, samples: Samples) -> None:
        """More sound of the segment. f32[n], mono, 16 kHz, in [-1, 1]."""
        self._chunks.append(np.asarray(samples, dtype=np.float32))

    def partial(self) -> Decoded:
        """The words so far: greedy, with short context; costs at most `PARTIAL_WINDOW_S`."""
        sound = self._sound()
        window = sound[self._settled_samples :]
        if seconds(len(window)) > PARTIAL_WINDOW_S:
            cut = quietest_before(window, len(window) - int(PARTIAL_KEEP_S * SAMPLE_RATE_HZ))
            head = self._words(window[:cut], seconds(cut), beam=1, again=False)
            self._settled_text = f"{self._settled_text} {head.text}".strip()
            self._settled_samples += cut
            window = window[cut:]
        decoded = self._words(window, seconds(len(window)), beam=1, again=False)
        text = f"{self._settled_text} {decoded.text}".strip()
        return Decoded(text, decoded.confidence, None if text else decoded.withheld)

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """The words of everything fed so far; changes nothing, so it may be called again."""
        sound = self._sound()
        beam = 1 if economy else self._beam
        share = speech_s / max(seconds(len(sound)), speech_s, 1e-9)
        parts = [
            self._words(window, seconds(len(window)) * share, beam, again=True)
            for window in windows_of(sound)
        ]
        text = " ".join(part.text for part in parts if part.text)
        sure = [part.confidence for part in parts if part.confidence is not None]
        withheld = None if text else next((p.withheld for p in parts if p.withheld), None)
        return Decoded(text, min(sure, default=None), withheld)

    def close(self) -> None:
        """Give the memory back."""
        self.begin()
        self._model.model.unload_model()

    def _sound(self) -> Samples:
        if len(self._chunks) > 1:
            self._chunks = [np.concatenate(self._chunks)]
        return self._chunks[0] if self._chunks else np.zeros(0, np.float32)

    def _words(self, sound: Samples, speech_s: float, beam: int, again: bool) -> Decoded:
        """Decode with as little context as the sound needs.

        With `again`, a text that a guard doubts is decoded once more with full context.
        """
        if speech_s < self._limits.min_speech_s:
            return Decoded("", withheld=Doubt.TOO_SHORT.value)
        features = self._features(sound)
        frames = FULL_CONTEXT_FRAMES if self._full_context else short_context(features.shape[1])
        decoded = self._judged(self._decode(features, frames, speech_s, beam))
        if decoded.withheld is None or not again or frames == FULL_CONTEXT_FRAMES:
            return decoded
        return self._judged(self._decode(features, FULL_CONTEXT_FRAMES, speech_s, beam))

    def _features(self, sound: Samples) -> Features:
        features: Features = self._model.feature_extractor(sound)
        return features[:, :FULL_CONTEXT_FRAMES]

    def _decode(self, features: Features, frames: int, speech_s: float, beam: int) -> Evidence:
        """Greedy or beam search at temperature 0, without timestamps and without earlier text."""
        padded = np.zeros((1, features.shape[0], frames), np.float32)
        padded[0, :, : features.shape[1]] = features
        model = self._model.model
        encoded = model.encode(ctranslate2.StorageView.from_array(padded))
        # One token more than the guard allows, so that a text cut off here is also doubted.
        new_tokens = min(self._limits.most_tokens(speech_s) + 1, MAX_NEW_TOKENS)
        result = model.generate(
            encoded,
            [self._prompt],
            beam_size=beam,
            # CTranslate2 stops at half of this, as Whisper leaves half to the text before.
            max_length=2 * new_tokens,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = result.sequences_ids[0]
        return Evidence(
            text=self._tokenizer.decode(tokens).strip(),
            tokens=len(tokens),
            # The score is the mean over the text tokens; the end token counts as one more.
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
            no_speech_probability=result.no_speech_prob,
            speech_s=speech_s,
        )

    def _judged(self, evidence: Evidence) -> Decoded:
        doubt = doubt_about(evidence, self._limits)
        if doubt is not None:
            return Decoded("", withheld=doubt.value)
        if not evidence.text:
            return Decoded("", withheld=Doubt.NO_SPEECH.value)
        return Decoded(evidence.text, confidence=min(1.0, math.exp(evidence.avg_logprob)))


def short_context(frames: int) -> int:
    """Frames of context for a sound of so many: with padding, even, in [500, 3000]."""
    wanted = frames + PADDING_FRAMES
    wanted += wanted % 2
    return min(max(wanted, MIN_CONTEXT_FRAMES), FULL_CONTEXT_FRAMES)


def windows_of(sound: Samples) -> Iterator[Samples]:
    """The sound in stretches that fit Whisper's context with padding, cut where it is quiet."""
    most = (FULL_CONTEXT_FRAMES - PADDING_FRAMES) * SAMPLE_RATE_HZ // FRAMES_PER_S
    while len(sound) > most:
        cut = quietest_before(sound, most)
        yield sound[:cut]
        sound = sound[cut:]
    yield sound


def quietest_before(sound: Samples, end: int) -> int:
    """The middle of the quietest 20 ms in the last `DIP_SEARCH_S` before the sample `end`."""
    step = SAMPLE_RATE_HZ // 50
    start = max(0, end - int(DIP_SEARCH_S * SAMPLE_RATE_HZ))
    steps = (end - start) // step
    if steps == 0:
        return end
    energy = np.square(sound[start : start + steps * step]).reshape(steps, step).sum(axis=1)
    return start + int(np.argmin(energy)) * step + step // 2
