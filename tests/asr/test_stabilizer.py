from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.asr.stabilizer import Stabilizer, best_split
from companion.domain.metrics import scoring_words

texts = st.lists(st.sampled_from(["a", "b", "c", "D", "d.", "e?"]), max_size=8).map(" ".join)


def keeps_words(earlier: str, later: str) -> bool:
    """True where `later` begins with the words of `earlier` (case and punctuation aside)."""
    wanted = scoring_words(earlier)
    return scoring_words(later)[: len(wanted)] == wanted


@given(st.lists(texts, max_size=8), texts)
def test_stabilizer_never_takes_committed_words_back(partials: list[str], final: str) -> None:
    stabilizer = Stabilizer()
    committed = ""
    for text in partials:
        stable = stabilizer.partial(text)
        assert keeps_words(committed, stable.committed)
        committed = stable.committed
    assert keeps_words(committed, stabilizer.final(final))


@given(st.lists(texts, max_size=6), texts)
def test_stabilizer_final_that_agrees_is_taken_as_it_is(partials: list[str], final: str) -> None:
    stabilizer = Stabilizer()
    committed = ""
    for text in partials:
        committed = stabilizer.partial(text).committed
    if keeps_words(committed, final):
        assert stabilizer.final(final) == final


@given(texts)
def test_stabilizer_commits_everything_that_is_said_twice(text: str) -> None:
    stabilizer = Stabilizer()
    first = stabilizer.partial(text)
    assert (first.committed, first.tentative) == ("", text)
    second = stabilizer.partial(text)
    assert (second.committed, second.tentative) == (text, "")


@pytest.mark.parametrize(
    ("hypotheses", "committed", "tentative"),
    [
        (["we could meet"], "", "we could meet"),
        (["we could meet", "we could eat"], "we could", "eat"),
        (["we could", "we would", "we would meet"], "we would", "meet"),
        # The second hypothesis disagrees at the first word: nothing is certain yet.
        (["he could", "we could"], "", "we could"),
        # A later story about committed words does not change them; what follows is taken.
        (["a b", "a b", "x b c"], "a b", "c"),
        # A committed word that later vanishes does not repeat what follows it.
        (["the union hall", "the union hall", "union hall tonight"], "the union hall", "tonight"),
        (["a b c", "a b c", "a"], "a b c", ""),
        ([], "", ""),
        (["", ""], "", ""),
    ],
)
def test_stabilizer_splits_hypotheses(
    hypotheses: list[str], committed: str, tentative: str
) -> None:
    stabilizer = Stabilizer()
    stable = stabilizer.partial("")
    for text in hypotheses:
        stable = stabilizer.partial(text)
    assert (stable.committed, stable.tentative) == (committed, tentative)


def test_stabilizer_final_sets_case_and_punctuation_of_committed_words() -> None:
    stabilizer = Stabilizer()
    stabilizer.partial("do you like it")
    stabilizer.partial("do you like it")
    assert stabilizer.final("Do you like it?") == "Do you like it?"


def test_stabilizer_without_commit_keeps_everything_tentative() -> None:
    stabilizer = Stabilizer()
    stabilizer.partial("thank you")
    stable = stabilizer.partial("thank you", commit=False)
    assert (stable.committed, stable.tentative) == ("", "thank you")
    assert stabilizer.final("") == ""


def test_stabilizer_begin_starts_afresh_or_from_committed_words() -> None:
    stabilizer = Stabilizer()
    stabilizer.partial("a b")
    stabilizer.partial("a b")
    stabilizer.begin()
    assert stabilizer.final("c") == "c"
    stabilizer.begin("a b")
    assert stabilizer.partial("x b c").committed == "a b"


def test_stabilizer_stable_does_not_show_its_words() -> None:
    assert "secret" not in repr(Stabilizer().partial("secret"))


@given(texts, texts)
def test_stabilizer_best_split_of_a_prefix_is_its_length(prefix: str, rest: str) -> None:
    words = prefix.split() + rest.split()
    assert best_split(prefix.split(), words) == len(prefix.split())
