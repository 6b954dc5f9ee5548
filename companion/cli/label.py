"""`companion label`: label role-play calls, by one or by two people, and see how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Calls = Annotated[
    list[Path], typer.Argument(metavar="CALLS...", help="Labelled calls, or folders.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Label role-play calls by keyboard; never real ones.", no_args_is_help=True
    )
    group.command("call")(call)
    group.command("status")(status)
    group.command("finish")(finish)
    group.command("agree")(agree)
    group.command("export")(export)
    group.command("import")(import_tasks)
    group.command("config")(config)
    app.add_typer(group, name="label")


def call(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A role-play call: .txt, .jsonl, .json or .call.")
    ],
    labeller: Annotated[
        str, typer.Option("--as", metavar="INITIALS", help="Who labels, such as AB.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where the work is kept; else beside FILE."),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="The call's language.")] = "en",
    role_play: Annotated[
        bool, typer.Option("--role-play", help="Say that this is role-play, without being asked.")
    ] = False,
    invented: Annotated[
        bool, typer.Option("--invented", help="Say that numbers that look real are made up.")
    ] = False,
) -> None:
    """Label a role-play call, clause by clause.

    Every label is one key and is saved at once; the same command takes the work up again. Nothing
    is suggested: what the companion would say must not lead you. Once every utterance has its
    step, the finished call is written beside the work as a .call file.
    """
    from companion.cli.labelling import LabelRequest, run_label

    run_label(LabelRequest(path, labeller, out, language, role_play, invented))


def status(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATHS...", help="Unfinished work, or folders with it.")
    ],
    as_json: Json = False,
) -> None:
    """Show how far the labelling is."""
    from companion.cli.labelling import show_status

    show_status(paths, as_json)


def finish(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="Work whose utterances all have a step."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the .json form instead of .call.")
    ] = False,
) -> None:
    """Write finished work as labelled calls; 'companion label call' does it by itself."""
    from companion.cli.labelling import write_finished

    for path in paths:
        typer.echo(f"{write_finished(path, as_json)} is written.")


def agree(
    one: Annotated[
        Path, typer.Argument(metavar="ONE", help="One labeller's calls: file or folder.")
    ],
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The other's.")],
    rap: Annotated[
        str | None,
        typer.Option("--rap", metavar="NAME|PATH", help="Also show how far the companion agrees."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how far two labellers agree: the ceiling for whatever learns from one of them.

    Calls are paired by name: laundry.AB.call with laundry.CD.call.
    """
    from companion.cli.labelling import show_agreement

    show_agreement(one, other, rap, as_json)


def export(
    calls: Calls,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write.")],
) -> None:
    """Write labelled role-play calls as tasks for Label Studio."""
    from companion.cli.labelling import export_tasks

    typer.echo(export_tasks(calls, to))


def import_tasks(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Label Studio's export, as JSON.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the calls go.")],
) -> None:
    """Read what was labelled in Label Studio; all of it, or nothing where something is wrong."""
    from companion.cli.labelling import import_labelled

    for written in import_labelled(path, out):
        typer.echo(f"{written} is written.")


def config() -> None:
    """Print the labelling interface to paste into Label Studio's settings."""
    from companion.trainer.label_studio import configuration

    typer.echo(configuration(), nl=False)
