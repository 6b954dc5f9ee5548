"""How much of what is labelled as identifying is masked, and how many other words with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from companion.redaction.redactor import Redactor
from companion.redaction.spans import Span as Masked
from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.figures import Figures
from companion.trainer.labelled import PII_TYPES, LabelledCall, LabelledUtterance

_WORD = re.compile(r"\S+")


def redaction_figures(
    calls: Sequence[LabelledCall], redactor: Redactor, boot: Bootstrap
) -> Figures:
    """Recall by type and over all types, and the share of ordinary words that are masked.

    A labelled span counts as found where every letter and digit of it is masked: a name of which
    a part can be read is missed. Ordinary words are those between blanks that no label touches.
    """
    counts = np.asarray([_counts(call, redactor) for call in calls])
    figures: Figures = {}
    for at, name in enumerate((*PII_TYPES, "all")):
        hits, labelled = counts[:, 2 * at], counts[:, 2 * at + 1]
        figures[f"redaction.{name.lower()}.recall"] = boot.measure(
            np.stack([hits, labelled], axis=1).tolist(), scores.share, int(labelled.sum())
        )
    figures["redaction.over"] = boot.measure(
        counts[:, -2:].tolist(), scores.share, int(counts[:, -1].sum())
    )
    return figures


def is_masked(masked: Sequence[Masked], text: str, start: int, end: int) -> bool:
    """Every letter and digit of a stretch lies in a mask."""
    return all(
        any(span.start <= at < span.end for span in masked)
        for at in range(start, end)
        if text[at].isalnum()
    )


def _counts(call: LabelledCall, redactor: Redactor) -> list[float]:
    """Hits and labels of each type, then of all; masked ordinary words and ordinary words."""
    of_type = dict.fromkeys((*PII_TYPES, "all"), (0, 0))
    over = ordinary = 0
    for labelled in call.utterances:
        text = labelled.utterance.text
        masked = redactor.redact(text).spans
        for span in labelled.pii:
            hit = is_masked(masked, text, span.start_char, span.end_char)
            for name in (span.label, "all"):
                hits, count = of_type[name]
                of_type[name] = hits + hit, count + 1
        for start, end in _ordinary_words(labelled):
            ordinary += 1
            over += any(m.start < end and start < m.end for m in masked)
    return [*(float(n) for pair in of_type.values() for n in pair), float(over), float(ordinary)]


def _ordinary_words(labelled: LabelledUtterance) -> list[tuple[int, int]]:
    return [
        (match.start(), match.end())
        for match in _WORD.finditer(labelled.utterance.text)
        if any(char.isalnum() for char in match.group())
        and not any(s.start_char < match.end() and match.start() < s.end_char for s in labelled.pii)
    ]
