"""The forward filter over steps: forward-leaning, able to go back, obedient to the organizer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.dialogue import Step, StepEstimate
from companion.understanding.rap import Tracking
from companion.understanding.rap_limits import StepWeights
from companion.understanding.step_belief import NO_EVIDENCE, PerStep
from companion.understanding.step_judges import PhraseJudge
from companion.understanding.step_models import UtteranceFeatures
from companion.understanding.steps import StepTracker, leaning
from tests.understanding.calls import shipped_rap

PACES_S = [100.0] * 5


class ByWord:
    """A step model for tests: the word 'plan' speaks for step 4, and so on."""

    WORDS = ("space", "moves", "connect", "plan", "ask")

    def log_likelihoods(self, features: UtteranceFeatures) -> PerStep:
        v = [3.0 * (word in features.words) for word in self.WORDS]
        return v[0], v[1], v[2], v[3], v[4]


@pytest.fixture
def tracker() -> StepTracker:
    return StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)


def hear(tracker: StepTracker, *texts: str, at_s: float = 0.0) -> StepEstimate:
    for text in texts:
        estimate = tracker.hear(UtteranceFeatures(at_s, tuple(text.split())))
    return estimate


def test_steps_start_with_the_first_and_are_not_sure(tracker: StepTracker) -> None:
    assert tracker.estimate.step is Step.MAKE_SPACE
    assert not tracker.estimate.sure


def test_steps_go_forward_with_evidence_and_become_sure(tracker: StepTracker) -> None:
    hear(tracker, "space", "space", "moves", "moves", "moves")
    assert tracker.estimate.step is Step.WHAT_MOVES_YOU
    assert tracker.estimate.sure


def test_steps_can_go_back(tracker: StepTracker) -> None:
    assert hear(tracker, "moves", "moves", "plan", "plan", "plan").step is Step.PLAN
    assert hear(tracker, "moves", "moves", "moves").step is Step.WHAT_MOVES_YOU


def test_steps_contradicting_words_make_it_unsure(tracker: StepTracker) -> None:
    hear(tracker, "moves", "moves", "moves")
    assert not hear(tracker, "connect").sure


def test_steps_time_beyond_the_pace_leans_forward() -> None:
    early = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)
    late = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)
    hear(early, "space", "hm", at_s=10.0)
    hear(late, "space", "hm", at_s=390.0)
    forward = Step.WHAT_MOVES_YOU - 1
    assert late.estimate.distribution[forward] > early.estimate.distribution[forward]


def test_steps_pin_holds_and_lets_go(tracker: StepTracker) -> None:
    tracker.pin(Step.CONNECT)
    estimate = hear(tracker, "ask", "ask", "ask")
    assert (estimate.step, estimate.pinned, estimate.sure) == (Step.CONNECT, True, True)
    tracker.pin(None)
    assert not tracker.estimate.pinned
    assert hear(tracker, "ask", "ask").step is Step.ASK


def test_steps_correction_is_obeyed_at_once_and_followed_from_there(tracker: StepTracker) -> None:
    hear(tracker, "plan", "plan", "plan")
    estimate = tracker.correct(Step.CONNECT)
    assert (estimate.step, estimate.pinned, estimate.sure) == (Step.CONNECT, False, True)
    assert hear(tracker, "plan", "plan", "plan").step is Step.PLAN


def test_steps_correction_is_learned_from_for_the_rest_of_the_call() -> None:
    taught = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)
    untaught = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)
    for tracker in (taught, untaught):
        hear(tracker, "moves the forklift", "moves the forklift", "moves the forklift")
    taught.correct(Step.CONNECT)
    untaught.pin(Step.CONNECT)
    untaught.pin(None)
    for tracker in (taught, untaught):
        hear(tracker, "moves", "moves")
    about_it = "the forklift again"
    connect = Step.CONNECT - 1
    assert (
        hear(taught, about_it).distribution[connect]
        > hear(untaught, about_it).distribution[connect]
    )


ACTIONS = st.one_of(
    st.sampled_from([*ByWord.WORDS, "hm", ""]),
    st.sampled_from(list(Step)),
    st.tuples(st.just("pin"), st.sampled_from([None, *Step])),
)


@given(st.lists(ACTIONS, max_size=60))
def test_steps_stay_a_distribution_whatever_happens(actions: list[object]) -> None:
    tracker = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), Tracking().sure)
    pinned: Step | None = None
    for i, action in enumerate(actions):
        if isinstance(action, Step):
            assert tracker.correct(action).step is action
            pinned = action if pinned is not None else None
        elif isinstance(action, tuple):
            pinned = action[1]
            tracker.pin(pinned)
        else:
            tracker.hear(UtteranceFeatures(float(i * 20), tuple(str(action).split()), NO_EVIDENCE))
        estimate = tracker.estimate
        assert abs(sum(estimate.distribution) - 1) < 1e-9
        assert all(p >= 0 for p in estimate.distribution)
        assert estimate.probability == max(estimate.distribution)
        assert estimate.pinned is (pinned is not None)
        if pinned is not None:
            assert estimate.step is pinned


def test_steps_a_weight_of_the_rap_makes_its_step_readier() -> None:
    judge = PhraseJudge(ByWord(), Tracking(), PACES_S)
    leaning_on_plan = StepTracker(judge, 0.7, lean=(0.0, 0.0, 0.0, 2.0, 0.0))
    plain = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), 0.7)
    said = ("connect", "nothing", "plan")
    assert hear(leaning_on_plan, *said).distribution[3] > hear(plain, *said).distribution[3]


def test_steps_a_hold_keeps_the_step_that_is_on_longer() -> None:
    held = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), 0.7, hold=2.0)
    plain = StepTracker(PhraseJudge(ByWord(), Tracking(), PACES_S), 0.7)
    said = ("moves", "moves", "connect", "connect")
    assert hear(plain, *said).step is Step.CONNECT
    assert hear(held, *said).step is Step.WHAT_MOVES_YOU
    assert hear(held, "connect", "connect", "connect").step is Step.CONNECT


def test_steps_the_raps_weights_stand_in_the_order_of_the_steps() -> None:
    weights = StepWeights(make_space=0.1, what_moves_you=0.2, connect=0.3, plan=0.4, ask=0.5)
    rap = shipped_rap().model_copy(update={"tracking": Tracking(weights=weights)})
    assert leaning(rap) == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert leaning(shipped_rap()) == NO_EVIDENCE
