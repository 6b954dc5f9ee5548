"""What a window shows, as plain values for its template and its script."""

from __future__ import annotations

from typing import Any

from companion.domain.dates import when_words
from companion.domain.dialogue import NextStep
from companion.domain.outline import Choice, RapOutline
from companion.live import wording
from companion.live.frame import SHAPES
from companion.web.live_view import Shown

WHO = (Choice("them", "They do it"), Choice("organizer", "I do it"), Choice("both", "Both of us"))
ANSWERS = (
    Choice("yes", "Yes"),
    Choice("maybe", "Not yet, or maybe"),
    Choice("no", "No"),
    Choice("not_asked", "Not asked"),
)


def values_of(shown: Shown, outline: RapOutline) -> dict[str, Any]:
    """Only strings, numbers, booleans, lists and dicts of such: it becomes JSON as it is."""
    frame, noted = shown.frame, shown.noted
    phase = frame.phase
    return {
        "version": shown.version,
        "shape": SHAPES[phase],
        "state": wording.phase_word(phase).capitalize(),
        "sentence": wording.phase_sentence(phase),
        "hears": not (phase.is_over or phase.name == "PROMPTS_ONLY"),
        "deaf": phase.is_deaf,
        "over": shown.over,
        "meter": frame.meter,
        "meter_word": _microphone(frame.meter, frame.meter_word, phase.is_deaf),
        "minutes": frame.call_minutes,
        "step": int(frame.step),
        "step_line": f"Step {int(frame.step)} of 5",
        "step_name": frame.step_name,
        "certainty": frame.certainty,
        "sure": frame.sure,
        "pinned": shown.pinned,
        "card": frame.card,
        "note": frame.card_note,
        "large": frame.large,
        "care": list(frame.care),
        "goals": [{"met": met, "text": text} for met, text in frame.goals],
        "figures": list(frame.figures),
        "timers": list(frame.timers),
        "troubles": [*frame.troubles, *([frame.gaps] if frame.gaps else [])],
        "quiet": shown.quiet,
        "blank": shown.blank,
        "transcript": shown.transcript,
        "words": list(frame.words),
        "committed": frame.committed,
        "tentative": frame.tentative,
        "issues": list(noted.issues),
        "issues_heard": list(noted.issues_heard),
        "realizations": list(noted.realizations),
        "answer": noted.answer,
        "fear": noted.fear,
        "next_step": _confirmed(noted.next_step, outline),
        "heard_step": _heard(noted.next_step, outline),
    }


def _microphone(meter: int | None, word: str, deaf: bool) -> str:
    if meter is not None:
        return f"your voice: {word}"
    return "nothing is heard" if deaf else "microphone closed"


def _confirmed(step: NextStep | None, outline: RapOutline) -> str:
    if step is None or not step.confirmed:
        return ""
    return f"Agreed, {wording.next_step(step, outline)}."


def _heard(step: NextStep | None, outline: RapOutline) -> dict[str, str] | None:
    """What was heard of a next step, to start the form from; never taken as agreed."""
    if step is None or step.confirmed:
        return None
    readings = " or ".join(when_words(option) for option in step.when_options)
    return {
        "who": step.who or "",
        "what": step.what or "",
        "when": (step.when or "").replace("T", " "),
        "words": f"Heard from you, {wording.next_step(step, outline)}."
        + (f" Did you mean {readings}?" if readings else ""),
    }
