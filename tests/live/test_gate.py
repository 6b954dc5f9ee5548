"""The gate as plain lines: only a clear answer opens the microphone."""

from __future__ import annotations

import io

import pytest

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.live.gate import GateAnswer, PromptsOnly, Quit, ask_gate_plain
from tests.fakes.board import OUTLINE


def _ask(typed: str, skip_preparation: bool = True) -> tuple[GateAnswer, str]:
    out = io.StringIO()
    return ask_gate_plain(OUTLINE, io.StringIO(typed), out, skip_preparation), out.getvalue()


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("1\n", ConsentHow.SPOKEN),
        ("2\n", ConsentHow.WRITTEN),
        (" Earlier \n", ConsentHow.EARLIER),
        ("yes\n\n6\n1\n", ConsentHow.SPOKEN),
    ],
)
def test_gate_records_how_and_when(typed: str, how: ConsentHow) -> None:
    answer, _ = _ask(typed)
    assert isinstance(answer, Consent)
    assert answer.how is how
    assert answer.at.tzinfo is not None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4\n", PromptsOnly()),
        ("no\n", PromptsOnly()),
        ("5\n", Quit()),
        ("", Quit()),
        ("y\n", Quit()),
    ],
)
def test_gate_anything_else_opens_nothing(typed: str, expected: GateAnswer) -> None:
    assert _ask(typed)[0] == expected


def test_gate_shows_preparation_first_and_the_script() -> None:
    answer, text = _ask("\n4\n", skip_preparation=False)
    assert answer == PromptsOnly()
    assert text.index(OUTLINE.preparation[0]) < text.index(OUTLINE.consent_script[0])


def test_gate_preparation_can_be_skipped_and_left() -> None:
    assert OUTLINE.preparation[0] not in _ask("4\n")[1]
    assert _ask("", skip_preparation=False)[0] == Quit()


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("1\n1\n", ConsentScope.SUMMARY),
        ("2\n2\n", ConsentScope.HELP),
        ("1\nyes\n\n help \n", ConsentScope.HELP),
    ],
)
def test_gate_asks_what_they_agreed_to_where_something_could_be_kept(
    typed: str, scope: ConsentScope
) -> None:
    out = io.StringIO()
    answer = ask_gate_plain(OUTLINE, io.StringIO(typed), out, True, ask_scope=True)
    assert isinstance(answer, Consent)
    assert answer.scope is scope
    assert "nothing can be saved" in out.getvalue()


def test_gate_without_an_answer_about_the_scope_nothing_opens() -> None:
    answer = ask_gate_plain(OUTLINE, io.StringIO("1\n"), io.StringIO(), True, ask_scope=True)
    assert answer == Quit()


def test_gate_without_a_question_about_the_scope_there_is_none_to_answer() -> None:
    assert "What did they agree to" not in _ask("1\n")[1]
