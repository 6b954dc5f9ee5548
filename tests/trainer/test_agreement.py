"""Two labellers side by side: kappa as others compute it, and what they differ in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.trainer.agreement import agreement, kappas
from companion.trainer.labelled import LabelledCall, LabelledUtterance, Span

TEXT = "So what is it like and do you like it?"


def _call(name: str, steps: list[int], kinds: list[str | None] | None = None) -> LabelledCall:
    said = []
    for i, step in enumerate(steps):
        kind = kinds[i] if kinds else None
        spans = (Span(3, 18, kind, TEXT[3:18]),) if kind else ()
        cues = ("reflection",) if step == 2 else ()
        said.append(LabelledUtterance(Utterance(i, i, i + 1, TEXT), Step(step), spans, (), cues))
    return LabelledCall(name, "", date(2026, 4, 14), tuple(said), None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_agreement_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    ones, others = zip(*pairs, strict=True)
    table = np.zeros((4, 4))
    for one, other in pairs:
        table[one, other] += 1
    ours = float(kappas(table.reshape(1, 16), 4)[0])
    if len(set(ones) | set(others)) < 2:
        assert np.isnan(ours), "where chance alone agrees there is nothing to tell"
    else:
        theirs = cohen_kappa_score(ones, others, labels=[0, 1, 2, 3])
        assert ours == pytest.approx(float(theirs), abs=1e-9)


def test_agreement_of_one_with_itself_is_whole() -> None:
    calls = [_call("a.AB", [1, 2, 2, 3], ["open", None, "closed", None]), _call("b.AB", [1, 4])]
    found = agreement(calls, [replace(c, call_id=c.call_id.replace("AB", "CD")) for c in calls])
    assert found.calls == ("a", "b")
    assert (found.steps_agreed.value, found.steps.value, found.questions.value) == (1, 1, 1)
    assert found.disputed == ()


def test_agreement_says_where_they_differ() -> None:
    ones = [_call("a", [1, 2, 3, 3], ["open", None, None, None])]
    others = [_call("a", [1, 3, 3, 3], ["closed", None, None, None])]
    found = agreement(ones, others)
    assert found.steps_agreed.value == 0.75
    assert found.disputed == (("a", 0, "questions"), ("a", 1, "step 2 or 3, reflection"))
    assert found.steps.value is not None
    assert found.steps.value < 0.75
    assert found.steps.low is None, "one call has no interval"


def test_agreement_a_boundary_moved_by_a_word_is_a_small_difference() -> None:
    one, other = _call("a", [1, 1, 1], ["open"] * 3), _call("a", [1, 1, 1], ["open"] * 3)
    moved = tuple(replace(u, questions=(Span(0, 18, "open", TEXT[:18]),)) for u in other.utterances)
    found = agreement([one], [replace(other, utterances=moved)])
    assert found.questions.value is not None
    assert 0.7 < found.questions.value < 1


def test_agreement_needs_the_same_calls_and_the_same_words() -> None:
    with pytest.raises(InputError, match="no call in common"):
        agreement([_call("a", [1])], [_call("b", [1])])
    one = _call("a", [1])
    said = replace(one.utterances[0], utterance=Utterance(0, 0, 1, "Something else."))
    with pytest.raises(InputError, match="do not hold the same words"):
        agreement([one], [replace(one, utterances=(said,))])
