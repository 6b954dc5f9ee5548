"""`companion practice`: rehearse a conversation with a made-up person and the coach beside you."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from companion.cli.recognizer_options import Engine, Model

EXAMPLES = """\b
Examples:
  companion practice                    choose somebody, and type what you would say
  companion practice afraid --speak     hear the other person, where the computer can speak
  companion practice hostile --listen   say your lines into your microphone
  companion practice ./our-own.yaml     a persona of your own
  companion practice eager < lines.txt  play lines from a file, one turn a line
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("practice", epilog=EXAMPLES)(practice)


def practice(
    persona: Annotated[
        str | None,
        typer.Argument(metavar="[PERSONA]", help="Who to practice with: a name, or a file."),
    ] = None,
    show_list: Annotated[
        bool, typer.Option("--list", help="Show who there is to practice with, and stop.")
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FILE", help="Check a persona of your own, and stop."),
    ] = None,
    rap: Annotated[
        str | None, typer.Option("--rap", metavar="NAME|PATH", help="The rap to practice.")
    ] = None,
    speak: Annotated[
        bool, typer.Option("--speak", help="Speak the other person's lines aloud.")
    ] = False,
    listen: Annotated[
        bool, typer.Option("--listen", help="Hear you by microphone instead of the keyboard.")
    ] = False,
    cards: Annotated[
        bool, typer.Option("--cards/--no-cards", help="Show the coach's cards while you talk.")
    ] = True,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Keep the debrief, without what was said."),
    ] = None,
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
    engine: Engine = None,
    model: Model = None,
) -> None:
    """Rehearse a conversation with a made-up person.

    They answer to how you talk: what you ask, whether you listen, when you ask for something. The
    coach works beside you as in a call, and a debrief follows. No call is made and nobody else is
    heard, so there is no consent to ask for. Nothing is kept, unless you ask with --save.

    Type /help for what else you can do, such as taking your last words back.
    """
    from companion.cli.practicing import (
        PracticeRequest,
        check_persona,
        list_personas,
        run_practice,
    )

    if check is not None:
        check_persona(check)
        return
    if show_list:
        list_personas(json_lines)
        return
    run_practice(
        PracticeRequest(
            persona=persona,
            rap=rap,
            speak=speak,
            listen=listen,
            cards=cards,
            save=save,
            json_lines=json_lines,
            engine=engine.value if engine is not None else None,
            model=model,
        )
    )
