"""Rebuilds what redaction is made of, and what the manifest says of it.

For `scripts/make_safe_vocabulary`, which fetches the packages that the list of safe words needs.
The list is built first, the weights are trained with it, and both are measured on calls that
neither was made of.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from companion import locations
from companion.redaction import contexts, vocabulary
from companion.redaction.redactor import Redactor
from companion.trainer.bootstrap import Bootstrap
from companion.trainer.build import corpus, with_entry
from companion.trainer.corpus import bare, read_calls
from companion.trainer.redaction_scores import redaction_figures
from companion.trainer.safe_words import as_bytes, build_list
from companion.trainer.train_contexts import train_contexts, weights_as_bytes

_FIGURES = ("redaction.person.recall", "redaction.all.recall", "redaction.over")
_ENTRIES = (
    {
        "origin": "scripts/make_safe_vocabulary, from SCOWL 2020.12.07-2 (Debian package scowl), "
        "the US Census lists of 1990 in the Python package names 0.3.0, and the hand-written calls "
        "in configs/corpus/en",
        "licence": "LicenseRef-SCOWL (free to use, copy, modify, distribute and sell with its "
        "notice, see THIRD_PARTY.md), Kevin Atkinson and others; Census lists public domain; MIT, "
        "companion contributors",
        "purpose": "the ordinary words that redaction leaves readable "
        "(companion/redaction/vocabulary.py)",
    },
    {
        "origin": "scripts/make_safe_vocabulary, from the hand-written calls in configs/corpus/en",
        "licence": "MIT, companion contributors",
        "purpose": "how likely a word is a name by the words around it "
        "(companion/redaction/contexts.py)",
    },
)


def main(arguments: Sequence[str]) -> None:
    """Build from two unpacked packages: the folder of SCOWL's lists, and that of `names`."""
    scowl, names = map(Path, arguments)
    train, loose = read_calls([corpus("en", "train")]), read_calls([corpus("en", "redaction")])
    words, weights = vocabulary.artefact(), contexts.artefact()
    questions = read_calls([corpus("en", "questions")])
    words.write_bytes(as_bytes(build_list(scowl, names, [*train, *questions])))
    known = vocabulary.read_vocabulary(words)
    # The loose lines are few and to the point: they count twice.
    weights.write_bytes(weights_as_bytes(train_contexts([*train, *loose, *loose], known)))
    redactor = Redactor(known, contexts.ContextModel(contexts.read_weights(weights)))
    measured = _measured(redactor)
    manifest = locations.shipped("models", "manifest.yaml")
    text = manifest.read_text(encoding="utf-8")
    for path, entry in zip((words, weights), _ENTRIES, strict=True):
        content = path.read_bytes()
        facts = {
            "file": path.name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "version": "1",
            **entry,
            "measured": measured,
        }
        text = with_entry(text, facts)
        print(f"{path.name}: {len(content)} bytes")
    manifest.write_text(text, encoding="utf-8", newline="\n")
    print("\n".join(measured))


def _measured(redactor: Redactor) -> list[str]:
    calls = read_calls([corpus("en", "validation")])
    boot = Bootstrap(len(calls))
    written = redaction_figures(calls, redactor, boot)
    as_bare = redaction_figures([bare(call) for call in calls], redactor, boot)
    return [
        f"{name}: {written[name].value:.3f} as written, {as_bare[name].value:.3f} bare "
        f"(companion evaluate on {len(calls)} validation calls)"
        for name in _FIGURES
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
