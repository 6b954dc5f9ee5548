"""The questions of `companion setup`: plain lines for any terminal and any screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from companion.errors import CompanionError

if TYPE_CHECKING:
    from companion.settings import AudioSettings, Settings
    from companion.settings_reference import Value


_TEST_IT = "test"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a numbered question."""

    value: Value
    label: str


def ask_everything() -> dict[str, Value] | None:
    """Ask all questions; the answers by key, or None where they are not to be saved."""
    settings = _present_settings()
    typer.echo("Let's get the companion ready. Press Enter to keep what stands in brackets;")
    typer.echo("Ctrl-C stops without changing anything.")
    answers = _ask_microphone(settings.audio)
    device = answers.get("audio.device")
    answers |= _ask_headset(settings.audio.model_copy(update={"device": device}))
    answers |= _ask_recognizer(settings)
    answers["call.show_transcript"] = _ask_transcript(settings.call.show_transcript)
    typer.echo("")
    return answers if typer.confirm("Save this?", default=True) else None


def choose(question: str, choices: Sequence[Choice], present: Value) -> Value:
    """A numbered question; asks again until the answer is one of the numbers."""
    for number, choice in enumerate(choices, start=1):
        typer.echo(f"  {number}. {choice.label}")
    values = [choice.value for choice in choices]
    default = values.index(present) + 1 if present in values else 1
    while True:
        answer = typer.prompt(question, default=str(default)).strip()
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return values[int(answer) - 1]
        typer.echo(f"Please type a number from 1 to {len(choices)}.")


def _present_settings() -> Settings:
    from companion.settings import Settings, load_settings

    try:
        return load_settings()
    except CompanionError:
        # What is wrong with the file is said when it is replaced, and it is kept beside the new.
        return Settings()


def _ask_microphone(settings: AudioSettings) -> dict[str, Value]:
    from companion.audio.devices import list_inputs

    typer.echo("\nYour microphone. Only your own voice is ever heard; inputs that carry the")
    typer.echo("other person's voice are not offered.")
    try:
        inputs = list_inputs()
    except CompanionError as error:
        typer.echo(f"The microphones cannot be listed: {error}")
        return {}
    default = next((d.name for d in inputs if d.is_default and not d.refused), None)
    names = list(dict.fromkeys(d.name for d in inputs if not d.refused))
    if not names:
        typer.echo("No microphone was found. Plug one in and run 'companion setup' again.")
        return {}
    system = f"the system's default ({default})" if default else "the system's default"
    choices = [Choice(None, system), *(Choice(name, name) for name in names)]
    present: Value = settings.device
    if settings.device and settings.device not in names:
        typer.echo(f"({settings.device!r}, which you chose before, is not connected now.)")
    while True:
        present = choose("Which one? Type its number", choices, present)
        device = present if isinstance(present, str) else None
        if not _ask_level(settings, device):
            return {"audio.device": device}


def _ask_level(settings: AudioSettings, device: str | None) -> bool:
    """Offer to listen for three seconds; true where another microphone is wanted then."""
    from companion.audio.microphone import MicrophoneSource
    from companion.checks import hear

    typer.echo("\nShall I listen for three seconds, to see whether you are heard well? Do this")
    if not typer.confirm("while you are alone, not in a call. Nothing is kept.", default=True):
        return False
    typer.echo("Please speak now, as you would in a call ...")
    try:
        with MicrophoneSource(settings, device=device) as source:
            heard = hear(source, for_s=3.0)
    except CompanionError as error:
        typer.echo(f"That did not work: {error}.")
        return typer.confirm("Choose another microphone?", default=True)
    typer.echo(heard.words)
    return not heard.well and typer.confirm("Choose another microphone?", default=False)


def _ask_headset(audio: AudioSettings) -> dict[str, Value]:
    typer.echo("\nDo you hear the other person with a headset or earphones, or with speakers?")
    typer.echo("With speakers your microphone hears the other person too, and their words could")
    typer.echo("be taken for yours. Please use a headset or earphones wherever you can.")
    choices = [
        Choice(True, "headset or earphones"),
        Choice(False, "speakers"),
        Choice(_TEST_IT, "test it: a quiet tone of one second is played"),
    ]
    while True:
        answer = choose("Type the number", choices, audio.headset)
        if answer != _TEST_IT:
            return {"audio.headset": answer}
        from companion.audio.headset_test import settings_changes
        from companion.cli import clock, headset_testing

        result = headset_testing.offer(audio, asked_for=True)
        found = {} if result is None else settings_changes(result, f"{clock.today()}")
        if found:
            return found


def _ask_recognizer(settings: Settings) -> dict[str, Value]:
    from companion.asr.choose import choose as choose_recognizer

    typer.echo("\nThe speech recognizer. It works on this computer only. 'auto' takes Whisper")
    typer.echo("where a model is here, and the built-in one (rough, US English) where none is;")
    typer.echo("'companion models list' shows models, 'companion models download' gets one.")
    labels = {
        "auto": "auto (recommended)",
        "whisper": "always Whisper",
        "sphinx": "always the built-in one",
    }
    choices = [Choice(value, label) for value, label in labels.items()]
    present = settings.recognizer
    engine: Value = present.engine
    model: Value = present.model
    language: Value = present.language
    while True:
        engine = choose("Which one? Type its number", choices, engine)
        if engine != "sphinx":
            model = _ask_text("Name or folder of a Whisper model (any: the best one here)", model)
        language = _ask_text(
            "Language of your calls, as a code such as en (any: that of your rap)", language
        )
        wanted = {"engine": engine, "model": model, "language": language}
        try:
            chosen = choose_recognizer(present.model_validate(present.model_dump() | wanted))
        except CompanionError as error:
            typer.echo(f"That would not work now: {error}.")
        except ValueError:
            typer.echo("That is not the code of a language; codes are two or three small letters.")
        else:
            typer.echo(f"{chosen.sentence}.".replace("..", "."))
            return {f"recognizer.{name}": value for name, value in wanted.items()}


def _ask_text(question: str, present: Value) -> str | None:
    answer = typer.prompt(question, default=str(present or "any")).strip()
    return None if answer in ("", "any") else str(answer)


def _ask_transcript(present: bool) -> bool:
    typer.echo("\nYour own words can be shown on screen during a call. They are never stored, but")
    typer.echo("someone may look over your shoulder; most people leave them hidden.")
    return typer.confirm("Show them?", default=present)
