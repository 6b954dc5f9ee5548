"""Learning for one rap: the same bytes on one core and on two, a card, files that are whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from companion import locations
from companion.errors import InputError, ModelError
from companion.trainer import kept_learning
from companion.trainer.call_form import parse_call
from companion.trainer.corpus_folder import Corpus, check_corpus, read_corpus, shipped_corpus
from companion.trainer.kept_learning import kept_learning as kept
from companion.trainer.kept_learning import remove_learned, write_learned
from companion.trainer.labelled import LabelledCall
from companion.trainer.learning import Learned, Progress, learn
from companion.trainer.learning_run import Training, train_into
from companion.trainer.model_card import settings_of
from companion.understanding.rap import find_rap
from tests.trainer.calls import tiny_calls

TODAY = date(2026, 11, 22)
ANSWERS = ("yes", "no", "maybe", "not_asked")


def answered(calls: list[LabelledCall]) -> list[LabelledCall]:
    """The calls with each of the four answers in some of them, and a hand for each."""
    told = []
    for number, call in enumerate(calls):
        assert call.truth is not None
        truth = replace(call.truth, commitment=ANSWERS[number % 4])
        told.append(replace(call, truth=truth, hand="PQRSTU"[number % 6]))
    return told


def corpus_of(calls: list[LabelledCall]) -> Corpus:
    """A corpus large enough to be learned from: each call says its lines three times."""
    longer = tuple(replace(c, utterances=c.utterances * 3) for c in calls)
    return Corpus(("role-plays",), longer)


@pytest.fixture(scope="module")
def alone() -> tuple[Learned, list[Progress]]:
    told: list[Progress] = []
    calls = answered(tiny_calls())
    return learn(calls, (), find_rap("one-on-one.en"), processes=1, report=told.append), told


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("learned") / "our-rap.learned"
    corpus = corpus_of(answered(tiny_calls()))
    rap = find_rap("one-on-one.en")
    return train_into(folder, rap, "our-rap", corpus, "ours; CC0", TODAY, processes=1)


def test_learning_two_processes_learn_the_same_bytes_as_one(
    alone: tuple[Learned, list[Progress]],
) -> None:
    calls = answered(tiny_calls())
    together = learn(calls, (), find_rap("one-on-one.en"), processes=2)
    assert together.understanding == alone[0].understanding
    assert together.questions == alone[0].questions
    assert together.answers == alone[0].answers
    assert together.held_out == alone[0].held_out


def test_learning_tells_how_far_it_is(alone: tuple[Learned, list[Progress]]) -> None:
    told = alone[1]
    assert [p.done for p in told] == list(range(told[0].parts + 1))
    assert told[0].left_s is None
    assert told[-1].left_s == pytest.approx(0.0)


def test_learning_answers_need_each_answer_in_some_call() -> None:
    learned = learn(tiny_calls(), (), find_rap("one-on-one.en"), processes=1)
    assert learned.answers is None
    assert learned.questions is not None


def test_learning_held_out_hands_are_measured_one_by_one(
    alone: tuple[Learned, list[Progress]],
) -> None:
    trial = alone[0].held_out
    assert trial.by_hand
    assert [h.hand for h in trial.hands] == list("PQRSTU")
    assert sum(h.utterances for h in trial.hands) == sum(len(c.utterances) for c in tiny_calls())
    assert trial.accuracy.count == 2 * sum(h.utterances for h in trial.hands)
    assert trial.accuracy.low is not None


def test_learning_run_the_files_are_those_of_the_card(training: Training) -> None:
    card = json.loads((training.folder / kept_learning.CARD).read_text("utf-8"))
    assert sorted(card["files"]) == ["answers.en.npz", "questions.en.npz", "understanding.en.npz"]
    for name, sha in card["files"].items():
        assert hashlib.sha256((training.folder / name).read_bytes()).hexdigest() == sha
    assert card["data"]["calls"] == 12
    assert card["data"]["origin"] == "ours; CC0"
    assert card["rap"]["sha256"] == find_rap("one-on-one.en").sha256
    assert set(card["versions"]) >= {"python", "numpy", "scikit-learn", "companion"}


def test_learning_run_the_card_tells_people_the_same(training: Training) -> None:
    text = (training.folder / kept_learning.CARD_TEXT).read_text("utf-8")
    for part in ("ours; CC0", "| P | 2 |", "## Limits", "Never learn from real calls", "Seeds"):
        assert part in text
    assert "walrus" not in text, "the card holds no word of a call"


def test_learning_run_again_gives_the_same_bytes(training: Training, tmp_path: Path) -> None:
    corpus = corpus_of(answered(tiny_calls()))
    rap = find_rap("one-on-one.en")
    again = train_into(tmp_path / "x", rap, "our-rap", corpus, "ours; CC0", TODAY, processes=1)
    for path in sorted(training.folder.iterdir()):
        assert (again.folder / path.name).read_bytes() == path.read_bytes(), path.name


def test_learning_run_interrupted_leaves_what_there_was(tmp_path: Path) -> None:
    folder = tmp_path / "our-rap.learned"
    write_learned(folder, {"understanding.en.npz": b"old"}, "{}", "# old")

    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_into(
            folder, find_rap("one-on-one.en"), "our-rap", corpus_of(answered(tiny_calls())), "o",
            TODAY, processes=1, report=stop,
        )  # fmt: skip
    assert (folder / "understanding.en.npz").read_bytes() == b"old"
    assert len(list(folder.iterdir())) == 3


def test_kept_learning_is_listed_replaced_and_removed() -> None:
    folder = locations.learned_folder("our-rap")
    sha = hashlib.sha256(b"a").hexdigest()
    card = json.dumps({"files": {"understanding.en.npz": sha}})
    write_learned(folder, {"understanding.en.npz": b"a", "answers.en.npz": b"b"}, card, "")
    write_learned(folder, {"understanding.en.npz": b"a"}, card, "")
    assert not (folder / "answers.en.npz").exists(), "of an earlier training"
    assert [(k.name, k.whole) for k in kept()] == [("our-rap", True)]
    (folder / "understanding.en.npz").write_bytes(b"half")
    assert not kept()[0].whole
    (folder / "notes.txt").write_text("mine")
    assert remove_learned("our-rap")
    assert [p.name for p in folder.iterdir()] == ["notes.txt"], "somebody else's file stays"
    assert not remove_learned("another")


def test_kept_learning_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        write_learned(tmp_path / "file" / "x", {}, "", "")


HEAD = "setting: a\ndate: 2026-03-02\n---\n"


def in_folder(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / f"{name}.call").write_text(HEAD + text, encoding="utf-8")
    return folder


def test_corpus_three_lines_are_too_few(tmp_path: Path) -> None:
    corpus = read_corpus(in_folder(tmp_path / "mine", a="1 | One.\n2 | Two.\n3 | Three.\n"))
    with pytest.raises(
        InputError, match=r"mine: holds one call with 3 lines; .* at least 10 calls"
    ):
        check_corpus(corpus)


def test_corpus_a_wrong_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "mine", a="1 | One.\n", b="1 | One.\n7 | Seven.\n")
    with pytest.raises(InputError, match=r"b\.call, line 5"):
        read_corpus(folder)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_corpus_a_folder_that_is_missing_or_empty_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=name):
        read_corpus(tmp_path / name)


def test_corpus_a_step_in_one_fold_only_cannot_be_learned() -> None:
    calls = corpus_of(tiny_calls()).calls
    without = tuple(
        replace(c, utterances=tuple(u for u in c.utterances * 2 if u.step != 4)) for c in calls
    )
    with pytest.raises(InputError, match="step 4 is in too few calls"):
        check_corpus(Corpus(("mine",), (calls[0], *without[1:])))


def test_corpus_a_call_is_learned_from_or_measured_on() -> None:
    corpus = corpus_of(tiny_calls())
    with pytest.raises(InputError, match="take it out of one of the two folders"):
        check_corpus(replace(corpus, validation=corpus.calls[:1]))
    with pytest.raises(InputError, match="two calls are called 'ann'"):
        check_corpus(replace(corpus, calls=(*corpus.calls, corpus.calls[0])))
    check_corpus(corpus)


def test_corpus_the_layout_of_the_shipped_one_is_read() -> None:
    shipped = shipped_corpus("en")
    assert len(shipped.calls) > 100
    assert shipped.loose
    assert shipped.validation
    check_corpus(shipped)
    with pytest.raises(InputError, match="--corpus"):
        shipped_corpus("xx")


def test_card_settings_of_a_single_call_are_left_out() -> None:
    texts = (
        "nurse at a ward, phone, good, yes",
        "baker, phone, poor, no",
        "clerk, video, good, no",
    )
    calls = [parse_call(f"setting: {t}\ndate: 2026-03-02\n---\n1 | Hi.\n", "a", "a") for t in texts]
    assert settings_of(calls) == (("good", 2), ("no", 2), ("phone", 2))
