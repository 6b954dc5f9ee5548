"""Small labelled calls to tune on: each has steps, a run of closed questions, and a hand."""

from __future__ import annotations

from pathlib import Path

from companion.settings import CallSettings
from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledCall
from companion.trainer.tune import Task
from companion.trainer.tune_split import split_calls
from tests.understanding.calls import shipped_rap

_HEAD = "setting: a test\ndate: 2026-05-04\nhand: {hand}\n---\n"
_LINES = """\
1 | Hi {who}, [c is now still a good time?] | consent_asked
1 | I am talking with everyone on the floor about how things are going. | agenda
2 | [o What has the week been like for you, {who}?]
2 | So the schedule changes every Friday and nobody asks you. | reflection
2 | [c Do they tell you why?]
2 | [c Is it always like that?]
2 | [c Did you say something?]
3 | My own story is that I had two jobs and no weekend for a year. | own_story
3 | [o Who do you think could change that?]
4 | Last spring the night shift wrote a letter and the manager gave in. | success_example
5 | [c Will you come to the meeting on Thursday at six, {who}?] | hard_ask, next_step_stated
5 | Great, thank you {who}, I will text you the address. | thanks_close
"""
NAMES = ("ann", "bob", "cyd", "dee", "eli", "fay", "gus")


def call_text(name: str, hand: str) -> str:
    """The text of one call."""
    return _HEAD.format(hand=hand) + _LINES.replace("{who}", name.title())


def tuned_calls() -> list[LabelledCall]:
    """Seven calls by seven hands."""
    return [parse_call(call_text(name, name[0].upper()), name, name) for name in NAMES]


def folder_of_calls(folder: Path) -> Path:
    """The same calls as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        text = call_text(name, name[0].upper())
        (folder / f"{name}.call").write_text(text, encoding="utf-8")
    return folder


def small_task(*only: str, seed: int = 1, tolerance: float = 0.01) -> Task:
    """The shipped rap on these calls."""
    split = split_calls(tuned_calls(), seed=seed)
    return Task(shipped_rap(), CallSettings(), split, tolerance, seed, only)
