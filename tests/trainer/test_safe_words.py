"""What gets into the list of safe words, and what does not."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

from companion.trainer.call_form import parse_call
from companion.trainer.safe_words import (
    as_bytes,
    read_census,
    read_scowl,
    safe_words,
    words_of_calls,
)

CALL = """setting: made up
date: 2026-03-03
---
1 | So Dana says {PERSON:grace} came to the wharf with {PERSON:Ngozi}.
2 | The wharf is cold, and Ngozi is not.
"""


def listed(word: str, **change: object) -> str:
    """The line of a word, '' where it has none; the defaults are a small world."""
    world = {
        "scowl": {10: {"table", "brown", "hope"}, 35: {"gantry", "wharf", "fuller"}},
        "first_names": {"dana": 0.1, "hope": 0.03, "grace": 0.2},
        "family_names": {"brown": 0.6, "fuller": 0.05},
        "in_calls": Counter({"hope": 1, "shift": 2, "rare": 1}),
    }
    world.update(change)
    lines = safe_words(**world)  # type: ignore[arg-type]
    return next((line for line in lines if line.rstrip("?~+!") == word), "")


def test_safe_words_ordinary_words_are_plain() -> None:
    assert listed("table") == "table"
    assert listed("gantry") == "gantry"


def test_safe_words_words_of_two_calls_are_plain() -> None:
    assert listed("shift") == "shift"
    assert listed("rare") == ""


def test_safe_words_names_are_marked_by_what_they_mostly_are() -> None:
    assert listed("dana") == "dana!"
    assert listed("hope") == "hope~"
    assert listed("brown") == "brown+"


def test_safe_words_a_rare_word_that_is_a_family_name_is_left_out() -> None:
    assert listed("fuller") == ""
    assert listed("fuller", in_calls=Counter({"fuller": 3})) == "fuller+"


def test_safe_words_days_and_small_words_are_always_there() -> None:
    for word in ("thursday", "zoom", "i'm", "the"):
        assert listed(word) == word


def test_safe_words_of_calls_stand_outside_marks_and_in_lower_case() -> None:
    found = words_of_calls([parse_call(CALL, "a", "a.call")])
    assert found["wharf"] == 1
    assert found["cold"] == 1
    assert not {"grace", "ngozi", "dana"} & set(found)


def test_safe_words_read_their_sources(tmp_path: Path) -> None:
    (tmp_path / "english-words.35").write_text("wharf\nDana\ncafé\n", encoding="latin-1")
    (tmp_path / "english-proper-names.35").write_text("dana\n", encoding="latin-1")
    (tmp_path / "english-words.95").write_text("zyzzyva\n", encoding="latin-1")
    assert read_scowl(tmp_path) == {35: {"wharf", "café"}}
    census = tmp_path / "dist.all.last"
    census.write_text("SMITH 1.006 1.006 1\n\n", encoding="ascii")
    assert read_census(census) == {"smith": 1.006}


def test_safe_words_same_lines_make_the_same_bytes() -> None:
    assert as_bytes(["a", "b~"]) == as_bytes(["a", "b~"])
    assert gzip.decompress(as_bytes(["a", "b~"])) == b"a\nb~\n"
