"""A comparison of two raps in words, as a page, and as data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from companion.trainer.bootstrap import Measured
from companion.trainer.compare import Change, Comparison, Effect, FigureChange, Kept, Verdict
from companion.trainer.figure_words import figure_words
from companion.trainer.report_data import figure_data, rap_data
from companion.trainer.report_page import render

_TITLES = {
    "step": "Steps",
    "question": "Questions",
    "cue": "Cues",
    "goal": "Goals",
    "card": "Cards",
    "story": "Stories",
}
_MOST_IN_TEXT = 6


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many things of a kind were fixed, broken, changed, or stayed."""

    title: str
    fixed: str
    broken: str
    changed: str
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure that differs."""

    words: str
    name: str
    """Its stable name, as in the JSON and in docs/measuring.md."""
    before: str
    after: str
    grown: str
    verdict: str


def count_rows(found: Comparison) -> list[CountRow]:
    """A row for each kind of thing; goals and cards have no labels, so they only change."""
    rows = []
    for what, title in _TITLES.items():
        if what == "story" and not (found.kept["story"] != Kept(0, 0) or found.stories):
            continue
        if what != "story" and not found.calls:
            continue
        judged = what in found.kept
        kept = found.kept.get(what)
        rows.append(
            CountRow(
                title,
                str(found.count(what, Effect.FIXED)) if judged else "",
                str(found.count(what, Effect.BROKEN)) if judged else "",
                "" if judged else str(found.count(what, Effect.CHANGED)),
                "" if kept is None else str(kept.right),
                "" if kept is None else str(kept.wrong),
            )
        )
    return rows


def in_short(found: Comparison) -> list[str]:
    """What matters most, a sentence each."""
    lines = []
    broken = [s for s in found.stories if s.effect is Effect.BROKEN]
    must = [s for s in broken if s.guards]
    if must:
        lines.append(f"{len(must)} of the stories that must pass broke: {_some(must)}.")
    elif broken:
        lines.append(f"{len(broken)} of the wishes broke: {_some(broken)}.")
    fixed = [s for s in found.stories if s.effect is Effect.FIXED]
    if fixed:
        lines.append(f"{len(fixed)} stories pass now that did not: {_some(fixed)}.")
    lines += _goal_sentences(found)
    for verdict, words in ((Verdict.BETTER, "better"), (Verdict.WORSE, "worse")):
        names = [figure_words(f.name) for f in found.figures if f.verdict is verdict]
        if names:
            more = f" and {len(names) - _MOST_IN_TEXT} more" if len(names) > _MOST_IN_TEXT else ""
            lines.append(f"Surely {words}: {'; '.join(names[:_MOST_IN_TEXT])}{more}.")
    unknown = sum(f.verdict is Verdict.UNKNOWN for f in found.figures)
    if unknown:
        figures = "One figure differs" if unknown == 1 else f"{unknown} figures differ"
        lines.append(f"{figures}, with too little data to tell better from worse.")
    if not found.changes and not found.stories and not unknown:
        lines.append("On these calls and stories nothing comes out differently.")
    return lines


def _goal_sentences(found: Comparison) -> list[str]:
    """Goals that are met less often or more often, and in how many lines."""
    goals = [change for change in found.changes if change.what == "goal"]
    sentences = []
    for goal in dict.fromkeys(change.before.split()[0] for change in goals):
        own = [change for change in goals if change.before.split()[0] == goal]
        gained = sum(change.before.endswith("not met") for change in own)
        lost = len(own) - gained
        told = [f"{lost} fewer"] if lost else []
        told += [f"{gained} more"] if gained else []
        lines = "line" if len(own) == 1 else "lines"
        sentences.append(f"The goal {goal} is met in {' and '.join(told)} {lines}.")
    return sentences


def _some(stories: Sequence[Any]) -> str:
    names = [f"“{story.name}”" for story in stories]
    more = f" and {len(names) - _MOST_IN_TEXT} more" if len(names) > _MOST_IN_TEXT else ""
    return ", ".join(names[:_MOST_IN_TEXT]) + more


def figure_rows(found: Comparison) -> list[FigureRow]:
    """The figures that are not the same, those that surely differ first."""
    order = (Verdict.WORSE, Verdict.BETTER, Verdict.UNKNOWN)
    differing = [f for f in found.figures if f.verdict in order]
    return [
        FigureRow(
            figure_words(f.name),
            f.name,
            _value(f.before),
            _value(f.after),
            _grown(f),
            f.verdict.value,
        )
        for f in sorted(differing, key=lambda f: order.index(f.verdict))
    ]


def _value(measured: Measured) -> str:
    return "-" if measured.value is None else f"{measured.value:.3f}"


def _grown(change: FigureChange) -> str:
    grown = change.grown
    if grown.value is None:
        return "-"
    if grown.low is None or grown.high is None:
        return f"{grown.value:+.3f}"
    return f"{grown.value:+.3f} [{grown.low:+.3f}, {grown.high:+.3f}]"


def page_of_comparison(found: Comparison, on: date) -> str:
    """The comparison as a page."""
    groups: list[tuple[str, list[Change]]] = []
    for what, title in _TITLES.items():
        for effect in Effect:
            own = [c for c in found.changes if c.what == what and c.effect is effect]
            if own:
                groups.append((f"{title} that were {effect.value}", own))
    return render(
        "rap_compare.html",
        {
            "found": found,
            "made": f"Made on {on.isoformat()}",
            "short": in_short(found),
            "rows": count_rows(found),
            "groups": groups,
            "figures": figure_rows(found),
        },
    )


def data_of_comparison(found: Comparison) -> dict[str, Any]:
    """Everything but the lines of calls."""
    return {
        "form": 1,
        "before": rap_data(found.before),
        "after": rap_data(found.after),
        "calls": list(found.calls),
        "rap_changes": [
            {"where": c.where, "before": c.before, "after": c.after} for c in found.rap_changes
        ],
        "counts": {
            what: {
                **{effect.value: found.count(what, effect) for effect in Effect},
                **({"right": kept.right, "wrong": kept.wrong} if kept is not None else {}),
            }
            for what in _TITLES
            for kept in (found.kept.get(what),)
        },
        "changes": [
            {
                "what": c.what,
                "effect": c.effect.value,
                "call": c.call_id,
                "i": c.at,
                # A card may hold words of a question, so only that it changed is told.
                **({} if c.what == "card" else {"before": c.before, "after": c.after}),
            }
            for c in found.changes
        ],
        "stories": [
            {"name": s.name, "effect": s.effect.value, "must_pass": s.guards} for s in found.stories
        ],
        "figures": {
            f.name: {
                "before": figure_data(f.before),
                "after": figure_data(f.after),
                "difference": figure_data(f.grown),
                "verdict": f.verdict.value,
            }
            for f in found.figures
        },
    }
