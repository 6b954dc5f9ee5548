"""Figures of redaction: what is masked of labelled and of made-up text, and how long it takes.

Run by `scripts/bench_redact`, with the labelled calls to measure on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from companion import locations
from companion.redaction.redactor import Redactor, shipped_redactor
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.corpus import LabelledCall, bare, read_calls
from companion.trainer.redaction_scores import redaction_figures
from scripts.bench.redaction_templates import synthetic_calls
from scripts.bench.table import Figure, below, progress, quantile, show

REPEATS = 3
P95_MS = 5.0
MOST_OVER = 0.05
VALIDATION = locations.shipped("configs", "corpus", "en", "validation")
FORMS = ("as written", "bare")


def recall(
    name: str, calls: Sequence[LabelledCall], redactor: Redactor, person: float, all_types: float
) -> list[Figure]:
    """Recall of people and of all types, and over-masking, in both forms of the text."""
    found = []
    for form in FORMS:
        progress(f"{name}, {form}")
        shown = [bare(call) for call in calls] if form == "bare" else list(calls)
        figures = redaction_figures(shown, redactor, Bootstrap(len(shown)))
        label = f"{name}, {form}"
        found += [
            _at_least(f"{label}: people masked", figures["redaction.person.recall"], person),
            _at_least(f"{label}: all types masked", figures["redaction.all.recall"], all_types),
            _at_most(f"{label}: ordinary words masked", figures["redaction.over"], MOST_OVER),
        ]
    return found


def speed(calls: Sequence[LabelledCall], redactor: Redactor) -> list[Figure]:
    """Wall time an utterance, the best of a few runs each, so that other programs count less."""
    progress("time an utterance")
    texts = [u.utterance.text for call in calls for u in call.utterances]
    best_ms = [min(_once_ms(redactor, text) for _ in range(REPEATS)) for text in texts]
    return [
        below(
            f"time an utterance, p95 of {len(texts)}",
            quantile(best_ms, 0.95),
            P95_MS,
            "ms",
            digits=2,
        ),
        Figure("time an utterance, p50", f"{quantile(best_ms, 0.5):.2f} ms", ""),
    ]


def _once_ms(redactor: Redactor, text: str) -> float:
    began_s = time.perf_counter()
    redactor.redact(text)
    return 1000 * (time.perf_counter() - began_s)


def _at_least(name: str, measured: Measured, target: float) -> Figure:
    value = measured.value or 0.0
    return Figure(name, _shown(measured), f"≥ {target:g}", met=value >= target)


def _at_most(name: str, measured: Measured, target: float) -> Figure:
    value = 1.0 if measured.value is None else measured.value
    return Figure(name, _shown(measured), f"≤ {target:g}", met=value <= target)


def _shown(measured: Measured) -> str:
    if measured.value is None:
        return "-"
    interval = "" if measured.low is None else f" [{measured.low:.2f}, {measured.high:.2f}]"
    return f"{measured.value:.3f}{interval} ({measured.count})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="*", type=Path, default=[VALIDATION])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    calls = read_calls(options.calls)
    redactor = shipped_redactor()
    figures = [
        *recall("labelled calls", calls, redactor, person=0.98, all_types=0.96),
        *recall("SYNTHETIC sentences", synthetic_calls(), redactor, person=0.97, all_types=0.97),
        *speed(calls, redactor),
    ]
    show("Redaction", figures, options.json)


if __name__ == "__main__":
    main()
