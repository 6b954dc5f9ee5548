"""`companion evaluate`: how well labelled calls are understood, with intervals and baselines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    calls: Annotated[
        list[Path],
        typer.Argument(metavar="CALLS", help="Labelled calls (.json, .call), or folders."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
    rap: Annotated[
        Path | None, typer.Option("--rap", metavar="NAME|PATH", help="Another rap.")
    ] = None,
    bare_only: Annotated[
        bool,
        typer.Option("--bare", help="Only on lower-case text without marks, as bare speech."),
    ] = False,
) -> None:
    """Measure the understanding and the redaction on labelled calls.

    Every call is measured as it is written and, beside it, in lower case without marks, as the
    embedded recognizer prints it. Each figure has its count and the interval that it would be in
    with other calls like these. Steps are compared with guessing from the position alone, and
    with each utterance alone.
    """
    from companion.cli.evaluating import Progress, as_object, as_table
    from companion.settings import load_settings
    from companion.trainer.corpus import read_calls
    from companion.trainer.evaluate import evaluate as evaluated
    from companion.trainer.labelled import bare
    from companion.understanding.learned_parts import HEARD_WITH_ITS_OWN, has_own
    from companion.understanding.rap import find_rap, given_rap

    settings = load_settings().call
    used = given_rap(str(rap)) if rap is not None else find_rap(settings.rap)
    labelled = read_calls(calls)
    if has_own(used):
        typer.echo(f"companion: {HEARD_WITH_ITS_OWN}", err=True)
    forms = {"bare": [bare(call) for call in labelled]}
    if not bare_only:
        forms = {"written": labelled, **forms}
    progress = Progress(total=len(labelled) * len(forms))
    results = {
        form: evaluated(progress.over(those), used, settings) for form, those in forms.items()
    }
    progress.clear()
    print(as_object(results) if as_json else as_table(results))
