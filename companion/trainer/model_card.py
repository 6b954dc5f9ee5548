"""The card of what was learned: from what, how, how well, and what it is not good for.

After Mitchell and others, "Model Cards for Model Reporting" (2019). One set of values, written as
JSON for programs and as Markdown for people.
"""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from companion import __version__
from companion.trainer.bootstrap import SEED as BOOTSTRAP_SEED
from companion.trainer.bootstrap import Measured
from companion.trainer.corpus_folder import Corpus
from companion.trainer.held_out import HeldOut
from companion.trainer.labelled import LabelledCall
from companion.trainer.train_questions import RECIPES
from companion.understanding.rap import Rap

FORM = 1
LEAST_OF_A_SETTING = 2
"""What is said of the setting of one call only is left out: it would describe that call."""
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "python-crfsuite")

LIMITS = (
    "It learned from written practice calls, not from real ones; real talk is messier.",
    "It hears the organizer's side only, and in one language.",
    "Hands are writers of practice calls. An organizer unlike all of them is followed less well "
    "than the figures say.",
    "Figures on held-out hands are of models that read about a fifth less than this one.",
    "What was learned for one rap fits another one badly: its phrases are among the inputs.",
    "The files hold words and pairs of words of the practice calls. Never learn from real calls.",
)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything that is told of one training."""

    rap_name: str
    rap_version: str
    rap_sha256: str
    language: str
    made_on: date
    corpora: tuple[str, ...]
    origin: str
    """Where the calls come from, and under which license."""
    calls: int
    utterances: int
    loose_lines: int
    examples: int
    """Example sentences of the rap."""
    settings: tuple[tuple[str, int], ...]
    """What is told of the settings of calls, and of how many."""
    held_out: HeldOut
    validation_calls: int
    validation: Mapping[str, Measured]
    """Figures of `companion evaluate` on calls that nothing was learned from."""
    files: Mapping[str, str]
    """Name to SHA-256."""

    def as_json(self) -> str:
        """For programs; keys are stable."""
        values: dict[str, Any] = {
            "form": FORM,
            "rap": {
                "name": self.rap_name,
                "version": self.rap_version,
                "sha256": self.rap_sha256,
                "language": self.language,
            },
            "made_on": self.made_on.isoformat(),
            "data": {
                "corpora": list(self.corpora),
                "origin": self.origin,
                "calls": self.calls,
                "utterances": self.utterances,
                "loose_lines": self.loose_lines,
                "examples": self.examples,
                "settings": dict(self.settings),
            },
            "held_out": {
                "folds": self.held_out.folds,
                "by_hand": self.held_out.by_hand,
                "steps.accuracy": _figure(self.held_out.accuracy),
                "steps.macro_f1": _figure(self.held_out.macro_f1),
                "cues.macro_f1": _figure(self.held_out.cues_macro_f1),
                "hands": [
                    {
                        "hand": h.hand,
                        "calls": h.calls,
                        "utterances": h.utterances,
                        "steps.accuracy": _figure(h.accuracy),
                    }
                    for h in self.held_out.hands
                ],
            },
            "validation": {
                "calls": self.validation_calls,
                "figures": {name: _figure(m) for name, m in self.validation.items()},
            },
            "seeds": {"questions": list(range(len(RECIPES))), "intervals": BOOTSTRAP_SEED},
            "versions": _versions(),
            "limits": list(LIMITS),
            "files": dict(self.files),
        }
        return json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False) + "\n"

    def as_markdown(self) -> str:
        """For people."""
        trial = self.held_out
        split = (
            f"{trial.folds} folds by hand: each call is heard by models that were fitted without "
            "the hand that wrote it"
            if trial.by_hand
            else f"{trial.folds} folds by call; too few hands are told apart to leave one out"
        )
        lines = [
            f"# What was learned for {self.rap_name}",
            "",
            f"Made on {self.made_on.isoformat()} with companion {__version__}, for the rap "
            f"{self.rap_name} {self.rap_version} (`{self.rap_sha256[:12]}`), language "
            f"{self.language}.",
            "",
            "## From what",
            "",
            f"{self.calls} calls with {self.utterances} utterances, {self.loose_lines} loose lines "
            f"for questions, and {self.examples} examples of the rap.",
            "",
            f"Origin and license: {self.origin}.",
            "",
            "| hand | calls | utterances | steps right, held out |",
            "|---|---|---|---|",
            *(
                f"| {h.hand or 'not told'} | {h.calls} | {h.utterances} | {_cell(h.accuracy)} |"
                for h in trial.hands
            ),
            "",
        ]
        if self.settings:
            lines += [
                "| setting | calls |",
                "|---|---|",
                *(f"| {name} | {count} |" for name, count in self.settings),
                "",
            ]
        lines += [
            "## How well",
            "",
            f"On calls left out of training ({split}):",
            "",
            f"- steps right: {_cell(trial.accuracy)}",
            f"- steps, macro-F1: {_cell(trial.macro_f1)}",
            f"- cues, macro-F1: {_cell(trial.cues_macro_f1)}",
            "",
            "Each figure with the interval that holds 95 of 100 drawings of whole calls.",
            "",
        ]
        if self.validation:
            lines += [
                f"On {self.validation_calls} validation calls, which nothing was learned from, as "
                "written:",
                "",
                *(f"- {name}: {_cell(m)}" for name, m in self.validation.items()),
                "",
            ]
        lines += [
            "## Limits",
            "",
            *(f"- {limit}" for limit in LIMITS),
            "",
            "## How to make it again",
            "",
            "The same rap, calls and versions give the same bytes. Seeds: questions "
            f"{', '.join(map(str, range(len(RECIPES))))}; intervals {BOOTSTRAP_SEED}. Versions: "
            + ", ".join(f"{name} {number}" for name, number in _versions().items())
            + ".",
            "",
            *(f"- `{name}`: `{sha}`" for name, sha in self.files.items()),
            "",
        ]
        return "\n".join(lines)


def card_of(
    rap: Rap,
    rap_name: str,
    corpus: Corpus,
    origin: str,
    trial: HeldOut,
    validation: Mapping[str, Measured],
    files: Mapping[str, str],
    today: date,
) -> ModelCard:
    """The card of one training."""
    examples = [e for part in rap.steps for e in part.examples]
    examples += [e for cue in rap.cues for e in cue.examples]
    return ModelCard(
        rap_name=rap_name,
        rap_version=rap.version,
        rap_sha256=rap.sha256,
        language=rap.language,
        made_on=today,
        corpora=corpus.names,
        origin=origin,
        calls=len(corpus.calls),
        utterances=corpus.utterances,
        loose_lines=sum(len(call.utterances) for call in corpus.loose),
        examples=len(examples),
        settings=settings_of(corpus.calls),
        held_out=trial,
        validation_calls=len(corpus.validation),
        validation=validation,
        files=files,
    )


def settings_of(calls: Sequence[LabelledCall]) -> tuple[tuple[str, int], ...]:
    """What is said of the settings ('…, phone, good, yes') of more than one call; most first."""
    told = Counter(
        trait.strip()
        for call in calls
        for trait in dict.fromkeys(call.setting.split(",")[1:])
        if trait.strip()
    )
    often = [(trait, n) for trait, n in told.items() if n >= LEAST_OF_A_SETTING]
    return tuple(sorted(often, key=lambda pair: (-pair[1], pair[0])))


def _versions() -> dict[str, str]:
    found = {"companion": __version__, "python": platform.python_version()}
    return found | {name: version(name) for name in _LIBRARIES}


def _figure(measured: Measured) -> dict[str, float | int | None]:
    return {
        "value": measured.value,
        "low": measured.low,
        "high": measured.high,
        "count": measured.count,
    }


def _cell(measured: Measured) -> str:
    if measured.value is None:
        return "-"
    if measured.low is None or measured.high is None:
        return f"{measured.value:.3f}"
    return f"{measured.value:.3f} [{measured.low:.2f}, {measured.high:.2f}]"
