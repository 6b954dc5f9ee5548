"""`companion analyze`: what the companion makes of written calls, as it would have live."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("analyze")(analyze)


def analyze(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Calls as .json, .call, .jsonl or .txt.")
    ],
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for programs.")
    ] = False,
    rap: Annotated[
        Path | None, typer.Option("--rap", metavar="NAME|PATH", help="Another rap.")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="Day of the call for .jsonl and .txt, which do not say it; today if left out.",
        ),
    ] = None,
) -> None:
    """Play written calls to the understanding and the coach, in order and without looking ahead.

    Prints every utterance with its step, questions, cues and card, then what the call came to.
    Nothing is stored. A .txt file has an utterance a line; labels of a .json or a .call
    file are passed over.
    """
    from companion.cli.analyzing import JsonLines, ReadableLines
    from companion.settings import load_settings
    from companion.trainer.outcome import outcome_of, summary_of
    from companion.trainer.replay import Replay
    from companion.trainer.spoken import read_spoken
    from companion.understanding.rap import find_rap, given_rap

    settings = load_settings().call
    used = given_rap(str(rap)) if rap is not None else find_rap(settings.rap)
    today = datetime.now().date() if on is None else on.date()
    # Every file is read before the first line is written: bad input leaves no half a result.
    calls = [read_spoken(file, today) for file in files]
    lines = JsonLines(used) if json_lines else ReadableLines(used)
    for call in calls:
        replay = Replay(used, call.call_date, settings)
        turns = []
        lines.begin(call)
        for utterance in call.utterances:
            turns.append(replay.hear(utterance))
            lines.turn(call, turns[-1])
        summary = summary_of(turns, replay.state, used)
        lines.end(call, summary, outcome_of(summary, turns, used))
