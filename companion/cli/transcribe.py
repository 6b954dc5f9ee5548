"""`companion transcribe`: the words of a sound file, as the live call would hear them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.cli.recognizer_options import Engine, Model, recognizer_settings

if TYPE_CHECKING:
    from companion.audio.files import FileSource
    from companion.cli.transcribing import Emitted
    from companion.domain.speech import Gap

LONG_S = 60.0
"""A file longer than this gets a progress line."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("transcribe")(transcribe)


def transcribe(
    audio: Annotated[Path, typer.Argument(metavar="AUDIO", help="WAV, FLAC, OGG or MP3.")],
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
    engine: Engine = None,
    model: Model = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Language spoken: en.")
    ] = None,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="At the speed of speech, as a microphone would.")
    ] = False,
    partials: Annotated[
        bool, typer.Option("--partials", help="Also the words as they were guessed meanwhile.")
    ] = False,
) -> None:
    """Write down what is said in a sound file, with times. Nothing is stored.

    With --realtime, emitted_at is on the same clock as start and end; without it, it is the place
    in the file up to which had been read when the words came out.
    """
    from companion.asr.choose import choose
    from companion.asr.transcriber import ProcessTranscriber
    from companion.audio.endpointing import Endpointer
    from companion.audio.files import FileSource
    from companion.audio.voice_activity import VoiceActivity
    from companion.cli.transcribing import Emitted
    from companion.cli.transcribing import transcribe as transcribed
    from companion.live.ears import Ears
    from companion.settings import load_settings
    from companion.understanding.language import ENGLISH_CODE, known_languages, language_of

    settings = load_settings()
    recognizer = recognizer_settings(
        settings.recognizer,
        engine=engine.value if engine else None,
        model=model,
        language=language,
        partials=partials,
    )
    source = FileSource(audio, paced=realtime)
    chosen = choose(recognizer)
    print(f"companion: {chosen.sentence}", file=sys.stderr)
    transcriber = ProcessTranscriber(chosen.spec, recognizer)
    spoken = recognizer.language if recognizer.language in known_languages() else ENGLISH_CODE
    ends_mid_phrase = language_of(spoken).mid_phrase
    endpointer = Endpointer(settings.endpoint, VoiceActivity())
    ears = Ears(source, endpointer, transcriber, ends_mid_phrase)
    progress = _Progress(source)
    for found in transcribed(ears, transcriber, paced=realtime):
        progress.clear()
        if isinstance(found, Emitted):
            print(_json_line(found) if json_lines else _plain_line(found), flush=True)
        else:
            print(_gap_line(found), file=sys.stderr)
        progress.show()
    progress.clear()
    if source.status().detail:
        print(f"companion: {audio}: {source.status().detail}", file=sys.stderr)


def _json_line(emitted: Emitted) -> str:
    hypothesis = emitted.hypothesis
    return json.dumps(
        {
            "text": hypothesis.text,
            "start": round(hypothesis.start_s, 3),
            "end": round(hypothesis.end_s, 3),
            "final": hypothesis.final,
            "emitted_at": round(emitted.at_s, 3),
        },
        ensure_ascii=False,
    )


def _plain_line(emitted: Emitted) -> str:
    from companion.cli.transcribing import as_clock

    hypothesis = emitted.hypothesis
    times = f"{as_clock(hypothesis.start_s)} to {as_clock(hypothesis.end_s)}"
    return f"{times}  {hypothesis.text}{'' if hypothesis.final else ' …'}"


def _gap_line(gap: Gap) -> str:
    from companion.cli.transcribing import as_clock

    return (
        f"companion: {as_clock(gap.start_s)} to {as_clock(gap.end_s)} "
        f"could not be heard: {gap.reason.value}"
    )


class _Progress:
    """One line on standard error that is written over, where a person would see it."""

    def __init__(self, source: FileSource) -> None:
        self._source = source
        self._wanted = (
            sys.stderr.isatty() and not sys.stdout.isatty() and source.duration_s > LONG_S
        )

    def show(self) -> None:
        from companion.cli.transcribing import as_clock

        if self._wanted:
            done, whole = as_clock(self._source.position_s), as_clock(self._source.duration_s)
            print(f"\r{done} of {whole}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._wanted:
            print("\r" + " " * 30 + "\r", end="", file=sys.stderr, flush=True)
