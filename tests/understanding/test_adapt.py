"""A trainer's own examples are heard right at once, and nothing else is heard otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from companion.domain.dialogue import Step
from companion.understanding import adapt, ngrams
from companion.understanding.learned import LearnedModel
from companion.understanding.learned_parts import learned_for, new_example_count, unadapted
from companion.understanding.observe import Observer
from companion.understanding.rap import Rap, find_rap
from tests.fakes.own_raps import TEXT, changed, loaded, with_examples

# (step, an example of it, another way to say about the same)
TAUGHT = [
    ("make_space", "Your accent, is that the coast?", "Is that a coast accent I'm hearing?"),
    (
        "make_space",
        "My camera's off because my hair is a disaster, hope that's fine.",
        "I've got my camera off, my hair is a disaster today.",
    ),
    (
        "connect",
        "The bank that holds the note on the building, that's who signs.",
        "It's the bank holding the note on your building that signs.",
    ),
    (
        "connect",
        "Her office is on the sixth floor and she reads every invoice.",
        "She sits on the sixth floor and reads each invoice herself.",
    ),
    (
        "plan",
        "Picture forty of us carrying the same orange bucket into that lobby.",
        "Picture us all carrying an orange bucket into the lobby.",
    ),
    (
        "plan",
        "Every floor has its own captain, so no one has to knock alone.",
        "Each floor has a captain so nobody knocks alone.",
    ),
    (
        "ask",
        "Would you carry the bucket with your name on it?",
        "Would you carry a bucket with your own name on it?",
    ),
    (
        "ask",
        "Can I write you down as captain for the fourth floor?",
        "May I write you down as the captain for floor four?",
    ),
]
STEPS = ("make_space", "what_moves_you", "connect", "plan", "ask")


def taught() -> Rap:
    by_step = {step: [e for s, e, _ in TAUGHT if s == step] for step, _, _ in TAUGHT}
    return loaded(with_examples(by_step))


def alone(model: LearnedModel, rap: Rap, text: str) -> np.ndarray:
    """Probability of each step by the words of a line of which nothing is known before."""
    observer = Observer(rap)
    seen = observer.look(text, date(2026, 1, 5))
    dense = observer.dense(seen, model.weights.cues)
    return np.exp(model.score(seen.tokens, [()] * ngrams.BEFORE, dense).step)


def test_adapt_leaves_the_shipped_rap_as_it_was_trained() -> None:
    rap = find_rap("one-on-one.en")
    assert learned_for(rap) is unadapted(rap)
    assert new_example_count(rap) == 0


def test_adapt_leaves_a_copy_without_new_examples_alone() -> None:
    rap = loaded(changed({"closed_run: 3": "closed_run: 4"}))
    assert learned_for(rap) is unadapted(rap)


def test_adapt_does_not_unlearn_an_example_that_was_taken_out() -> None:
    rap = loaded(changed({'      - "Is that a rooster I hear?"\n': ""}))
    assert learned_for(rap) is unadapted(rap)


def test_adapt_hears_new_examples_and_their_like() -> None:
    rap = taught()
    before, after = unadapted(rap), learned_for(rap)
    assert before is not None
    assert after is not None
    assert new_example_count(rap) == len(TAUGHT)
    wrong_before = 0
    for step, example, variant in TAUGHT:
        right = STEPS.index(step)
        assert alone(after, rap, example).argmax() == right, example
        assert alone(after, rap, variant)[right] > alone(before, rap, variant)[right]
        wrong_before += int(alone(before, rap, example).argmax() != right)
    assert wrong_before > 0, "nothing was to be learned"
    heard = [alone(after, rap, v).argmax() == STEPS.index(s) for s, _, v in TAUGHT]
    assert sum(heard) >= len(TAUGHT) - 1


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("Is now still a good time to talk?", Step.MAKE_SPACE),
        ("What has been the hardest part of all this for you?", Step.WHAT_MOVES_YOU),
        ("Who decides about the schedule over there?", Step.CONNECT),
        ("They will try to scare people, so let's talk about what the boss will say.", Step.PLAN),
        ("Will you come to the meeting on Thursday at six?", Step.ASK),
    ],
)
def test_adapt_hears_ordinary_lines_as_before(line: str, step: Step) -> None:
    model = learned_for(taught())
    assert model is not None
    assert alone(model, taught(), line).argmax() == step - 1


def test_adapt_moves_words_that_are_said_everywhere_least() -> None:
    rap = taught()
    before, after = unadapted(rap), learned_for(rap)
    assert before is not None
    assert after is not None
    moved = np.abs(after.weights.step - before.weights.step).max(axis=0)
    vocabulary = before.weights.vocabulary
    assert 0 < moved[vocabulary["w:you"]] < moved[vocabulary["w:bucket"]]


def test_adapt_learns_cues() -> None:
    example = "I'd be over the moon if that chair had you in it on the ninth."
    text = TEXT
    at = text.index("  - name: hard_ask\n")
    at = text.index("    examples:\n", at) + len("    examples:\n")
    rap = loaded(text[:at] + f'      - "{example}"\n' + text[at:])
    before, after = unadapted(rap), learned_for(rap)
    assert before is not None
    assert after is not None
    k = before.weights.cues.index("hard_ask")
    observer = Observer(rap)
    seen = observer.look(example, date(2026, 1, 5))
    dense = observer.dense(seen, before.weights.cues)
    odds = [float(m.score(seen.tokens, [()] * 2, dense).cue[k]) for m in (before, after)]
    assert odds[0] < 0 < odds[1]
    others = [i for i in range(len(before.weights.cues)) if i != k]
    assert (after.weights.cue[others] == before.weights.cue[others]).all()
    assert (after.weights.step == before.weights.step).all()


def test_adapt_is_the_same_every_time() -> None:
    rap = taught()
    model = unadapted(rap)
    assert model is not None
    known = adapt.marks_of(find_rap("one-on-one.en"))
    one, two = (adapt.adapted(model, rap, known) for _ in range(2))
    assert (one.weights.step == two.weights.step).all()


def test_adapt_is_kept_for_the_next_call_and_made_anew_after_an_edit() -> None:
    rap = taught()
    assert learned_for(rap) is learned_for(taught())
    more = loaded(with_examples({"ask": ["Would you hold the other end of the banner?"]}))
    assert learned_for(more) is not learned_for(rap)


def test_adapt_takes_notes_of_an_artefact_at_their_word() -> None:
    rap = taught()
    model = unadapted(rap)
    assert model is not None
    knowing = LearnedModel(replace(model.weights, examples=adapt.marks_of(rap)))
    assert adapt.adapted(knowing, rap, adapt.marks_of(rap)) is knowing


def test_adapt_takes_evenly_spread_ones_of_very_many_examples() -> None:
    lines = [
        f"Line {a} about {b} and the {c} of it"
        for a in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
        for b in ("lamps", "doors", "keys", "carts", "gates", "bells", "ropes", "nails")
        for c in ("color", "weight", "sound", "smell", "price")
    ]
    rap = find_rap("one-on-one.en")
    parts = [part.model_copy(update={"examples": tuple(lines)}) for part in rap.steps[:1]]
    big = rap.model_copy(update={"steps": (*parts, *rap.steps[1:])})
    found = adapt.new_examples(big, adapt.marks_of(rap))
    assert len(found) <= adapt.MOST_EXAMPLES
    assert found[0].text == lines[0]
    assert lines.index(found[-1].text) > len(lines) - 3


def test_adapt_a_mark_tells_examples_apart_and_holds_no_words() -> None:
    one = adapt.TaughtExample("step", "plan", "The orange bucket")
    assert one.mark == adapt.TaughtExample("step", "plan", "the orange bucket!").mark
    assert one.mark != adapt.TaughtExample("step", "ask", "The orange bucket").mark
    assert one.mark != adapt.TaughtExample("cue", "plan", "The orange bucket").mark
    assert "bucket" not in repr(one)


def test_adapt_a_rap_of_another_language_without_an_artefact_uses_its_phrases() -> None:
    rap = find_rap("one-on-one.en").model_copy(update={"language": "xx"})
    assert learned_for(rap) is None
    assert new_example_count(rap) == 0
