"""Figures of the trainer's bench: how long its commands take, and what an own example does.

Run by `scripts/bench_trainer`. Each measurement is a function of `MEASURES` that returns figures;
name some to run these only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from companion import locations
from companion.cli.rap_trying import LOOK_EVERY_S, Bench
from companion.domain.dialogue import Step
from companion.settings import CallSettings
from companion.trainer.corpus import read_calls
from companion.trainer.evaluate import evaluate
from companion.trainer.trying import Trier
from companion.understanding import adapt, ngrams
from companion.understanding.learned import LearnedModel
from companion.understanding.learned_parts import learned_for, unadapted
from companion.understanding.observe import Observer
from companion.understanding.rap import Rap, find_rap
from companion.understanding.rap_review import review_rap
from scripts.bench import learned, reports
from scripts.bench.table import Figure, below, progress, quantile, show
from scripts.bench.taught import TAUGHT

RAP = "one-on-one.en"
SHIPPED = locations.shipped("configs", "raps", f"{RAP}.yaml")
VALIDATION = locations.shipped("configs", "corpus", "en", "validation")
REPEATS = 3
VALIDATE_S = 1.0
TRY_MS = 50.0
EDIT_S = 5.0
ADAPT_S = 1.0
MOST_LOST = 0.005
"""Step accuracy that twenty fair examples may cost at most; the interval of it is far wider."""
DAY = date(2026, 3, 2)


def validate() -> list[Figure]:
    """`companion rap validate` on the shipped rap, with and without the start of the program."""
    progress("validate")
    command = [sys.executable, "-m", "companion", "rap", "validate", str(SHIPPED)]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "COMPANION_HOME": home}
        whole_s = min(
            _seconds(
                lambda: subprocess.run(
                    command, check=True, env=environment, stdout=subprocess.DEVNULL
                )
            )
            for _ in range(REPEATS)
        )
    alone_s = min(_seconds(lambda: review_rap(SHIPPED)) for _ in range(REPEATS))
    return [
        below("rap validate, start of the program included", whole_s, VALIDATE_S, "s"),
        Figure("rap validate, the check alone", f"{alone_s:.2f} s", ""),
    ]


def try_() -> list[Figure]:
    """Lines of the validation calls tried one after the other, with everything that is told."""
    progress("try")
    lines = [u.utterance.text for call in read_calls([VALIDATION]) for u in call.utterances]
    began_s = time.perf_counter()
    trier = Trier(find_rap(RAP), DAY, CallSettings())
    start_s = time.perf_counter() - began_s
    took_ms = []
    for number, line in enumerate(lines):
        if number % 60 == 0:
            trier.begin()
        took_ms.append(1000 * _seconds(partial(trier.hear, line)))
    return [
        below(f"rap try, a line, p95 of {len(lines)}", quantile(took_ms, 0.95), TRY_MS, "ms", 1),
        Figure("rap try, a line, p50", f"{quantile(took_ms, 0.5):.1f} ms", ""),
        Figure("rap try, reading the rap and what was learned", f"{start_s:.2f} s", ""),
    ]


def edit() -> list[Figure]:
    """From saving the rap with twenty new examples to ten lines heard anew, the wait included."""
    progress("edit")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "our-rap.yaml"
        path.write_bytes(SHIPPED.read_bytes())
        bench = Bench(path, say=lambda text: None)
        for _, _, variant in TAUGHT[::2]:
            bench.hear(variant)
        path.write_text(_taught_text(), encoding="utf-8")
        took_s = _seconds(bench.look) + LOOK_EVERY_S
    return [below("from saving an edit to its effect, the learned part too", took_s, EDIT_S, "s")]


def taught() -> list[Figure]:
    """What twenty examples do: heard right themselves, and nothing else heard worse."""
    progress("own examples")
    before_rap, after_rap = find_rap(RAP), _taught_rap()
    known = adapt.marks_of(before_rap)
    model = unadapted(before_rap)
    assert model is not None
    took_s = min(_seconds(lambda: adapt.adapted(model, after_rap, known)) for _ in range(REPEATS))
    after = learned_for(after_rap)
    assert after is not None
    count = len(TAUGHT)
    figures = [below("learning 20 own examples", took_s, ADAPT_S, "s")]
    for place, what in ((1, "the examples themselves"), (2, "the same in other words")):
        right = [_right(m, after_rap, place) for m in (model, after)]
        figures.append(
            Figure(
                f"{what}, right alone before and after", f"{right[0]}, {right[1]} of {count}", ""
            )
        )
    progress("validation calls, before and after")
    calls = read_calls([VALIDATION])
    scores = [
        evaluate(calls, rap).figures["steps.accuracy"].value or 0.0
        for rap in (before_rap, after_rap)
    ]
    lost = scores[0] - scores[1]
    figures.append(
        Figure(
            f"steps of {len(calls)} validation calls, before and after",
            f"{scores[0]:.4f}, {scores[1]:.4f}",
            f"loses ≤ {MOST_LOST}",
            met=lost <= MOST_LOST,
        )
    )
    return figures


MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "validate": validate,
    "try": try_,
    "edit": edit,
    "taught": taught,
    "tune": learned.tune,
    "train": learned.train,
    "test": reports.test,
    "compare": reports.compare,
    "gate": reports.gate,
}


def _right(model: LearnedModel, rap: Rap, place: int) -> int:
    """How many of the lines have the right step by their words alone."""
    observer = Observer(rap)
    names = {part.step: part.number for part in rap.steps}
    count = 0
    for line in TAUGHT:
        seen = observer.look(line[place], DAY)
        dense = observer.dense(seen, model.weights.cues)
        scores = model.score(seen.tokens, [()] * ngrams.BEFORE, dense).step
        count += Step(int(np.argmax(scores)) + 1) is names[line[0]]
    return count


def _taught_rap() -> Rap:
    rap = find_rap(RAP)
    steps = []
    for part in rap.steps:
        new = tuple(example for step, example, _ in TAUGHT if step == part.step)
        steps.append(part.model_copy(update={"examples": (*part.examples, *new)}))
    return rap.model_copy(update={"steps": tuple(steps)})


def _taught_text() -> str:
    text = SHIPPED.read_text(encoding="utf-8")
    for step, example, _ in TAUGHT:
        at = text.index("    examples:\n", text.index(f"  - step: {step}\n"))
        at += len("    examples:\n")
        text = text[:at] + f'      - "{example}"\n' + text[at:]
    return text


def _seconds(run: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    run()
    return time.perf_counter() - began_s


def _rows(figures: Sequence[Figure]) -> list[str]:
    """Rows of a Markdown table: what, how, figure, target."""
    return [f"| {f.name} | scripts/bench_trainer | {f.measured} | {f.target} |" for f in figures]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--table", action="store_true", help="only the rows of a Markdown table")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in MEASURES]
    if unknown:
        parser.error(f"there is no measurement {unknown[0]!r}; use {', '.join(MEASURES)}")
    figures = [f for name in options.names or MEASURES for f in MEASURES[name]()]
    if options.table:
        print("\n".join(_rows(figures)))
    else:
        show("The trainer's bench", figures, options.json)
    sys.exit(0 if all(f.met is not False for f in figures) else 1)


if __name__ == "__main__":
    main()
