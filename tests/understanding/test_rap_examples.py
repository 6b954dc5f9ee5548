"""Examples teach: none stands twice, none in two steps, none hardly differs from another."""

from __future__ import annotations

import pytest

from companion.understanding.rap_examples import Example, example_problems


def found(kind: str, *examples: tuple[str, str]) -> list[str]:
    placed = [Example(("list", i), of, text) for i, (of, text) in enumerate(examples)]
    return [f"{path[-1]}: {problem}" for path, problem in example_problems(placed, kind)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("How long has it been?", "how long has it been", "is also example 1 of 'connect'"),
        (
            "So who signs off on the new schedule up there?",
            "Who signs off on the new schedule out there?",
            "hardly differs from example 1",
        ),
        (
            "Who signs off on the new schedule up there?",
            "Who really signs off on the whole new schedule up there?",
            "hardly differs from example 1",
        ),
        ("What would you fix?", "What would you change?", None),
        ("Who signs off on the schedule?", "Who wrote that rule about the schedule?", None),
    ],
)
def test_rap_examples_of_one_step_differ(one: str, other: str, reason: str | None) -> None:
    problems = found("step", ("connect", one), ("connect", other))
    assert len(problems) == (0 if reason is None else 1)
    assert all(p.startswith("1: ") and reason is not None and reason in p for p in problems)


def test_rap_examples_in_two_steps_contradict_each_other() -> None:
    (problem,) = found("step", ("plan", "What gives you hope?"), ("ask", "What gives you hope?"))
    assert problem.startswith("1: is also an example of the step 'plan'; ")


def test_rap_examples_may_show_two_cues_at_once() -> None:
    assert (
        found("cue", ("agenda", "No names, I just ask."), ("reflection", "no names i just ask"))
        == []
    )


def test_rap_examples_need_words() -> None:
    assert found("cue", ("agenda", "...!")) == [
        "0: has no words; write a sentence as an organizer says it"
    ]
