"""Figures of speech recognition: latency, words, invented text, memory. Run by `scripts/bench_asr`.

Whisper is measured on random weights of the real sizes: true for time and memory, not for words.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

import numpy as np

from companion.asr.choose import choose
from companion.asr.spec import RecognizerSpec
from companion.audio.sample_call import read_sample_call
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.domain.metrics import total_word_errors, word_errors
from companion.settings import RecognizerSettings, Settings
from scripts.bench.harness import SAID, SAMPLE_SOUND, Record, read_sound, run_live
from scripts.bench.table import Figure, below, progress, quantile, show
from tests.fakes import noise
from tests.fakes.whisper_model import make_whisper_model

REAL_VOICES = Path(__file__).resolve().parents[3] / "shared" / "audio"


def sphinx_spec() -> RecognizerSpec:
    """pocketsphinx as a call starts it."""
    return choose(RecognizerSettings(engine="sphinx")).spec


def _join(texts: list[str]) -> str:
    return " ".join(texts)


def _heard(record: Record) -> str:
    return _join([u.text for _, u in record.finals])


def latency(
    name: str, spec: RecognizerSpec, limit_s: float, length_s: float
) -> tuple[Record, list[Figure]]:
    """A paced run on the sample call: end of speech to final text, and peak memory."""
    progress(f"{name}: the sample call in real time ({length_s:.0f} s)")
    record = run_live(read_sound(SAMPLE_SOUND), length_s, spec, Settings())
    late_s = record.final_latencies_s()
    return record, [
        Figure(f"{name}: end of speech to final, p50", f"{quantile(late_s, 0.5):.2f} s", ""),
        below(
            f"{name}: end of speech to final, p95 of {len(late_s)}",
            quantile(late_s, 0.95),
            limit_s,
            "s",
        ),
    ]


def first_shown_s(record: Record) -> list[float]:
    """For each word of each final: from when it was spoken to when it was first on the board.

    A word's time is taken as its share of its segment, as the true times are not known.
    """
    delays: list[float] = []
    for final_at_s, utterance in record.finals:
        n = len(utterance.text.split())
        shown = [
            (at_s, len(h.text.split()))
            for at_s, h in record.partials
            if h.start_s <= utterance.end_s and h.end_s >= utterance.start_s
        ]
        for k in range(n):
            spoken_s = utterance.start_s + (k + 1) / n * utterance.duration_s
            first = min((at_s for at_s, words in shown if words > k), default=final_at_s)
            delays.append(max(0.0, min(first, final_at_s) - spoken_s))
    return delays


def taken_back(record: Record) -> int:
    """Committed words that a later hypothesis of the same segment did not start with."""
    count = 0
    committed: dict[int, list[str]] = {}
    for _, h in record.partials:
        words = h.committed.split()
        before = committed.get(h.segment_id, [])
        count += sum(a != b for a, b in zip(before, words, strict=False))
        count += max(0, len(before) - len(words))
        committed[h.segment_id] = words
    return count


def real_time_factor(samples: Samples) -> tuple[float, str]:
    """pocketsphinx on the sample call, as fast as it goes: processing time over speech time."""
    progress("pocketsphinx: real-time factor and words")
    from companion.asr.inline import InlineTranscriber
    from companion.audio.endpointing import Endpointer
    from companion.audio.sound import AudioChunk, SegmentEnded
    from companion.audio.voice_activity import VoiceActivity

    endpointer = Endpointer(Settings().endpoint, VoiceActivity())
    events = [*endpointer.push(AudioChunk(samples, 0.0)), *endpointer.flush()]
    speech_s = sum(e.end_s - e.start_s for e in events if isinstance(e, SegmentEnded))
    texts: list[str] = []
    with InlineTranscriber(sphinx_spec()) as transcriber:
        transcriber.poll()
        start = time.process_time()
        for event in events:
            transcriber.push(event)
            texts += [h.text for h in transcriber.poll() if h.final]
        used_s = time.process_time() - start
    return used_s / speech_s, _join(texts)


def real_voices() -> list[Figure]:
    """WER on the LibriVox clips, where they lie beside the project: as one call, and one by one."""
    readme = REAL_VOICES / "README.md"
    if not readme.is_file():
        return [Figure("pocketsphinx: WER on real voices", "no clips here", "≤ 30 %")]
    rows = re.findall(r"\| (librivox-\d+\.wav) \| (.+?) \|", readme.read_text(encoding="utf-8"))
    pause = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    sounds = [np.concatenate([pause, read_sound(REAL_VOICES / name), pause]) for name, _ in rows]
    texts = [text for _, text in rows]
    progress("pocketsphinx: words of real voices")
    one_call = word_errors(_join(texts), _heard(_at_once(np.concatenate(sounds))))
    alone = total_word_errors(
        (text, _heard(_at_once(sound))) for sound, text in zip(sounds, texts, strict=True)
    )
    return [
        below(f"pocketsphinx: WER on {len(rows)} LibriVox clips", 100 * one_call.rate, 30, "%", 1),
        Figure("the same, each clip in a process of its own", f"{100 * alone.rate:.1f} %", ""),
    ]


def _at_once(samples: Samples) -> Record:
    return run_live(samples, len(samples) / SAMPLE_RATE_HZ, sphinx_spec(), Settings(), paced=False)


def invented(minutes: float) -> list[Figure]:
    """Words out of sound without speech."""
    figures = []
    length_s = minutes * 60
    for name, samples in (
        ("silence", noise.digital_silence(60.0)),
        ("noise at −20 dB", noise.white_noise(60.0, level_dbfs=-20.0)),
        ("mains hum", noise.mains_hum(60.0)),
        ("typing", noise.typing_clicks(60.0)),
    ):
        progress(f"{minutes:g} minutes of {name}")
        record = run_live(samples, length_s, sphinx_spec(), Settings(), paced=False)
        words = len(_heard(record).split())
        figures.append(below(f"words from {minutes:g} min of {name}", words, 0, "words", 0))
    return figures


def whisper_spec(folder: Path) -> RecognizerSpec:
    """A Whisper spec for a model folder, made as a call makes it."""
    return choose(RecognizerSettings(engine="whisper", model=str(folder))).spec


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures recognition against its targets.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--seconds", type=float, default=170.0, help="of the sample call, paced")
    parser.add_argument("--minutes", type=float, default=10.0, help="of each sound without speech")
    parser.add_argument("--quick", action="store_true", help="only what takes a minute")
    options = parser.parse_args()
    samples = read_sound(SAMPLE_SOUND)
    rtf, heard = real_time_factor(samples)
    wer = word_errors(read_sample_call().words, heard)
    figures = [
        below("pocketsphinx: real-time factor", rtf, 0.25, ""),
        below("pocketsphinx: WER on the sample call", 100 * wer.rate, 15, "%", 1),
        *real_voices(),
    ]
    if not options.quick:
        record, found = latency("pocketsphinx", sphinx_spec(), 0.9, options.seconds)
        figures += found
        figures += [
            below(
                "word spoken to first shown, p50", quantile(first_shown_s(record), 0.5), 1.2, "s"
            ),
            below("committed words taken back", taken_back(record), 0, "words", 0),
            below("pocketsphinx: peak memory, all processes", record.peak_mb, 450, "MB", 0),
        ]
        for size, limit_s in (("base", 0.9), ("tiny", 0.7)):
            with tempfile.TemporaryDirectory() as folder:
                make_whisper_model(Path(folder), size=size, says=SAID)
                spec = whisper_spec(Path(folder))
                record, found = latency(f"Whisper {size}-size", spec, limit_s, options.seconds)
            figures += found
            if size == "base":
                figures.append(
                    below(
                        "Whisper base-size: peak memory, all processes",
                        record.peak_mb,
                        700,
                        "MB",
                        0,
                    )
                )
        figures += invented(options.minutes)
    show("Speech recognition", figures, options.json)


if __name__ == "__main__":
    main()
