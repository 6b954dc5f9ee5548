"""`companion rap test`: a rap on labelled calls and on stories, and a report to read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RapArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[RAP]", help="A rap by name or file; without: the usual one.", show_default=False
    ),
]
CallsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[CALLS]...",
        help="Labelled role-play calls (.json, .call), or folders of them.",
        show_default=False,
    ),
]
StoriesOption = Annotated[
    str | None,
    typer.Option(
        "--stories",
        metavar="STORIES",
        help="Short calls with what is expected of them: a file, or the name of those that ship.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where to write the report as a page."),
]


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("test")(put_to_test)


def put_to_test(
    rap: RapArgument = None,
    calls: CallsArgument = None,
    stories: StoriesOption = None,
    out: OutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
    as_junit: Annotated[
        bool, typer.Option("--junit", help="The stories as JUnit XML, for build servers.")
    ] = False,
) -> None:
    """Test a rap on labelled calls, on stories, or on both.

    Tells in plain words what works and what does not yet. Where neither calls nor stories are
    named, those that come with companion are taken. With --out there is a page with the worst
    misses, what to add to the rap, and every figure (report.html), and the same for programs
    (report.json, junit.xml). The page quotes lines of the calls: only ever test on role-play.

    Examples:

    companion rap test our-rap

    companion rap test our-rap role-plays --out report

    companion rap test our-rap --stories our-stories.yaml
    """
    from datetime import date

    from companion.cli.evaluating import Progress
    from companion.cli.rap_files import write_reports
    from companion.cli.rap_ground import ground_of, named_rap
    from companion.cli.rap_testing import as_junit_text, as_object, as_text, check_way_out
    from companion.settings import load_settings
    from companion.trainer.rap_test import run_test
    from companion.trainer.report_page import page_of_test

    check_way_out(as_json, as_junit)
    tested, name = named_rap(rap)
    ground = ground_of(tested, name, calls, stories)
    progress = Progress(total=ground.count + len(ground.calls))
    result = run_test(tested, ground.calls, ground.stories, load_settings().call, progress)
    progress.clear()
    if out is not None:
        write_reports(
            out,
            {
                "report.html": page_of_test(result, date.today()),
                "report.json": as_object(result),
                "junit.xml": as_junit_text(result),
            },
        )
    if as_json or as_junit:
        print(as_object(result) if as_json else as_junit_text(result))
    else:
        print(as_text(result, out))
