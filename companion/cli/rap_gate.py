"""`companion rap gate`: may a changed rap take the place of the pinned one? Made for CI."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("gate")(gate_rap)


def gate_rap(
    rap: Annotated[str, typer.Argument(metavar="RAP", help="The rap: its name or its file.")],
    baseline: Annotated[
        Path,
        typer.Option("--baseline", metavar="FILE", help="What was pinned.", show_default=False),
    ],
    calls: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CALLS]...",
            help="The labelled role-play calls of the baseline, or folders of them.",
            show_default=False,
        ),
    ] = None,
    stories: Annotated[
        str | None,
        typer.Option(
            "--stories", metavar="STORIES", help="The stories of the baseline: file or name."
        ),
    ] = None,
    pin_it: Annotated[
        bool, typer.Option("--pin", help="Write the baseline anew, from this rap.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Hold a rap against a pinned baseline.

    Fails where a safety story or one that must pass is broken, a step is found less often than the
    baseline tolerates, there are more false nudges, or the card moves while the other person
    speaks. Ends with 0 where the rap may pass, 1 where it may not, and 2 where something is wrong
    with a file. Your own settings play no part, so that it says the same on every machine.

    Examples:

    companion rap gate my.yaml my-calls --stories my-stories.yaml --baseline my.json --pin

    companion rap gate my.yaml my-calls --stories my-stories.yaml --baseline my.json
    """
    from companion.cli.evaluating import Progress
    from companion.cli.rap_gating import as_object, as_text, pin_file, pinned_text_for
    from companion.settings import CallSettings
    from companion.trainer.corpus import read_calls
    from companion.trainer.gate import gate
    from companion.trainer.pinned import read_pinned
    from companion.trainer.rap_test import run_test
    from companion.trainer.stories import given_stories, load_stories
    from companion.understanding.rap import given_rap

    pinned = None if pin_it and not baseline.exists() else read_pinned(baseline)
    tested = given_rap(rap)
    found = load_stories(given_stories(stories), tested) if stories is not None else None
    labelled = read_calls(calls) if calls else []
    progress = Progress(total=len(labelled) + (0 if found is None else len(found.stories)))
    result = run_test(tested, labelled, found, CallSettings(), progress, with_bare=False)
    progress.clear()
    if pin_it:
        pin_file(baseline, result, labelled, pinned)
        print(pinned_text_for(baseline, result, len(labelled)))
        return
    assert pinned is not None
    verdict = gate(result, labelled, pinned)
    print(as_object(verdict, result.rap) if as_json else as_text(verdict, result.rap))
    if not verdict.passed:
        raise typer.Exit(1)
