"""What an invented call would hardly hold is noticed, and never quoted."""

from __future__ import annotations

import pytest

from companion.domain.speech import Utterance
from companion.trainer.role_play import suspicions


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write me at rosa.lee@gmail.com please", "an e-mail address outside of example.org"),
        ("it's 312 867 5309, any time", "a telephone number without 555"),
        ("(312) 867-5309", "a telephone number without 555"),
        ("my member number is 4539 1488 0343 6467", "a long number, such as of an account"),
    ],
)
def test_role_play_what_could_be_real_is_noticed(text: str, what: str) -> None:
    (found,) = suspicions([Utterance(7, 0, 1, text)])
    assert (found.utterance_i, found.what) == (7, what)


@pytest.mark.parametrize(
    "text",
    [
        "write me at rosa@example.org",
        "call 312 555 0143 after four",
        "Tuesday the 14th at 6:30, room 2104",
        "we were 120 people in 2019 and 95 in 2024",
        "",
    ],
)
def test_role_play_what_is_invented_passes(text: str) -> None:
    assert suspicions([Utterance(0, 0, 1, text)]) == []
