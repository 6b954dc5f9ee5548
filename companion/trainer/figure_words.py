"""Figures in words for people who do not read their names: 'steps.3.recall' is 'step 3, found'."""

from __future__ import annotations

_WHOLE = {
    "steps.accuracy": "steps right",
    "steps.macro_f1": "steps, all five alike (F1)",
    "steps.sure_share": "lines at which it was sure",
    "steps.sure_accuracy": "right where it was sure",
    "steps.delay_median": "lines until a change was noticed",
    "steps.changes_noticed": "changes of step noticed",
    "steps.calibration_error": "certainty too high or too low",
    "steps.brier": "certainty off the truth (Brier)",
    "questions.kind_accuracy": "kinds of questions right",
    "cues.micro_f1": "cues together (F1)",
    "cues.macro_f1": "cues, all alike (F1)",
    "decision_maker.accuracy": "who decides, right",
    "commitment.accuracy": "the answer right",
    "next_step.who": "next step: who",
    "next_step.when": "next step: when",
    "next_step.what": "next step: what",
    "nudges.false_in_10_min": "false nudges in 10 minutes",
    "cards.wrong_step_in_10_min": "cards of a wrong step in 10 minutes",
    "cards.while_listening": "cards that moved while they spoke",
}
_MEASURES = {"precision": "right if shown", "recall": "found", "f1": "both (F1)"}


def figure_words(name: str) -> str:
    """A figure in words, at most some 40 columns; a name that is not known stays as it is."""
    if name in _WHOLE:
        return _WHOLE[name]
    thing, _, measure = name.rpartition(".")
    if measure not in _MEASURES:
        return name
    return f"{_thing(thing)}, {_MEASURES[measure]}"


def _thing(name: str) -> str:
    family, _, own = name.partition(".")
    if family == "steps":
        return "steps reached" if own == "reached" else f"step {own}"
    if family == "questions":
        return "questions" if own == "any" else f"{own} questions"
    if family == "cues":
        return f"cue {own}".replace("_", " ")
    return name
