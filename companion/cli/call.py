"""`companion call` and `companion demo`: the live call, from the microphone or from a file."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from companion.cli.opening import PassphraseStdin
from companion.cli.recognizer_options import Engine, Model


class ConsentFlag(str, Enum):
    """How consent was given, on the command line."""

    spoken = "spoken"
    written = "written"
    earlier = "earlier"


class ScopeFlag(str, Enum):
    """What they agreed to, on the command line."""

    summary = "summary"
    help = "help"


Plain = Annotated[
    bool, typer.Option("--plain", help="Plain lines instead of the full view: for screen readers.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
Transcript = Annotated[
    bool, typer.Option("--transcript", help="Also show your words. They are never stored.")
]
RapPath = Annotated[Path | None, typer.Option("--rap", metavar="NAME|PATH", help="Another rap.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("call")(call)
    app.command("demo")(demo)


def call(
    input_file: Annotated[
        Path | None,
        typer.Option("--input", metavar="AUDIO", help="A sound file in place of the microphone."),
    ] = None,
    consent: Annotated[
        ConsentFlag | None,
        typer.Option("--consent", help="How the other person agreed. Without it: you are asked."),
    ] = None,
    consent_scope: Annotated[
        ScopeFlag | None,
        typer.Option(
            "--consent-scope",
            help="What they agreed to: the helper and a short summary, or the help alone.",
        ),
    ] = None,
    prompts_only: Annotated[
        bool, typer.Option("--prompts-only", help="No microphone; step through the cards by hand.")
    ] = False,
    plain: Plain = False,
    json_lines: Json = False,
    transcript: Transcript = False,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="With --input: at the speed of speech.")
    ] = False,
    engine: Engine = None,
    model: Model = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Language of the call: en.")
    ] = None,
    device: Annotated[
        str | None,
        typer.Option("--device", metavar="NAME", help="A microphone; see 'companion devices'."),
    ] = None,
    rap: RapPath = None,
    headset_test: Annotated[
        bool | None,
        typer.Option(
            "--headset-test/--no-headset-test",
            help="Test before the call whether your microphone hears what is played. Otherwise "
            "you are asked, where it was not measured this week.",
        ),
    ] = None,
    learn_voice: Annotated[
        bool,
        typer.Option(
            "--learn-voice",
            help="Read aloud for half a minute before the call, so that other voices are left out.",
        ),
    ] = False,
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="Without a review: save what needs no confirmation of yours, with no agreement.",
        ),
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
    allow_loopback: Annotated[
        bool,
        typer.Option("--allow-loopback", hidden=True, help="For tests: accept a monitor device."),
    ] = False,
) -> None:
    """Sit beside a call and show one short card at a time.

    It hears your side only, and drafts a summary at the end. Asks for consent first; without it
    the microphone stays closed. Nothing is saved unless you approve it in the review at the end.
    """
    from companion.cli.call_start import CallRequest
    from companion.cli.calling import run_call

    run_call(
        CallRequest(
            input_file=input_file,
            consent=consent.value if consent else None,
            prompts_only=prompts_only,
            view="json" if json_lines else "plain" if plain else None,
            transcript=transcript,
            paced=realtime,
            engine=engine.value if engine else None,
            model=model,
            language=language,
            device=device,
            rap=rap,
            allow_loopback=allow_loopback,
            headset_test=headset_test,
            learn_voice=learn_voice,
            consent_scope=consent_scope.value if consent_scope else None,
            save=save,
            passphrase_stdin=passphrase_stdin,
        )
    )


def demo(
    fast: Annotated[
        bool, typer.Option("--fast", help="At once instead of at the speed of speech.")
    ] = False,
    plain: Plain = False,
    json_lines: Json = False,
    transcript: Transcript = False,
    engine: Engine = None,
    model: Model = None,
    rap: RapPath = None,
) -> None:
    """Play a made-up call through the real thing.

    A computer voice speaks it, and no microphone is needed. In a terminal it takes just under
    three minutes, as long as the talk itself.
    """
    from companion.cli.call_start import CallRequest
    from companion.cli.calling import run_demo

    run_demo(
        CallRequest(
            consent="spoken",
            view="json" if json_lines else "plain" if plain else None,
            transcript=transcript,
            paced=not fast,
            engine=engine.value if engine else None,
            model=model,
            rap=rap,
        )
    )
