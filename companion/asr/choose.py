"""Which recognizer a call gets: what was asked for, or the best that is on this computer.

What was asked for and cannot be had is an error with the way out, never another engine in
silence. Only `auto` may choose, and it says what it chose.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from companion.asr.model_files import (
    InstalledModel,
    KnownModel,
    find_model,
    installed_models,
    known_models,
)
from companion.asr.model_folder import check_language
from companion.asr.spec import RecognizerSpec
from companion.errors import ModelError, RecognizerError
from companion.settings import RecognizerSettings

WHISPER_FACTORY = "companion.asr.whisper:create"
SPHINX = RecognizerSpec(
    engine="sphinx",
    label="pocketsphinx (built in, US English)",
    factory="companion.asr.sphinx:create",
)
SPHINX_LANGUAGE = "en"
"""All that the model in pocketsphinx's package hears."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The recognizer to start, and one sentence that says so."""

    spec: RecognizerSpec
    sentence: str
    model: InstalledModel | None = None
    """The Whisper model; None for pocketsphinx."""
    fallback: RecognizerSpec | None = None
    """Takes over in a call, and says so, where `spec` turns out not to start; only for `auto`."""


def choose(settings: RecognizerSettings, cores: int | None = None) -> Chosen:
    """The recognizer for these settings (those of the command line are merged in before).

    `cores`: processor cores of this computer; asked of the system where None.

    Raises: ModelError: the model asked for is missing or broken, or there is none.
        RecognizerError: what was asked for does not hear the language.
    """
    if settings.engine == "sphinx":
        return _sphinx(settings)
    if settings.model is not None:
        return _whisper(_usable(settings.model, settings.spoken), settings, cores)
    best = best_installed(settings, cores)
    if best is not None:
        chosen = _whisper(best, settings, cores)
        may_fall_back = settings.engine == "auto" and settings.spoken == SPHINX_LANGUAGE
        return replace(chosen, fallback=SPHINX) if may_fall_back else chosen
    suggested = suggestion(settings, cores)
    if settings.engine == "auto" and settings.spoken == SPHINX_LANGUAGE:
        return _sphinx(settings, better=suggested)
    raise ModelError(
        f"no Whisper model for '{settings.spoken}' is on this computer; {_how_to_get(suggested)}"
        + ("" if settings.engine == "auto" else ", or choose --engine auto")
    )


def in_language(settings: RecognizerSettings, language: str) -> RecognizerSettings:
    """The settings for a call in a rap's language, which they may leave to the rap.

    Raises: RecognizerError: they name another language.
    """
    if settings.language not in (None, language):
        raise RecognizerError(
            f"the rap is in '{language}' and the recognizer is set to hear '{settings.language}'; "
            f"set recognizer.language to {language} or to nothing, or choose another rap"
        )
    return settings.model_copy(update={"language": language})


def best_installed(settings: RecognizerSettings, cores: int | None = None) -> InstalledModel | None:
    """The whole model on this computer that serves the language best and keeps up with speech.

    Models that are not known by name come after those that are.
    """
    threads = _threads(settings, cores)
    ranks = {model.name: rank for rank, model in enumerate(_by_preference(threads))}
    fit = [
        model
        for model in installed_models()
        if model.problem is None and settings.spoken in model.languages
    ]
    return min(fit, key=lambda model: ranks.get(model.name, len(ranks)), default=None)


def suggestion(settings: RecognizerSettings, cores: int | None = None) -> KnownModel:
    """The model to download for the language on a computer of this size."""
    for model in _by_preference(_threads(settings, cores)):
        # An English-only model has the better English of its size.
        if model.english_only == (settings.spoken == "en"):
            return model
    raise ModelError("the shipped list of models has none for this language; install again")


def _by_preference(threads: int) -> list[KnownModel]:
    """Those that keep up with speech first; among them the best words first."""
    return sorted(known_models(), key=lambda model: model.needs_threads > threads)


def _threads(settings: RecognizerSettings, cores: int | None) -> int:
    return min(settings.threads, cores or os.cpu_count() or 1)


def _usable(name_or_folder: str, language: str) -> InstalledModel:
    model = find_model(name_or_folder)
    if model.problem is not None:
        raise ModelError(model.problem)
    check_language(model.languages, model.name, language)
    return model


def _whisper(model: InstalledModel, settings: RecognizerSettings, cores: int | None) -> Chosen:
    label = f"whisper {model.name}"
    spec = RecognizerSpec(
        engine="whisper",
        label=label,
        factory=WHISPER_FACTORY,
        options={
            "model_dir": str(model.folder),
            "label": label,
            "language": settings.spoken,
            "beam": settings.beam,
            "threads": _threads(settings, cores),
            "full_context": settings.full_context,
        },
    )
    return Chosen(spec, f"The recognizer is Whisper, model {model.name}.", model)


def _sphinx(settings: RecognizerSettings, better: KnownModel | None = None) -> Chosen:
    if settings.spoken != SPHINX_LANGUAGE:
        raise RecognizerError(
            f"pocketsphinx hears US English only, not '{settings.spoken}'; 'companion models "
            "download base' gets a Whisper model for other languages"
        )
    sentence = "The recognizer is the built-in pocketsphinx: its words are rough."
    if better is not None:
        sentence = f"{sentence} For better words, {_how_to_get(better)}."
    return Chosen(SPHINX, sentence)


def _how_to_get(model: KnownModel) -> str:
    return f"'companion models download {model.name}' gets one ({model.megabytes} MB)"
