"""A sheet as lines: where the labeller is, what is labelled, and what comes before and after."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from companion.trainer.clauses import word_places
from companion.trainer.label_desk import Sheet, Work

BEFORE, AFTER = 3, 2
"""So many utterances around the one that is labelled."""
_KIND_WORDS = {
    None: "statement",
    "closed": "closed question",
    "open": "open question",
    "narrow": "narrow question",
    "rhetorical": "rhetorical",
}
_QUIET = "$foreground 65%"


def sheet_content(sheet: Sheet) -> Content:
    """The whole page."""
    return Content("\n").join(list(_lines(sheet)))


def progress_line(sheet: Sheet, saved: str) -> str:
    """How far the work is, and where it is kept."""
    of = len(sheet.works)
    state = "complete" if sheet.is_complete else f"{sheet.done} of {of} have a step"
    return f"{sheet.call_id}, utterance {sheet.at + 1} of {of}, {state}. {saved}"


def _lines(sheet: Sheet) -> Iterator[Content]:
    for i in range(max(0, sheet.at - BEFORE), sheet.at):
        yield _other(sheet.works[i])
    yield Content("")
    yield from _here(sheet)
    yield Content("")
    for i in range(sheet.at + 1, min(len(sheet.works), sheet.at + 1 + AFTER)):
        yield _other(sheet.works[i])


def _here(sheet: Sheet) -> Iterator[Content]:
    work = sheet.work
    step = "no step yet" if work.step is None else f"step {int(work.step)}"
    yield Content.assemble(("▌ ", "$accent"), (step, "bold $accent"))
    places, text = word_places(work.utterance.text), work.utterance.text
    for k, clause in enumerate(work.clauses):
        here = k == sheet.clause
        words = text[places[clause.first].start_char : places[clause.end - 1].end_char]
        mark = "▶" if here else " "
        yield Content.assemble(
            ("▌ ", "$accent"),
            (f"{mark} {_KIND_WORDS[clause.kind]:<16} ", "bold" if here else ""),
            (words, "bold" if here else ""),
        )
    cues = ", ".join(cue.replace("_", " ") for cue in work.cues) or "none"
    yield Content.assemble(("▌ ", "$accent"), (f"  cues: {cues}", ""))
    if work.pii:
        marked = ", ".join(f"{span.text} ({span.label})" for span in work.pii)
        yield Content.assemble(("▌ ", "$accent"), (f"  personal: {marked}", ""))


def _other(work: Work) -> Content:
    step = "?" if work.step is None else str(int(work.step))
    return Content.assemble((f"  {step}  {work.utterance.text}", _QUIET))
