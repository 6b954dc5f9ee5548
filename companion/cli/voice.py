"""`companion voice`: have your voice learned, see whether it is known, forget it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from companion.cli.opening import PassphraseStdin


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Your own voice: learned, so that other voices can be left out of a call.",
        no_args_is_help=True,
    )
    group.command("learn")(learn)
    group.command("status")(status)
    group.command("forget")(forget)
    app.add_typer(group, name="voice")


def learn(
    keep: Annotated[
        bool | None,
        typer.Option(
            "--keep/--no-keep",
            help="Keep the figures of your voice, encrypted, for later calls. Otherwise: asked.",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option("--device", metavar="NAME", help="A microphone; see 'companion devices'."),
    ] = None,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Read a short passage aloud, and have your voice learned.

    Needs 20 seconds of speech, which takes about half a minute. Later calls then leave out what
    other people say into your microphone. Do it alone, with the microphone of your calls.

    What is worked out are figures, not sound. They are kept only if you agree, encrypted in your
    store and in no backup; 'companion voice forget' deletes them for good.
    """
    from companion.cli.voice_learning import learn_and_keep

    learn_and_keep(keep, device, passphrase_stdin)


def status(
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object, for programs.")
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Say whether your voice is known."""
    from companion.cli.keeping import there_is_a_store
    from companion.cli.opening import open_store

    kept = None
    if there_is_a_store():
        with open_store(passphrase_stdin) as store:
            kept = store.voices.kept()
    if json_lines:
        learned_at = None if kept is None else kept.learned_at.isoformat(timespec="seconds")
        typer.echo(json.dumps({"known": kept is not None, "learned_at": learned_at}))
    elif kept is None:
        typer.echo("Your voice is not known. 'companion voice learn' learns it in half a minute.")
    else:
        typer.echo(
            f"Your voice is known: learned on {kept.learned_at.astimezone():%Y-%m-%d}, kept as "
            "figures, encrypted. 'companion voice forget' deletes them for good."
        )


def forget(passphrase_stdin: PassphraseStdin = False) -> None:
    """Delete the figures of your voice for good."""
    from companion.cli.keeping import there_is_a_store
    from companion.cli.opening import open_store

    forgotten = False
    if there_is_a_store():
        with open_store(passphrase_stdin) as store:
            forgotten = store.voices.forget()
    if forgotten:
        typer.echo("Your voice is forgotten: its figures are deleted for good.")
    else:
        typer.echo("Your voice was not known; there was nothing to forget.")
