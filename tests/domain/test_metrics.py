from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.metrics import (
    WordErrors,
    align_words,
    scoring_words,
    total_word_errors,
    word_errors,
)

words = st.lists(st.sampled_from("abcd"), max_size=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's going on, Mr. Hale?", "what's going on mister hale"),
        ("it’s a well-known fact", "it's a well known fact"),
        ("  'Quoted' words -- and dashes ", "quoted words and dashes"),
        ("café Ünal", "café ünal"),
        ("6 p.m.", "6 p m"),
        ("", ""),
        ("… — !", ""),
    ],
)
def test_metrics_scoring_words(text: str, expected: str) -> None:
    assert " ".join(scoring_words(text)) == expected


@pytest.mark.parametrize(
    ("reference", "hypothesis", "counts"),
    [
        ("a b c", "a b c", (0, 0, 0)),
        ("a b c", "a x c", (1, 0, 0)),
        ("a b c", "a c", (0, 1, 0)),
        ("a c", "a b c", (0, 0, 1)),
        ("a b c", "", (0, 3, 0)),
        ("", "a b", (0, 0, 2)),
        ("a b", "b a c", (1, 0, 1)),
        ("Do you?", "do YOU", (0, 0, 0)),
    ],
)
def test_metrics_word_errors_by_kind(
    reference: str, hypothesis: str, counts: tuple[int, int, int]
) -> None:
    errors = word_errors(reference, hypothesis)
    assert (errors.substitutions, errors.deletions, errors.insertions) == counts


@pytest.mark.parametrize(
    ("errors", "rate"),
    [
        (WordErrors(1, 1, 0, 4), 0.5),
        (WordErrors(0, 0, 3, 2), 1.5),
        (WordErrors(), 0.0),
        (WordErrors(insertions=2), 1.0),
    ],
)
def test_metrics_word_error_rate(errors: WordErrors, rate: float) -> None:
    assert errors.rate == pytest.approx(rate)


def test_metrics_total_weighs_by_words() -> None:
    total = total_word_errors([("a", "x"), ("a b c d e f g h i", "a b c d e f g h i")])
    assert total == WordErrors(substitutions=1, reference_words=10)
    assert total.rate == pytest.approx(0.1)


@given(words, words)
def test_metrics_counts_explain_the_lengths(reference: list[str], hypothesis: list[str]) -> None:
    errors = align_words(reference, hypothesis)
    assert len(hypothesis) == len(reference) + errors.insertions - errors.deletions
    assert errors.errors <= max(len(reference), len(hypothesis))
    assert (errors.errors == 0) == (reference == hypothesis)


@given(words, words)
def test_metrics_errors_are_the_same_both_ways(left: list[str], right: list[str]) -> None:
    there, back = align_words(left, right), align_words(right, left)
    assert there.errors == back.errors
