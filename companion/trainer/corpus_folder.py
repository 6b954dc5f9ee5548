"""What `companion train` learns from: folders of practice calls, and what must be in them.

A folder holds labelled calls (`.call`, `.json`). It may also be laid out like the corpus that
ships: `train/` with the calls, `questions/` with labelled lines that are no calls, `validation/`
with calls that are never learned from and measured at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from companion import locations
from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.trainer.corpus import read_calls
from companion.trainer.labelled import LabelledCall
from companion.trainer.train import LEAST_CALLS
from companion.trainer.training_table import folds_of

LEAST_UTTERANCES = 200
"""With fewer there are too few words to learn any of them."""
SHIPPED_ORIGIN = "the practice calls that come with companion; MIT, companion contributors"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Practice calls, and what they are for."""

    names: tuple[str, ...]
    """What the folders are called, for people."""
    calls: tuple[LabelledCall, ...] = field(repr=False)
    loose: tuple[LabelledCall, ...] = field(repr=False, default=())
    """Labelled lines that are no calls: they teach how people ask."""
    validation: tuple[LabelledCall, ...] = field(repr=False, default=())
    """Never learned from."""

    @property
    def utterances(self) -> int:
        """Of the calls."""
        return sum(len(call.utterances) for call in self.calls)

    def __add__(self, other: Corpus) -> Corpus:
        """Both together."""
        return Corpus(
            self.names + other.names,
            self.calls + other.calls,
            self.loose + other.loose,
            self.validation + other.validation,
        )


def shipped_corpus(language: str) -> Corpus:
    """The practice calls that come with companion.

    Raises: InputError where there are none in that language.
    """
    folder = locations.shipped("configs", "corpus", language)
    if not (folder / "train").is_dir():
        raise InputError(
            f"no practice calls come with companion in the language {language!r}; "
            "name a folder of your own with --corpus"
        )
    corpus = read_corpus(folder)
    return Corpus((SHIPPED_ORIGIN,), corpus.calls, corpus.loose, corpus.validation)


def read_corpus(folder: Path) -> Corpus:
    """The labelled calls of a folder, in either layout.

    Raises: InputError, naming the file and the line or key, and the way to mend it.
    """
    if not folder.exists():
        raise InputError(f"{folder}: there is no such folder; check the name")
    main = folder / "train" if (folder / "train").is_dir() else folder
    return Corpus(
        (folder.name or str(folder),),
        tuple(read_calls([main])),
        _if_there(folder / "questions"),
        _if_there(folder / "validation"),
    )


def _if_there(folder: Path) -> tuple[LabelledCall, ...]:
    return tuple(read_calls([folder])) if folder.is_dir() else ()


def check_corpus(corpus: Corpus) -> None:
    """Refuse what nothing can be learned from.

    Raises: InputError, which says what is missing and how to come by it.
    """
    where = " and ".join(corpus.names)
    count = len(corpus.calls)
    if count < LEAST_CALLS or corpus.utterances < LEAST_UTTERANCES:
        calls = "one call" if count == 1 else f"{count} calls"
        lines = "one line" if corpus.utterances == 1 else f"{corpus.utterances} lines"
        raise InputError(
            f"{where}: holds {calls} with {lines}; training needs at least {LEAST_CALLS} calls "
            f"with {LEAST_UTTERANCES} lines together. Label some more, or add the calls that "
            "come with companion with --and-shipped"
        )
    for step in Step:
        if not _is_in_enough(corpus.calls, step):
            raise InputError(
                f"{where}: step {int(step)} is in too few calls to be learned and tried on "
                "others; label more calls that come to it, or add --and-shipped"
            )
    twice = [name for name, n in Counter(call.call_id for call in corpus.calls).items() if n > 1]
    if twice:
        raise InputError(
            f"{where}: two calls are called {twice[0]!r}; rename one of the files, "
            "or name the folder once"
        )
    taught = {_content(call) for call in corpus.calls}
    for call in corpus.validation:
        if _content(call) in taught:
            raise InputError(
                f"{where}: the call {call.call_id!r} is to be learned from and to be measured "
                "on; take it out of one of the two folders"
            )


def _is_in_enough(calls: Sequence[LabelledCall], step: Step) -> bool:
    """Whether the step is left when any one fold is taken out."""
    folds = folds_of(calls)
    holding = {
        fold
        for call, fold in zip(calls, folds, strict=True)
        if any(u.step is step for u in call.utterances)
    }
    return len(holding) > 1


def _content(call: LabelledCall) -> tuple[str, ...]:
    return tuple(u.utterance.text for u in call.utterances)
