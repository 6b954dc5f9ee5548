"""`companion rap tune`: look for better values of a rap, and propose them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_EXAMPLES = (
    "Examples:\n\n"
    "companion rap tune our-rap role-plays\n\n"
    "companion rap tune our-rap role-plays --holdout others --page tuning.html\n\n"
    "companion rap tune our-rap role-plays --only timing --trials 40 --write our-rap-tuned.yaml"
)
_SHORT = "Look for values with fewer false nudges and wrong cards."


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("tune", epilog=_EXAMPLES, short_help=_SHORT)(tune)


def tune(
    rap: Annotated[str, typer.Argument(metavar="RAP", help="A rap's name or file.")],
    calls: Annotated[
        list[Path],
        typer.Argument(metavar="CALLS", help="Labelled calls (.json, .call), or folders."),
    ],
    holdout: Annotated[
        list[Path] | None,
        typer.Option(
            "--holdout",
            metavar="CALLS",
            help="Calls to measure on at the end; without it a third of CALLS, by hand.",
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=1, max=5000, help="Sets of values to try in all.")
    ] = 100,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KEY", help="Tune this value, or part, only: timing."),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", min=0, max=0.2, help="How far a share may fall; .01 is 1%."),
    ] = 0.01,
    seed: Annotated[int, typer.Option("--seed", min=0, max=10_000, help="Of the search.")] = 1,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help="Write a copy with the proposal."),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help="Write a page (HTML) about the search."),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            metavar="ADDRESS",
            help="Share the search: postgresql://name@server/database.",
        ),
    ] = None,
    study_name: Annotated[
        str | None,
        typer.Option("--study-name", metavar="NAME", help="Of the search; the rap's name."),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Forget what was tried before and begin anew.")
    ] = False,
    ca: Annotated[
        Path | None,
        typer.Option("--ca", metavar="FILE", help="The certificate that vouches for the server."),
    ] = None,
    without_tls: Annotated[
        bool,
        typer.Option("--without-tls", help="Something else protects the way, such as a tunnel."),
    ] = False,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read the server's password from standard input."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Look for values that bring fewer false nudges and wrong cards, and lose nothing.

    Tries thresholds, cooldowns, and how readily steps and cues are believed, on your labelled
    calls. What comes out is a proposal with its worth on calls that the search never saw; the rap
    itself is never changed. Ctrl-C keeps what was tried, and the same command goes on. With
    --study several computers share one search.
    """
    from companion.cli.tuning import Shared, Wanted, tuned

    shared = None if study is None else Shared(study, ca, without_tls, password_stdin)
    tuned(
        Wanted(
            rap=rap,
            calls=tuple(calls),
            holdout=tuple(holdout or ()),
            trials=trials,
            only=tuple(only or ()),
            tolerance=tolerance,
            seed=seed,
            write=write,
            page=page,
            study_name=study_name,
            anew=anew,
            shared=shared,
            as_json=as_json,
        )
    )
