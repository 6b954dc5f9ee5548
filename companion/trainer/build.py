"""Rebuilds the trained files of `models/` and what the manifest says of them. For `scripts/train`.

The figures come from calls that no model was trained on; the files are written first and
measured as a call would use them.
"""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path

import yaml

from companion import locations
from companion.trainer.corpus import bare, read_calls
from companion.trainer.evaluate import evaluate
from companion.trainer.labelled import LabelledCall
from companion.trainer.learning import Progress, learn
from companion.understanding.rap import Rap, find_rap

LANGUAGES = {"en": ("understanding", "questions", "answers"), "es": ("understanding",)}
"""What ships for each language. There are too few Spanish calls to learn answers from, and what is
looked at in questions is English; there the rap's phrases and the language's rules tell them."""
VERSION = "1"
LICENCE = "MIT, companion contributors"
FIGURES = {
    "understanding": ("steps.accuracy", "steps.macro_f1", "steps.sure_accuracy", "cues.macro_f1"),
    "questions": ("questions.closed.f1", "questions.narrow.f1", "questions.kind_accuracy"),
    "answers": ("commitment.accuracy",),
}


PURPOSES = {
    "understanding": "the step and the cues of an utterance "
    "(companion/understanding/learned.py, sequence.py)",
    "questions": "question clauses and their kinds (companion/understanding/question_tagger.py)",
    "answers": "the answer to the ask, from figures of the whole call "
    "(companion/understanding/answers.py)",
}


def rap_of(language: str) -> Rap:
    """The rap that ships for a language."""
    return find_rap(f"one-on-one.{language}")


def corpus(language: str, part: str) -> Path:
    """The folder of the hand-written calls: 'train', 'validation' or 'questions'."""
    return locations.shipped("configs", "corpus", language, part)


def build(today: date, language: str) -> None:
    """Train, write, measure, and renew the manifest; says on standard error what it does."""
    rap = rap_of(language)
    calls = read_calls([corpus(language, "train")])
    asks = "questions" in LANGUAGES[language]
    loose = read_calls([corpus(language, "questions")]) if asks else []
    validation = read_calls([corpus(language, "validation")])
    found = learn(calls, loose, rap, report=_tell)
    learned = {
        "understanding": found.understanding,
        "questions": found.questions,
        "answers": found.answers,
    }
    files: dict[str, Path] = {}
    for name in LANGUAGES[language]:
        content = learned[name]
        assert content is not None, f"the shipped corpus is too small for {name}"
        files[name] = locations.shipped("models", f"{name}.{language}.npz")
        files[name].write_bytes(content)
    _say("measuring on the validation calls")
    measured = _measured(validation, rap)
    manifest = locations.shipped("models", "manifest.yaml")
    text = manifest.read_text(encoding="utf-8")
    for name, path in files.items():
        used = [*calls, *loose] if name == "questions" else calls
        lines = sum(len(call.utterances) for call in used)
        text = with_entry(
            text,
            {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "bytes": path.stat().st_size,
                "version": VERSION,
                "origin": f"scripts/train on {today.isoformat()}, from {lines} hand-written "
                f"utterances in configs/corpus/{language} and the rap one-on-one.{language}",
                "licence": LICENCE,
                "purpose": PURPOSES[name],
                "measured": [
                    f"{figure}: {values} (companion evaluate on {len(validation)} validation calls)"
                    for figure, values in measured.items()
                    if figure in FIGURES[name]
                ],
            },
        )
    manifest.write_text(text, encoding="utf-8", newline="\n")
    _say("written")


def _measured(calls: list[LabelledCall], rap: Rap) -> dict[str, str]:
    written, as_bare = evaluate(calls, rap), evaluate([bare(call) for call in calls], rap)
    return {
        name: f"{written.figures[name].value:.3f} as written, "
        f"{as_bare.figures[name].value:.3f} bare"
        for names in FIGURES.values()
        for name in names
    }


def with_entry(manifest: str, entry: dict[str, object]) -> str:
    """The manifest's text with the entry of one file replaced or added; comments stay."""
    head, *entries = manifest.split("  - file: ")
    kept = [e for e in entries if e.split("\n", 1)[0].strip() != entry["file"]]
    block = yaml.safe_dump(
        [entry], sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False
    )
    indented = "".join(f"  {line}\n" for line in block.splitlines())
    body = "".join(f"  - file: {e.rstrip()}\n" for e in kept)
    return f"{head}{body}{indented}"


def _tell(progress: Progress) -> None:
    left = "" if progress.left_s is None else f", about {progress.left_s:.0f} s to go"
    _say(f"{progress.done} of {progress.parts} parts learned{left}")


def _say(text: str) -> None:
    print(f"train: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    for code in sys.argv[1:] or LANGUAGES:
        build(date.today(), code)
