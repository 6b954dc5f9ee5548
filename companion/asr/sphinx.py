"""pocketsphinx as a recognizer: carried in its package, needs no download, US English only.

It prints lower-case words without punctuation. Its text is rough: understanding must not lean on
it as on Whisper's.

One pass: without the second, flat search the final comes some milliseconds after the last sound.
The beams are the engine's own, and the work is kept in bounds by the number of active states
(`maxhmmpf`) instead: narrower beams saved little and cost a sixth more wrong words on real voices.
Every frame is scored with the four best densities (`ds=1, topn=4`) rather than every second frame
with two. All of it stays under a fifth of real time; `scripts/bench_asr` measures it.

The packaged language model is used as it is. Mixing in one of our own words was considered: the
Python package offers no interpolation, and it crashes when it writes the packaged model out. A
mixture made by other means would be about as large as that model (27 MB), too large to ship for
an engine that stands in until a Whisper model is there.
"""

from __future__ import annotations

import re

from companion.asr.protocol import MIN_SPEECH_S, Decoded
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.errors import RecognizerError

_SETTINGS = {
    "fwdflat": False,
    "bestpath": False,
    "beam": 1e-48,
    "wbeam": 7e-29,
    "maxhmmpf": 3000,
    "ds": 1,
    "topn": 4,
}
_LEARN_SAMPLES = SAMPLE_RATE_HZ * 3 // 2
"""So much of the first speech is heard twice: once for the channel, once for the words."""
_FEED_SAMPLES = SAMPLE_RATE_HZ // 4
_NOISE_WORD = re.compile(r"<[^>]*>|\[[^\]]*\]|\+\+[^+]*\+\+")
_VARIANT = re.compile(r"\(\d+\)$")


def create() -> SphinxRecognizer:
    """Load the packaged model (under a second, about 100 MB).

    Raises: RecognizerError if the package or a model file is missing or damaged.
    """
    return SphinxRecognizer()


class SphinxRecognizer:
    """Decodes while it is fed; the mean of the channel (live CMN) carries on between segments.

    Before the first words the mean is a guess that fits no microphone. So the first second and a
    half is run through the front end alone, and decoded after that.
    """

    name = "pocketsphinx en-us"
    decodes_ahead = False

    def __init__(self) -> None:
        try:
            from pocketsphinx import Config, Decoder
        except ImportError:
            raise RecognizerError(
                "the package pocketsphinx is not installed; run 'pip install pocketsphinx'"
            ) from None
        try:
            # The log would hold the words: it is switched off, and no log file is ever named.
            self._decoder = Decoder(Config(loglevel="FATAL", **_SETTINGS))
        except (RuntimeError, ValueError):
            raise RecognizerError(
                "pocketsphinx cannot load its speech model; reinstall the package with "
                "'pip install --force-reinstall pocketsphinx'"
            ) from None
        self._open = False
        self._unlearned: bytes | None = b""
        """Sound held back until the channel is known; None once it is."""

    def begin(self) -> None:
        """Start a segment; a segment that was left open is thrown away."""
        if self._open:
            self._decoder.end_utt()
        if self._unlearned is not None:
            self._unlearned = b""
        self._decoder.start_utt()
        self._open = True

    def feed(self, samples: Samples) -> None:
        """Decode more sound. f32[n], mono, 16 kHz, in [-1, 1]."""
        sound = (samples * 32768.0).clip(-32768, 32767).astype("<i2").tobytes()
        if self._unlearned is None:
            self._decode(sound)
            return
        self._unlearned += sound
        if len(self._unlearned) >= 2 * _LEARN_SAMPLES:
            self._learn_channel()

    def _learn_channel(self) -> None:
        """Set the mean of the channel from what was held back, then decode that."""
        if held := self._unlearned:
            self._unlearned = None
            self._decoder.process_raw(held, no_search=True, full_utt=False)
            self._decoder.end_utt()
            self._decoder.start_utt()
            self._decode(held)

    def _decode(self, sound: bytes) -> None:
        # In small pieces: the interpreter's lock is held for the length of each call.
        for start in range(0, len(sound), 2 * _FEED_SAMPLES):
            piece = sound[start : start + 2 * _FEED_SAMPLES]
            self._decoder.process_raw(piece, no_search=False, full_utt=False)

    def partial(self) -> Decoded:
        """The best words so far."""
        return self._decoded()

    def final(self, speech_s: float, economy: bool) -> Decoded:
        """The words of the segment; `economy` changes nothing, it is always cheap."""
        if speech_s < MIN_SPEECH_S:
            self._decoder.end_utt()
            self._open = False
            return Decoded("", withheld="too short")
        if self._unlearned is not None:
            self._learn_channel()
        self._decoder.end_utt()
        self._open = False
        return self._decoded()

    def close(self) -> None:
        """Give the memory back."""
        del self._decoder

    def _decoded(self) -> Decoded:
        hypothesis = self._decoder.hyp()
        if hypothesis is None:
            return Decoded("")
        # Without the best-path search the engine has no posterior: no confidence is honest.
        return Decoded(spoken_words(hypothesis.hypstr))


def spoken_words(hypothesis: str) -> str:
    """The words alone: no fillers ('<sil>', '[NOISE]', '++UM++'), no pronunciation variants."""
    return " ".join(_VARIANT.sub("", word) for word in _NOISE_WORD.sub(" ", hypothesis).split())
