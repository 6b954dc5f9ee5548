"""The search: steady, resumed, honest about what it is worth."""

from __future__ import annotations

import sqlite3
import stat
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from optuna.storages import InMemoryStorage

from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.card_faults import card_faults
from companion.trainer.knobs import Knob, with_values
from companion.trainer.labelled import bare
from companion.trainer.played import play
from companion.trainer.rehearsal import COUNTS, Rehearsal
from companion.trainer.tune import Proposal, Task, propose, search
from companion.trainer.tune_figures import changes, faults, is_allowed
from companion.trainer.tune_page import as_page
from companion.trainer.tune_split import fingerprint, split_calls
from companion.trainer.tune_study import (
    AT_RANDOM,
    Outcome,
    TuneStudy,
    file_storage,
    open_study,
)
from tests.trainer.calls import tiny_calls
from tests.trainer.tuned_calls import NAMES, small_task, tuned_calls

KNOBS = (Knob("a", 0.0, 1.0, 0.05), Knob("b", -1.0, 1.0, 0.1))
NOW = {"a": 0.9, "b": 0.0}


def study_in(path: Path, signature: str = "one", *, anew: bool = False) -> TuneStudy:
    return open_study(file_storage(path), "ours", signature, KNOBS, NOW, 1, anew=anew)


def study_in_memory(seed: int = 1) -> TuneStudy:
    return open_study(InMemoryStorage(), "ours", "one", KNOBS, NOW, seed)


def bowl(values: Mapping[str, float]) -> Outcome:
    """Best at a = .3, b = .5; b above .8 loses too much."""
    score = (values["a"] - 0.3) ** 2 + (values["b"] - 0.5) ** 2
    return Outcome([[1.0] * len(COUNTS)], score, {"steps": values["b"] - 0.8})


def run_to(study: TuneStudy, trials: int) -> list[dict[str, float]]:
    while study.taken < trials:
        study.try_next(bowl)
    return [dict(t.values) for t in study.tried()]


def test_tune_study_tries_the_present_values_first_and_finds_better_ones() -> None:
    study = study_in_memory()
    tried = run_to(study, 40)
    assert tried[0] == NOW
    assert min(t.score for t in study.tried() if t.allowed) < bowl(NOW).score / 10
    assert len({tuple(t.items()) for t in tried}) > 30


def test_tune_study_the_same_seed_tries_the_same_interrupted_or_not(tmp_path: Path) -> None:
    whole = run_to(study_in_memory(), AT_RANDOM + 6)
    run_to(study_in(tmp_path / "b.sqlite"), AT_RANDOM + 2)

    def interrupted(values: Mapping[str, float]) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study_in(tmp_path / "b.sqlite").try_next(interrupted)
    again = study_in(tmp_path / "b.sqlite")
    assert len(again.tried()) == AT_RANDOM + 2, "what was interrupted does not count"
    assert run_to(again, AT_RANDOM + 6) == whole
    assert run_to(study_in_memory(seed=2), AT_RANDOM) != whole[:AT_RANDOM]


def test_tune_study_a_trial_of_a_killed_program_is_given_up(tmp_path: Path) -> None:
    study = study_in(tmp_path / "s.sqlite")
    study._study.ask()  # nobody will ever tell what came of it
    assert study.taken == 1
    study.give_up_lost()
    assert study.taken == 0
    assert run_to(study, 2)[0] == NOW


def test_tune_study_refuses_to_mix(tmp_path: Path) -> None:
    run_to(study_in(tmp_path / "s.sqlite"), 2)
    with pytest.raises(InputError, match="do not mix"):
        study_in(tmp_path / "s.sqlite", "another rap")
    assert study_in(tmp_path / "s.sqlite", "another rap", anew=True).tried() == []


def test_tune_study_its_file_is_private_and_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "tuning" / "s.sqlite"
    task = small_task("tracking.sure")
    study = open_study(file_storage(path), "r", task.signature(), task.knobs, task.values, 1)
    search(task, study, 1)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with sqlite3.connect(path) as opened:
        dumped = "\n".join(opened.iterdump()).lower()
    assert "tracking.sure" in dumped
    for word in ("schedule", "meeting", "night shift", *(f"'{name}" for name in NAMES)):
        assert word not in dumped


def test_tune_study_a_file_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_text("this is no study " * 100)
    with pytest.raises(InputError, match="cannot be kept"):
        study_in(path)


def test_tune_signature_knows_rap_calls_and_options() -> None:
    task = small_task()
    others = [
        replace(task, seed=2),
        replace(task, tolerance=0.02),
        replace(task, only=("timing",)),
        replace(task, settings=task.settings.model_copy(update={"card_cooldown_s": 5})),
        replace(task, split=replace(task.split, holdout=task.split.holdout[:-1])),
    ]
    rap = task.rap.model_copy()
    rap._sha256 = "another"
    others.append(replace(task, rap=rap))
    assert len({t.signature() for t in [task, *others]}) == len(others) + 1
    assert task.signature() == small_task().signature()


def test_tune_fingerprint_sees_words_and_labels() -> None:
    call = tuned_calls()[0]
    first = call.utterances[0]
    other_step = replace(call, utterances=(replace(first, step=Step.ASK), *call.utterances[1:]))
    other_word = replace(
        call,
        utterances=(
            replace(first, utterance=replace(first.utterance, text="Hi there.")),
            *call.utterances[1:],
        ),
    )
    assert len({fingerprint([c]) for c in (call, other_step, other_word, bare(call))}) == 4


def test_tune_split_keeps_a_hand_together_and_a_third_for_the_end() -> None:
    calls = [replace(c, hand="xyz"[i % 3]) for i, c in enumerate(tiny_calls())]
    split = split_calls(calls)
    assert not {c.hand for c in split.search} & {c.hand for c in split.holdout}
    for hand in {c.hand for c in split.search}:
        folds = {f for c, f in zip(split.search, split.folds, strict=True) if c.hand == hand}
        assert len(folds) == 1
    assert split == split_calls(list(reversed(calls))) or {c.call_id for c in split.holdout} == {
        c.call_id for c in split_calls(list(reversed(calls))).holdout
    }
    unknown = split_calls([replace(c, hand="") for c in calls])
    assert len(unknown.holdout) == 4
    assert len(set(unknown.folds)) == 4


@pytest.mark.parametrize(
    ("calls", "holdout", "message"),
    [
        (3, 2, "at least 6 labelled calls"),
        (12, 0, "all calls are by one hand"),
        (1, 11, "only one call to tune on"),
    ],
)
def test_tune_split_says_what_is_missing(calls: int, holdout: int, message: str) -> None:
    there = tiny_calls()
    with pytest.raises(InputError, match=message):
        split_calls(there[:calls], there[12 - holdout :] if holdout else [])


def test_tune_split_leaves_one_of_two_hands_for_the_end() -> None:
    calls = [replace(c, hand="x" if i < 4 else "y") for i, c in enumerate(tiny_calls())]
    split = split_calls(calls)
    assert {c.hand for c in split.holdout} == {"x"}
    assert {c.hand for c in split.search} == {"y"}
    assert len(set(split.folds)) == 4


def test_tune_split_makes_folds_of_one_hand_where_others_are_left_for_the_end() -> None:
    calls = [replace(c, hand="x" if i < 4 else "y") for i, c in enumerate(tiny_calls())]
    split = split_calls(calls[4:], calls[:4])
    assert len(split.holdout) == 4
    assert len(set(split.folds)) == 4


def test_tune_split_refuses_a_call_in_both_places() -> None:
    calls = tuned_calls()
    with pytest.raises(InputError, match="in one place only"):
        split_calls(calls, calls[:1])


def test_tune_rehearsal_counts_what_a_plain_play_shows() -> None:
    task = small_task()
    rehearsal = Rehearsal(task.split.search, task.rap, task.settings)
    first, again = rehearsal.count(task.values), rehearsal.count(task.values)
    assert first == again
    for call, counts in zip(task.split.search, first, strict=True):
        told = dict(zip(COUNTS, counts, strict=True))
        played = [play(form, task.rap, task.settings) for form in (call, bare(call))]
        wrong = [card_faults(p, task.rap.timing.closed_run) for p in played]
        assert told["false_nudges"] == sum(f.false_nudge for own in wrong for f in own)
        assert told["wrong_cards"] == sum(not f.false_nudge for own in wrong for f in own)
        right = sum(t is g for p in played for t, g in zip(p.truth, p.guesses, strict=True))
        assert told["steps_right"] == right
        assert told["lines"] == 2 * len(call.utterances)
        assert told["runs"] == 2, "three closed questions in a row, in both forms"


def test_tune_rehearsal_values_change_what_is_played() -> None:
    task = small_task()
    rehearsal = Rehearsal(task.split.search, task.rap, task.settings)
    usual = rehearsal.count(task.values)
    deaf = rehearsal.count({**task.values, "timing.question_from": 0.999})
    at = COUNTS.index("closed_right")
    assert sum(row[at] for row in deaf) < sum(row[at] for row in usual)


def rows(*calls: tuple[float, ...]) -> list[list[float]]:
    """Counts of calls: false nudges, wrong cards, steps right of ten; the rest is perfect."""
    return [[1.0, n, w, right, 10, 4, 0, 0, 2, 2, 1, 1] for n, w, right in calls]


def test_tune_figures_faults_are_those_of_ten_minutes() -> None:
    assert faults(rows((1, 2, 9), (0, 1, 10))) == 2.0


def test_tune_figures_a_loss_beyond_the_tolerance_is_not_allowed() -> None:
    before = rows((1, 1, 9), (1, 1, 9))
    assert is_allowed(before, rows((0, 0, 9), (0, 0, 9)), 0.0)
    assert not is_allowed(before, rows((0, 0, 9), (0, 0, 8)), 0.01)
    assert is_allowed(before, rows((0, 0, 9), (0, 0, 8)), 0.05)


def test_tune_figures_the_difference_is_paired() -> None:
    """Calls differ much, and the gain is the same in each: it can be told all the same."""
    before = rows(*((float(3 * n), 1.0, 9) for n in range(12)))
    after = rows(*((float(3 * n), 0.0, 9) for n in range(12)))
    change = changes(before, after)[0]
    assert change.grown.value == pytest.approx(-1.0)
    assert change.is_told
    assert change.before.low is not None
    assert change.after.high is not None
    assert change.before.low < change.after.high, "the two intervals alone would not tell it"


@pytest.fixture(scope="module")
def silly() -> tuple[Task, Proposal]:
    """A rap that is made worse on purpose: it is sure of a step far too early."""
    task = small_task("tracking.sure", "tracking.weights.plan")
    rap = with_values(task.rap, {"tracking.sure": 0.6})
    lively = CallSettings(card_cooldown_s=0, nudge_cooldown_s=0, card_speech_s=0)
    task = replace(task, rap=rap, settings=lively)
    study = open_study(InMemoryStorage(), "r", "s", task.knobs, task.values, 1)
    rehearsal = search(task, study, 16)
    return task, propose(task, study.tried(), rehearsal)


def test_tune_finds_what_was_made_worse_on_purpose(silly: tuple[Task, Proposal]) -> None:
    _, proposal = silly
    assert proposal.baseline > 0
    assert proposal.best < proposal.baseline
    assert set(proposal.changed) == {"tracking.sure"}, "the other value changes nothing"
    assert proposal.changed["tracking.sure"] > 0.8
    assert len(proposal.tried) == 16


def test_tune_measures_on_calls_that_the_search_never_saw(silly: tuple[Task, Proposal]) -> None:
    task, proposal = silly
    lines = 2 * sum(len(c.utterances) for c in task.split.holdout)
    right = next(c for c in proposal.holdout if c.name == "steps.accuracy")
    assert right.before.count == right.after.count == lines


def test_tune_the_page_needs_nothing_but_itself(silly: tuple[Task, Proposal]) -> None:
    task, proposal = silly
    page = as_page(proposal, "--- a\n+++ b\n", task.knobs, "our <rap>")
    assert proposal.verdict in page
    assert "our &lt;rap&gt;" in page
    assert page.count("<svg") >= 1 + len(task.knobs)
    for reference in ("http://", "https://", "<script", "src=", "url("):
        assert reference not in page
    assert "schedule" not in page.lower()


def test_tune_says_so_where_nothing_is_better() -> None:
    task = small_task("timing.card_patience_s")
    study = open_study(InMemoryStorage(), "r", "s", task.knobs, task.values, 1)
    rehearsal = search(task, study, 1)
    proposal = propose(task, study.tried(), rehearsal)
    assert not proposal.changed
    assert "stays as it is" in proposal.verdict
    assert not proposal.is_gain
