"""`companion rap gate`: may a changed rap take the place of the pinned one? Made for CI."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("gate")(gate_rap)


def gate_rap(
    rap: Annotated[
        str | None,
        typer.Argument(metavar="[RAP]", help="A rap by name or file; without: the usual one."),
    ] = None,
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
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="What was pinned; without: the rap's own, else that of the rap that ships.",
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
    Where neither calls nor stories are named, those that come with companion are taken.

    Examples:

    companion rap gate our-rap --pin

    companion rap gate our-rap

    companion rap gate our-rap role-plays --stories our-stories.yaml --baseline our-rap.json
    """
    from companion.cli.evaluating import Progress
    from companion.cli.rap_gating import as_object, as_text, pin_file, pinned_text_for
    from companion.cli.rap_ground import ground_of, named_rap, usual_baseline
    from companion.settings import CallSettings
    from companion.trainer.gate import gate
    from companion.trainer.pinned import read_pinned
    from companion.trainer.rap_test import run_test

    tested, name = named_rap(rap)
    path = usual_baseline(tested, name, to_pin=pin_it) if baseline is None else baseline
    pinned = None if pin_it and not path.exists() else read_pinned(path)
    ground = ground_of(tested, name, calls, stories)
    progress = Progress(total=ground.count)
    result = run_test(
        tested, ground.calls, ground.stories, CallSettings(), progress, with_bare=False
    )
    progress.clear()
    if pin_it:
        pin_file(path, result, ground.calls, pinned)
        print(pinned_text_for(path, result, len(ground.calls)))
        return
    assert pinned is not None
    verdict = gate(result, ground.calls, pinned)
    print(as_object(verdict, result.rap) if as_json else as_text(verdict, result.rap))
    if not verdict.passed:
        raise typer.Exit(1)
