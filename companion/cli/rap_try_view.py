"""How tried lines are printed: for people, for programs, and what a change of the rap changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from companion.cli.terminal_text import output_width, visible, wrapped
from companion.live import wording
from companion.trainer.reasons import Reason
from companion.trainer.trying import TriedLine

_NAME_WIDTH = 12
_MUCH = 1.0
_CLEARLY = 0.4
_Object: TypeAlias = dict[str, Any]


def as_object(tried: TriedLine) -> str:
    """One line of JSON; names are stable, see docs/trainers.md."""
    alone = tried.alone
    found: _Object = {
        "text": tried.text,
        "step": int(tried.estimate.step),
        "step_name": tried.step_name,
        "step_probability": round(tried.estimate.probability, 3),
        "sure": tried.estimate.sure,
        "understood": tried.understood,
        "alone": None,
        "phrases": [{"words": p.words, "speaks_for": p.speaks_for} for p in tried.phrases],
        "examples": [
            {"text": e.text, "kind": e.kind, "of": e.of, "likeness": round(e.likeness, 3)}
            for e in tried.examples
        ],
        "questions": [{"kind": kind, "text": text} for kind, text in tried.questions],
        "cues": list(tried.cues),
        "goals": list(tried.goals),
        "card": None,
        "shown": None if tried.shown is None else tried.shown.text,
    }
    if alone is not None:
        found["alone"] = {
            "step": int(alone.step),
            "runner_up": int(alone.runner_up),
            "distribution": [round(p, 3) for p in alone.distribution],
            "reasons": [_reason(reason) for reason in alone.reasons],
            "against": [_reason(reason) for reason in alone.against],
        }
    if tried.card is not None:
        card = tried.card
        found["card"] = {"id": card.id, "text": card.text, "because": card.because}
    return json.dumps(found, allow_nan=False)


def _reason(reason: Reason) -> _Object:
    return {"words": reason.words, "weight": round(reason.weight, 2), "source": reason.source}


def as_text(tried: TriedLine, mark: str = "") -> str:
    """Some lines for people; `mark` stands before the words."""
    width = output_width()
    lines = [mark + visible(tried.text)]
    for name, value in _rows(tried):
        lines += wrapped(f"  {name}", value, width, _NAME_WIDTH)
    return "\n".join(lines)


def _rows(tried: TriedLine) -> Iterator[tuple[str, str]]:
    estimate = tried.estimate
    certainty = f"{wording.certainty(estimate)}, {estimate.probability:.0%}"
    yield "step", f"{int(estimate.step)}, {tried.step_name} ({certainty})"
    if not tried.understood:
        yield "words", "too few of them are known to judge the line; nothing is told of it"
    if tried.alone is not None:
        yield "words", _alone(tried)
    if tried.phrases:
        yield "phrases", "; ".join(f"“{p.words}”: {p.speaks_for}" for p in tried.phrases)
    if tried.examples:
        yield (
            "like",
            "; ".join(
                f"“{e.text}” ({e.kind} {e.of.replace('_', ' ')}, {e.likeness:.0%} alike)"
                for e in tried.examples
            ),
        )
    for kind, text in tried.questions:
        yield "question", f"{kind}: {text}"
    if tried.cues:
        yield "cues", ", ".join(cue.replace("_", " ") for cue in tried.cues)
    if tried.goals:
        yield "goals met", "; ".join(tried.goals)
    if tried.card is not None:
        yield "card", f"{tried.card.text} ({tried.card.because})"
    elif tried.shown is not None:
        yield "card", f"stays: {tried.shown.text}"
    else:
        yield "card", "none yet"


def _alone(tried: TriedLine) -> str:
    alone = tried.alone
    assert alone is not None
    told = f"alone speak for step {int(alone.step)} ({alone.distribution[alone.step - 1]:.0%})"
    told += f" over step {int(alone.runner_up)}"
    if alone.reasons:
        told += ": " + ", ".join(_strength(reason) for reason in alone.reasons)
    else:
        told += ", though nothing in it decides"
    if alone.against:
        told += "; against it: " + ", ".join(_strength(reason) for reason in alone.against)
    if alone.step is not tried.estimate.step:
        told += f"; what was said before keeps step {int(tried.estimate.step)}"
    return told


def _strength(reason: Reason) -> str:
    size = abs(reason.weight)
    much = "much" if size >= _MUCH else "clearly" if size >= _CLEARLY else "a little"
    quoted = reason.words if reason.source == "rap" else f"“{reason.words}”"
    return f"{quoted} ({much})"


def changes(before: TriedLine, now: TriedLine) -> list[str]:
    """What is otherwise about a line since the rap was changed; empty where nothing is."""
    found = []
    if before.estimate.step is not now.estimate.step:
        found.append(f"step {int(before.estimate.step)} -> {int(now.estimate.step)}")
    old, new = wording.certainty(before.estimate), wording.certainty(now.estimate)
    if old != new:
        found.append(f"{old} -> {new}")
    if before.alone is not None and now.alone is not None:
        was, is_now = before.alone, now.alone
        chance = was.distribution[was.step - 1], is_now.distribution[is_now.step - 1]
        if was.step is not is_now.step or abs(chance[0] - chance[1]) >= 0.05:
            found.append(
                f"its words alone: step {int(was.step)} {chance[0]:.0%} -> "
                f"step {int(is_now.step)} {chance[1]:.0%}"
            )
    found += _set_changes("cue", before.cues, now.cues)
    found += _set_changes("goal", before.goals, now.goals)
    found += _set_changes("phrase", *([p.words for p in t.phrases] for t in (before, now)))
    found += _set_changes(
        "question", *([f"{k}: {q}" for k, q in t.questions] for t in (before, now))
    )
    cards = ["none" if t.shown is None else t.shown.text for t in (before, now)]
    if cards[0] != cards[1]:
        found.append(f"card: {cards[0]} -> {cards[1]}")
    return found


def as_changed(new: Sequence[str]) -> str:
    """What is otherwise about a line, below the rest of it."""
    return "\n".join(wrapped("  changed", "; ".join(new), output_width(), _NAME_WIDTH))


def _set_changes(what: str, before: Sequence[str], now: Sequence[str]) -> list[str]:
    new = [f"{what} + {text}" for text in dict.fromkeys(now) if text not in before]
    return new + [f"{what} - {text}" for text in dict.fromkeys(before) if text not in now]
