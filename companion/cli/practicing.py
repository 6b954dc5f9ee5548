"""What `companion practice` does: choose somebody, talk, and look back."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.cli.practice_lines import COLUMNS, JsonLines, PlainLines, PracticeView, debrief_lines
from companion.domain.actions import MarkFear, MarkReady, NextCard
from companion.errors import InputError
from companion.live.key_reader import KeyReader
from companion.live.one_call import check_no_other_call, the_only_call
from companion.notes.private_file import write_private
from companion.practice.debrief import Debrief, debrief
from companion.practice.persona import find_persona, load_persona, persona_files
from companion.practice.persona_form import Persona
from companion.practice.rehearsal import Rehearsal
from companion.practice.voice import Speaker, find_speaker
from companion.settings import Settings, load_settings
from companion.understanding.rap import Rap, given_rap

HELP = """  /undo   take your last words back, and try others
  /card   another card
  /why    why this card is shown
  /fear   fear or distress came up: care first
  /ready  they are ready to be asked
  /end    end the call, and look back (Ctrl-D does, too)"""


@dataclass(frozen=True, slots=True)
class PracticeRequest:
    """The command line, settled."""

    persona: str | None = None
    rap: str | None = None
    speak: bool = False
    listen: bool = False
    cards: bool = True
    save: Path | None = None
    json_lines: bool = False
    engine: str | None = None
    model: str | None = None


def list_personas(json_lines: bool) -> None:
    """Everybody there is to practice with."""
    for name, path in persona_files().items():
        persona = load_persona(path)
        if json_lines:
            print(json.dumps({"name": name, **_introduction(persona)}))
        else:
            print(f"{name:<12} {persona.name} ({persona.language})")
            blank = " " * 13
            print(
                textwrap.fill(
                    persona.practices, COLUMNS, initial_indent=blank, subsequent_indent=blank
                )
            )


def check_persona(path: Path) -> None:
    """Check a persona's file. Raises: InputError with every problem."""
    persona = load_persona(path)
    print(f"{path}: {persona.name}, {len(persona.moments)} moments, no problems found.")


def run_practice(request: PracticeRequest) -> None:
    """The whole of a rehearsal."""
    if request.save is not None and request.save.exists():
        raise InputError(f"{request.save} is there already; choose another name for --save")
    if request.listen:
        check_no_other_call()
    settings = load_settings()
    persona = find_persona(request.persona or _chosen())
    rehearsal = Rehearsal(_rap(request, settings), persona, date.today(), settings.call)
    speaker = _speaker(persona) if request.speak else None
    view: PracticeView = JsonLines() if request.json_lines else PlainLines(request.cards)
    view.begin(rehearsal, typed=not request.listen)
    _speak(speaker, rehearsal.first.text)
    try:
        if request.listen:
            _talk_by_microphone(request, settings, rehearsal, view, speaker)
        else:
            _talk_by_keyboard(rehearsal, view, speaker)
    except KeyboardInterrupt:
        view.note("You ended the call.")
    found = debrief(rehearsal)
    view.debrief(found)
    if request.save is not None:
        write_private(request.save, (f"{line}\n" for line in _page(found)))
        view.note(f"The debrief is in {request.save}, without what was said.")


def _rap(request: PracticeRequest, settings: Settings) -> Rap:
    name = request.rap or settings.call.rap
    return given_rap(name)


def _introduction(persona: Persona) -> dict[str, str]:
    return {
        "called": persona.name,
        "about": persona.about,
        "practices": persona.practices,
        "language": persona.language,
    }


def _chosen() -> str:
    """Ask who it should be; where nobody can be asked, say how to name somebody."""
    files = persona_files()
    if not sys.stdin.isatty():
        raise InputError(f"name somebody to practice with: {', '.join(files)}")
    names = list(files)
    print("Who would you like to practice with?\n", file=sys.stderr)
    for number, name in enumerate(names, start=1):
        print(f"  {number}  {name:<12} {load_persona(files[name]).name}", file=sys.stderr)
    while True:
        print(
            f"\nA number from 1 to {len(names)}, or a name: ", end="", file=sys.stderr, flush=True
        )
        typed = sys.stdin.readline()
        if not typed:
            raise KeyboardInterrupt
        if typed.strip().isdecimal() and 1 <= int(typed) <= len(names):
            return names[int(typed) - 1]
        if typed.strip() in names:
            return typed.strip()


def _speaker(persona: Persona) -> Speaker | None:
    speaker = find_speaker(persona.language, persona.voice)
    if speaker is None:
        print(
            "companion: this computer has no voice for it, so you read their lines; on Linux, "
            "installing flite or espeak-ng gives it one",
            file=sys.stderr,
        )
    return speaker


def _speak(speaker: Speaker | None, text: str) -> None:
    if speaker is not None and not speaker.say(text):
        print(f"companion: {speaker.name} could not speak this line", file=sys.stderr)


def _talk_by_keyboard(rehearsal: Rehearsal, view: PracticeView, speaker: Speaker | None) -> None:
    while True:
        if rehearsal.is_over:
            view.note("The call is over. Enter looks back; /undo takes your last words back.")
        line = view.ask()
        if line is None or line == "/end" or (rehearsal.is_over and line != "/undo"):
            return
        if line.startswith("/"):
            _command(line, rehearsal, view)
        elif line:
            exchange = rehearsal.say(line)
            view.exchange(rehearsal, exchange)
            _speak(speaker, exchange.answer.text)


def _command(line: str, rehearsal: Rehearsal, view: PracticeView) -> None:
    taps: dict[str, Callable[[], None]] = {
        "/card": lambda: rehearsal.act(NextCard()),
        "/fear": lambda: rehearsal.act(MarkFear()),
        "/ready": lambda: rehearsal.act(MarkReady()),
    }
    if line in taps:
        taps[line]()
        view.card(rehearsal)
    elif line == "/why":
        card = rehearsal.state.card
        view.note(card.because if card is not None else "There is no card.")
    elif line == "/undo":
        view.note("Taken back." if rehearsal.take_back() else "There is nothing to take back.")
        view.theirs(rehearsal, rehearsal.last)
    else:
        view.note(HELP)


def _talk_by_microphone(
    request: PracticeRequest,
    settings: Settings,
    rehearsal: Rehearsal,
    view: PracticeView,
    speaker: Speaker | None,
) -> None:
    from companion.cli.practice_ears import turns_heard

    typed = KeyReader(sys.stdin.fileno()) if sys.stdin.isatty() else nullcontext(None)
    with the_only_call(), typed as keys:
        turns: Iterator[None] = turns_heard(request, settings, rehearsal)
        for _ in turns:
            exchange = rehearsal.answered()
            view.exchange(rehearsal, exchange)
            _speak(speaker, exchange.answer.text)
            line = keys.poll() if keys is not None else None
            if rehearsal.is_over or line == "/end":
                return
            if line:
                _command(line, rehearsal, view)


def _page(found: Debrief) -> Iterator[str]:
    yield f"# Practice with {found.persona}"
    yield ""
    yield from debrief_lines(found, with_words=False)
