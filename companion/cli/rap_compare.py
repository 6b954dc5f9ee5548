"""`companion rap compare`: two raps side by side on the same calls and stories."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("compare")(compare_raps)


def compare_raps(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A rap: its name or its file.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The other rap.")],
    calls: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CALLS]...",
            help="Labelled role-play calls (.json, .call), or folders of them.",
            show_default=False,
        ),
    ] = None,
    stories: Annotated[
        str | None,
        typer.Option(
            "--stories", metavar="STORIES", help="Short calls with what is expected: file or name."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write the comparison as a page."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Compare two raps: what one of them fixes, and what it breaks.

    Every line, question and cue that comes out differently, goals and cards that change, and each
    figure with the interval of its difference. Where the calls are too few to tell better from
    worse, it says so. Where neither calls nor stories are named, those that come with companion
    are taken. With --out there is a page (compare.html) and the same for programs (compare.json).
    The page quotes lines of the calls: only ever use role-play.

    Examples:

    companion rap compare one-on-one.en our-rap

    companion rap compare our-rap@1.0.0 our-rap role-plays --out report
    """
    import json
    from datetime import date

    from companion.cli.evaluating import Progress
    from companion.cli.rap_comparing import as_text
    from companion.cli.rap_files import write_reports
    from companion.cli.rap_ground import ground_of, named_rap
    from companion.settings import load_settings
    from companion.trainer.compare import compare
    from companion.trainer.compare_page import data_of_comparison, page_of_comparison
    from companion.trainer.rap_test import run_test

    settings = load_settings().call
    raps = [named_rap(name) for name in (before, after)]
    ground = ground_of(*raps[1], calls, stories, strict=False)
    progress = Progress(total=2 * ground.count)
    tests = [
        run_test(rap, ground.calls, ground.stories, settings, progress, with_bare=False)
        for rap, _ in raps
    ]
    progress.clear()
    comparison = compare(tests[0], tests[1])
    data = json.dumps(data_of_comparison(comparison), allow_nan=False)
    if out is not None:
        page = page_of_comparison(comparison, date.today())
        write_reports(out, {"compare.html": page, "compare.json": data})
    print(data if as_json else as_text(comparison, out))
