"""The options that say which recognizer to use, shared by the commands that hear something."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import InputError

if TYPE_CHECKING:
    from companion.settings import RecognizerSettings


class EngineFlag(str, Enum):
    """Which recognizer to use, on the command line."""

    auto = "auto"
    whisper = "whisper"
    sphinx = "sphinx"


Engine = Annotated[
    EngineFlag | None,
    typer.Option("--engine", help="The recognizer; auto takes Whisper where a model is here."),
]
Model = Annotated[str | None, typer.Option("--model", metavar="NAME|DIR", help="A Whisper model.")]


def recognizer_settings(
    usual: RecognizerSettings,
    *,
    engine: str | None,
    model: str | None,
    language: str | None,
    partials: bool,
) -> RecognizerSettings:
    """The settings with those of the command line on top; None leaves the usual one.

    A model without an engine means Whisper.

    Raises: InputError for a value that no recognizer can take, or a model that is none of the
        engine's.
    """
    from pydantic import ValidationError

    if engine == "sphinx" and model is not None:
        raise InputError(
            f"--model {model!r} is for Whisper; leave out --engine sphinx, or leave out --model"
        )
    given: dict[str, str | bool] = {"partials": partials}
    if model is not None:
        given |= {"model": model, "engine": engine or "whisper"}
    elif engine is not None:
        given["engine"] = engine
    if language is not None:
        given["language"] = language
    try:
        return usual.model_validate(usual.model_dump() | given)
    except ValidationError:
        raise InputError(
            f"--language {language!r} is no language code; use two or three small letters, "
            "such as en"
        ) from None
