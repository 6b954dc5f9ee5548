"""`companion models`: the speech models on this computer, and how to get better ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import InputError, ModelError

if TYPE_CHECKING:
    from companion.asr.download import Offer, Progress
    from companion.asr.model_files import InstalledModel, KnownModel, Verdict
    from companion.settings import RecognizerSettings

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as base.en.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Whisper models: list, download, verify, remove.",
        no_args_is_help=True,
    )
    group.command("list")(list_models)
    group.command("download")(download)
    group.command("verify")(verify)
    group.command("remove")(remove)
    app.add_typer(group, name="models")


def list_models(as_json: Json = False) -> None:
    """Show the models that are here and those that can be downloaded.

    A star marks the one that calls use.
    """
    from companion.asr.model_files import installed_models, known_models

    installed = {model.name: model for model in installed_models()}
    known = {model.name: model for model in known_models()}
    in_use, sentence = _in_use(_recognizer_settings())
    names = [*known, *(name for name in installed if name not in known)]
    if as_json:
        for name in names:
            _print_json(_row(name, known.get(name), installed.get(name), name == in_use))
        return
    for name in names:
        typer.echo(_line(name, known.get(name), installed.get(name), name == in_use))
    for model in installed.values():
        if model.problem is not None:
            typer.echo(f"\n{model.name}: {model.problem}")
    typer.echo(f"\n{sentence}")


def download(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Without a name: the one that suits this computer."),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Download a model from the hub, after showing its size.

    What an interrupted download has brought is kept; the next run goes on from there. Every file
    is compared with the hub's checksum. No other command uses the network.
    """
    from companion.asr.choose import suggestion
    from companion.asr.download import Offer, fetch
    from companion.asr.hub import Hub
    from companion.asr.model_files import known_model

    model = known_model(name) if name else suggestion(_recognizer_settings())
    with Hub() as hub:
        offer = Offer(model, hub.listing(model))
        if offer.is_installed():
            _report(f"{model.name} is here already, whole and up to date.", offer, as_json)
            return
        _say(_terms(offer, hub.host))
        if not yes:
            _ask("Download it?", "nothing was downloaded")
        try:
            _show_progress(fetch(hub, offer), offer)
        except KeyboardInterrupt:
            _say(
                f"Stopped with {_mb(offer.here_bytes())} of {_mb(offer.total_bytes)} here; "
                f"'companion models download {model.name}' goes on from there."
            )
            raise
    _report(f"{model.name} is ready: calls can use it.", offer, as_json)


def verify(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME|DIR", help="Without a name: every model that is here."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare models, byte by byte, with what was downloaded."""
    from companion.asr.model_files import installed_models
    from companion.asr.model_files import verify as compare

    names = [name] if name else [model.name for model in installed_models()]
    if not names:
        _say("No model is on this computer; 'companion models download' gets one.")
        return
    verdicts = [compare(each) for each in names]
    for verdict in verdicts:
        if as_json:
            _print_json(
                {
                    "name": verdict.model.name,
                    "folder": str(verdict.model.folder),
                    "compared": verdict.compared,
                    "intact": verdict.intact,
                    "problems": list(verdict.problems),
                }
            )
        else:
            typer.echo(_judgement(verdict))
    broken = [verdict.model.name for verdict in verdicts if not verdict.intact]
    if broken:
        raise ModelError(
            f"{', '.join(broken)} cannot be trusted; download it again with 'companion models "
            "download NAME', or copy the folder again if it came by hand"
        )


def remove(name: Name, yes: Yes = False, as_json: Json = False) -> None:
    """Delete a model from this computer."""
    from companion.asr.model_files import find_removable
    from companion.asr.model_files import remove as delete

    folders = find_removable(name)
    if not yes:
        _say(f"{name} lies in {folders[0]}.")
        _ask("Delete it?", "nothing was deleted")
    freed_bytes = delete(name)
    if as_json:
        _print_json({"name": name, "freed_bytes": freed_bytes})
    else:
        typer.echo(f"{name} was deleted; {_mb(freed_bytes)} are free again.")


def _recognizer_settings() -> RecognizerSettings:
    from companion.errors import CompanionError
    from companion.settings import load_settings
    from companion.understanding.rap import find_rap

    settings = load_settings()
    if settings.recognizer.language is not None:
        return settings.recognizer
    try:
        language = find_rap(settings.call.rap).language
    except CompanionError:  # told by the call, and by 'companion doctor'
        return settings.recognizer
    return settings.recognizer.model_copy(update={"language": language})


def _in_use(settings: RecognizerSettings) -> tuple[str | None, str]:
    """The name of the model that a call would use now, and a sentence about it."""
    from companion.asr.choose import choose
    from companion.errors import CompanionError

    try:
        chosen = choose(settings)
    except CompanionError as error:
        return None, f"As things are set, a call cannot start: {error}."
    return (chosen.model.name if chosen.model else None), chosen.sentence


def _line(
    name: str, known: KnownModel | None, installed: InstalledModel | None, in_use: bool
) -> str:
    size = _mb(installed.bytes) if installed else f"{known.megabytes} MB" if known else ""
    if known:
        languages = "English" if known.english_only else "many languages"
    else:
        languages = _languages(installed)
    if installed is None:
        state = "not here"
    elif installed.problem is not None:
        state = "damaged"
    else:
        state = "here"
    buys = known.buys if known else "Added by hand."
    mark = "*" if in_use else " "
    return f"{mark} {name:<16} {size:>7}  {languages:<15} {state}\n    {buys}"


def _languages(installed: InstalledModel | None) -> str:
    if installed is None or not installed.languages:
        return "unknown"
    return "English" if installed.languages == {"en"} else "many languages"


def _row(
    name: str, known: KnownModel | None, installed: InstalledModel | None, in_use: bool
) -> dict[str, object]:
    return {
        "name": name,
        "bytes": installed.bytes if installed else known.megabytes * 1_000_000 if known else 0,
        "english_only": known.english_only if known else _languages(installed) == "English",
        "installed": installed is not None and installed.problem is None,
        "problem": installed.problem if installed else None,
        "folder": str(installed.folder) if installed else None,
        "in_use": in_use,
        "repository": known.repository if known else None,
        "license": known.license if known else None,
        "buys": known.buys if known else None,
    }


def _terms(offer: Offer, host: str) -> str:
    model = offer.model
    here = offer.here_bytes()
    commit = offer.listing.revision[:12]
    rest = f", of which {_mb(here)} are here already" if here else ""
    return (
        f"{model.name}: {_mb(offer.total_bytes)}{rest}\n"
        f"  from {host}: {model.repository}, commit {commit}, license {model.license}\n"
        f"  into {offer.folder}"
    )


def _show_progress(steps: Iterable[Progress], offer: Offer) -> None:
    with typer.progressbar(
        length=offer.total_bytes, label=offer.model.name, file=sys.stderr
    ) as bar:
        for step in steps:
            bar.update(step.bytes - bar.pos)


def _report(text: str, offer: Offer, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                "name": offer.model.name,
                "folder": str(offer.folder),
                "revision": offer.listing.revision,
                "bytes": offer.total_bytes,
            }
        )
    else:
        typer.echo(text)


def _judgement(verdict: Verdict) -> str:
    name = verdict.model.name
    if not verdict.intact:
        return f"{name}: " + "; ".join(verdict.problems)
    if verdict.compared:
        return f"{name}: every byte is as it was downloaded."
    return f"{name}: looks whole; companion did not download it, so there is nothing to compare."


def _ask(question: str, otherwise: str) -> None:
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        raise InputError(f"{otherwise}: nobody answered; --yes does it without asking") from None
    if not agreed:
        _say(f"{otherwise.capitalize()}.")
        raise typer.Exit


def _mb(count: int) -> str:
    return f"{max(1, round(count / 1_000_000))} MB" if count else "0 MB"


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _print_json(row: dict[str, object]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False))
