"""What `companion train` does and prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from companion import locations
from companion.errors import CompanionError, InputError
from companion.settings import load_settings
from companion.understanding.rap import Rap, given_rap

if TYPE_CHECKING:
    from companion.trainer.corpus_folder import Corpus
    from companion.trainer.kept_learning import Kept
    from companion.trainer.learning import Progress

GET_THE_EXTRA = (
    "the parts that learn are not installed; in the folder of the project, "
    "'scripts/setup-venv dev' gets them"
)
_NOT_TOLD = "not told; say it with --origin"


def trained(
    rap_given: str | None,
    folders: Sequence[Path],
    and_shipped: bool,
    out: Path | None,
    origin: str | None,
    as_json: bool,
) -> None:
    """Learn, keep, and tell how well it does."""
    try:
        from companion.trainer.learning_run import train_into
    except ModuleNotFoundError as error:
        raise needs_extra(error) from None
    name, rap = _rap(rap_given)
    if out is not None:
        folder = out
    elif rap.learned_as is not None:
        folder = locations.learned_folder(rap.learned_as)
    else:
        raise InputError(
            f"{name} lies outside of your own raps, where calls would find what was learned for "
            "it; make it one of them with 'companion rap new', or write elsewhere with --out FOLDER"
        )
    corpus = _corpus(folders, and_shipped, rap.language)
    told = origin or "; ".join(n for n in corpus.names if ";" in n) or _NOT_TOLD
    line = ProgressLine()
    try:
        training = train_into(folder, rap, name, corpus, told, date.today(), report=line.show)
    finally:
        line.clear()
    card = training.card
    if as_json:
        print(card.as_json(), end="")
        return
    trial = card.held_out
    print(f"Learned for {name} {rap.version} from {card.calls} calls with {card.utterances} lines.")
    if trial.accuracy.value is not None:
        whom = "by hands that were left out" if trial.by_hand else "that were left out"
        print(
            f"On calls {whom} it tells the step right {100 * trial.accuracy.value:.0f} times "
            "in 100."
        )
    print(f"Card and files: {folder}")
    if out is None:
        print("Calls with this rap use it from now on; 'companion train --remove' takes it away.")


def shown_status(as_json: bool) -> None:
    """List what was learned, for which rap, and whether it still fits."""
    from companion.trainer.kept_learning import kept_learning

    kept = kept_learning()
    if as_json:
        rows = [
            {"rap": k.name, "folder": str(k.folder), "state": _state(k), "card": dict(k.card)}
            for k in kept
        ]
        print(json.dumps(rows))
        return
    if not kept:
        print(
            "Nothing was learned for raps of your own; calls use what comes with companion. "
            "'companion train --rap NAME' learns."
        )
    for each in kept:
        made = each.card.get("made_on", "on an unknown day")
        print(f"{each.name}: learned {made}; {_state(each)}")


def removed(rap_given: str | None) -> None:
    """Take away what was learned for a rap."""
    from companion.trainer.kept_learning import kept_learning, remove_learned

    name = (rap_given or load_settings().call.rap).partition("@")[0]
    if remove_learned(name):
        print(f"Removed. Calls with {name} use what comes with companion again.")
        return
    there = ", ".join(kept.name for kept in kept_learning()) or "nothing for any rap"
    raise InputError(f"nothing was learned for {name!r}; there is {there}")


def needs_extra(error: ModuleNotFoundError) -> BaseException:
    """The error for people where the extra `train` is missing; any other error as it is."""
    missing = (error.name or "").partition(".")[0]
    known = ("sklearn", "scipy", "pycrfsuite", "threadpoolctl", "joblib", "optuna")
    return CompanionError(GET_THE_EXTRA) if missing in known else error


class ProgressLine:
    """One line on standard error that is written over, where a person would see it."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()
        self._width = 0

    def show(self, progress: Progress) -> None:
        """How far the learning has come."""
        left = "" if progress.left_s is None else f", about {progress.left_s:.0f} s to go"
        self.write(f"learning: {progress.done} of {progress.parts} parts done{left}")

    def write(self, text: str) -> None:
        """Write over the line."""
        if self._wanted:
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._wanted:
            print("\r" + " " * self._width + "\r", end="", file=sys.stderr, flush=True)


def _rap(given: str | None) -> tuple[str, Rap]:
    text = given or load_settings().call.rap
    rap = given_rap(text)
    name = text.partition("@")[0]
    return Path(text).stem if text.lower().endswith((".yaml", ".yml")) else name, rap


def _corpus(folders: Sequence[Path], and_shipped: bool, language: str) -> Corpus:
    from companion.trainer.corpus_folder import read_corpus, shipped_corpus

    if not folders:
        return shipped_corpus(language)
    corpus = read_corpus(folders[0])
    for folder in folders[1:]:
        corpus += read_corpus(folder)
    if and_shipped:
        shipped = shipped_corpus(language)
        corpus += shipped if not corpus.validation else replace(shipped, validation=())
    return corpus


def _state(kept: Kept) -> str:
    if not kept.whole:
        return "its files are not as they were written; train again"
    try:
        rap = given_rap(kept.name)
    except CompanionError:
        return "its rap is gone or has mistakes"
    told = kept.card.get("rap")
    if isinstance(told, dict) and told.get("sha256") == rap.sha256:
        return "fits the rap"
    return "the rap was changed since; train again to learn from what is new"
