"""The desk of a labeller: one call, utterance by utterance and clause by clause, with undo.

Holds no view and writes no file; a view presses its keys, and whoever keeps the work listens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer.clauses import Clause, propose_clauses, word_places
from companion.trainer.labelled import (
    CUES,
    PII_TYPES,
    LabelledCall,
    LabelledUtterance,
    Span,
    Truth,
)

MOST_UNDO = 500


@dataclass(frozen=True, slots=True)
class Work:
    """One utterance on the desk. It is done once it has a step."""

    utterance: Utterance
    clauses: tuple[Clause, ...]
    step: Step | None = None
    cues: tuple[str, ...] = ()
    pii: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the labeller made so far. Every change makes a new one."""

    call_id: str
    call_date: date
    language: str
    works: tuple[Work, ...] = field(repr=False)
    setting: str = ""
    truth: Truth | None = None
    at: int = 0
    """The utterance that is looked at."""
    clause: int = 0
    """The clause of it."""

    @property
    def work(self) -> Work:
        """The utterance that is looked at."""
        return self.works[self.at]

    @property
    def done(self) -> int:
        """How many utterances have a step."""
        return sum(1 for work in self.works if work.step is not None)

    @property
    def is_complete(self) -> bool:
        """Every utterance has its step."""
        return self.done == len(self.works)


def new_sheet(
    call_id: str, call_date: date, utterances: tuple[Utterance, ...], language: str
) -> Sheet:
    """A sheet without a label. Raises: InputError where there is nothing to label."""
    if not utterances:
        raise InputError(f"{call_id}: holds no utterances, so there is nothing to label")
    works = tuple(Work(u, propose_clauses(u.text, language)) for u in utterances)
    return Sheet(call_id, call_date, language, works)


class LabelDesk:
    """What the keys do. `keep` is called with the sheet after every change."""

    def __init__(self, sheet: Sheet, keep: Callable[[Sheet], None] = lambda sheet: None) -> None:
        self.sheet = sheet
        self._keep = keep
        self._before: list[Sheet] = []
        self._after: list[Sheet] = []

    # Moving about; these are no changes, and undo passes over them.

    def go(self, by: int) -> None:
        """To another utterance, so many on or back."""
        at = min(len(self.sheet.works) - 1, max(0, self.sheet.at + by))
        self._look(at, 0)

    def go_clause(self, by: int) -> None:
        """To another clause; beyond the last one to the next utterance."""
        clause = self.sheet.clause + by
        if 0 <= clause < len(self.sheet.work.clauses):
            self._look(self.sheet.at, clause)
        elif clause < 0 < self.sheet.at:
            before = self.sheet.works[self.sheet.at - 1]
            self._look(self.sheet.at - 1, max(0, len(before.clauses) - 1))
        elif by > 0 and self.sheet.at + 1 < len(self.sheet.works):
            self._look(self.sheet.at + 1, 0)

    def go_unlabelled(self) -> bool:
        """To the next utterance without a step, from here on and then from the start."""
        count = len(self.sheet.works)
        for offset in range(1, count + 1):
            at = (self.sheet.at + offset) % count
            if self.sheet.works[at].step is None:
                self._look(at, 0)
                return True
        return False

    # Labels.

    def set_step(self, step: Step) -> None:
        """The step of the utterance."""
        self._change(replace(self.sheet.work, step=step))

    def set_kind(self, kind: str | None) -> None:
        """What the clause asks; None for a statement."""
        if self.sheet.work.clauses:
            self._change_clause(replace(self._clause, kind=kind))

    def toggle_cue(self, cue: str) -> None:
        """A cue of the utterance, there or not. Cues keep the order of the fixed list."""
        if cue not in CUES:
            raise ValueError(f"{cue!r} is no cue")
        cues = set(self.sheet.work.cues) ^ {cue}
        self._change(replace(self.sheet.work, cues=tuple(c for c in CUES if c in cues)))

    def mark_personal(self, words: str, kind: str) -> None:
        """Mark words of the utterance as personal data, or take that mark away again.

        Raises: InputError where the words do not stand there, or the type is not known.
        """
        if kind not in PII_TYPES:
            raise InputError(f"{kind!r} is no type; use one of {', '.join(PII_TYPES)}")
        text = self.sheet.work.utterance.text
        start = text.find(words) if words else -1
        if start < 0:
            raise InputError("these words do not stand in the utterance; copy them from there")
        span = Span(start, start + len(words), kind, words)
        kept = tuple(s for s in self.sheet.work.pii if s != span)
        if len(kept) == len(self.sheet.work.pii):
            if any(s.start_char < span.end_char and span.start_char < s.end_char for s in kept):
                raise InputError(
                    "these words are marked already, in part; take that mark away first"
                )
            kept = tuple(sorted((*kept, span), key=lambda s: s.start_char))
        self._change(replace(self.sheet.work, pii=kept))

    def describe(self, setting: str, truth: Truth | None) -> None:
        """What the whole call was, and came to."""
        self._remember()
        self._set(replace(self.sheet, setting=setting, truth=truth))

    # Boundaries of clauses.

    def move_start(self, by: int) -> None:
        """Move the boundary before the clause by words; each clause keeps one word at least."""
        k, clauses = self.sheet.clause, list(self.sheet.work.clauses)
        if k == 0 or not clauses:
            return
        before, here = clauses[k - 1], clauses[k]
        at = min(here.end - 1, max(before.first + 1, here.first + by))
        if at != here.first:
            clauses[k - 1], clauses[k] = replace(before, end=at), replace(here, first=at)
            self._change(replace(self.sheet.work, clauses=tuple(clauses)))

    def cut(self) -> None:
        """Cut the clause in two: behind a comma near its middle, or in the middle."""
        if not self.sheet.work.clauses or self._clause.end - self._clause.first < 2:
            return
        here, text = self._clause, self.sheet.work.utterance.text
        places = word_places(text)
        middle = (here.first + here.end) // 2
        commas = [
            i + 1
            for i in range(here.first, here.end - 1)
            if text[places[i].end_char - 1] in ",;:—–-"
        ]
        at = min(commas, key=lambda place: abs(place - middle)) if commas else middle
        clauses = list(self.sheet.work.clauses)
        k = self.sheet.clause
        clauses[k : k + 1] = [replace(here, end=at), replace(here, first=at)]
        self._change(replace(self.sheet.work, clauses=tuple(clauses)))

    def join(self) -> None:
        """Join the clause with the next one; its own label stays."""
        k, clauses = self.sheet.clause, list(self.sheet.work.clauses)
        if k + 1 < len(clauses):
            clauses[k : k + 2] = [replace(clauses[k], end=clauses[k + 1].end)]
            self._change(replace(self.sheet.work, clauses=tuple(clauses)))

    # Undo.

    def undo(self) -> bool:
        """Take the last change back; False where there is none."""
        if not self._before:
            return False
        self._after.append(self.sheet)
        self._set(self._before.pop())
        return True

    def redo(self) -> bool:
        """Make a change again that was taken back; False where there is none."""
        if not self._after:
            return False
        self._before.append(self.sheet)
        self._set(self._after.pop())
        return True

    @property
    def _clause(self) -> Clause:
        return self.sheet.work.clauses[self.sheet.clause]

    def _change_clause(self, clause: Clause) -> None:
        clauses = list(self.sheet.work.clauses)
        clauses[self.sheet.clause] = clause
        self._change(replace(self.sheet.work, clauses=tuple(clauses)))

    def _change(self, work: Work) -> None:
        if work == self.sheet.work:
            return
        self._remember()
        works = list(self.sheet.works)
        works[self.sheet.at] = work
        clause = min(self.sheet.clause, max(0, len(work.clauses) - 1))
        self._set(replace(self.sheet, works=tuple(works), clause=clause))

    def _look(self, at: int, clause: int) -> None:
        self._set(replace(self.sheet, at=at, clause=clause))

    def _remember(self) -> None:
        self._before = [*self._before[-MOST_UNDO + 1 :], self.sheet]
        self._after.clear()

    def _set(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._keep(sheet)


def labelled_call(sheet: Sheet, hand: str = "") -> LabelledCall:
    """The call as labelled. Raises: InputError while an utterance has no step."""
    missing = [work.utterance.i for work in sheet.works if work.step is None]
    if missing:
        raise InputError(
            f"{sheet.call_id}: {len(missing)} utterances have no step yet; go on with "
            "'companion label call'"
        )
    return LabelledCall(
        sheet.call_id,
        sheet.setting,
        sheet.call_date,
        tuple(_labelled(work) for work in sheet.works),
        sheet.truth,
        hand=hand,
    )


def _labelled(work: Work) -> LabelledUtterance:
    assert work.step is not None
    text, places = work.utterance.text, word_places(work.utterance.text)
    questions = []
    for clause in work.clauses:
        if clause.kind is not None:
            start, end = places[clause.first].start_char, places[clause.end - 1].end_char
            questions.append(Span(start, end, clause.kind, text[start:end]))
    return LabelledUtterance(work.utterance, work.step, tuple(questions), work.pii, work.cues)
