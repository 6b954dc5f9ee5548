"""Numbers in a rap's text: changed where they stand, and nothing else."""

from __future__ import annotations

import pytest

from companion import locations
from companion.documents import parse_document
from companion.errors import RapError
from companion.trainer.knobs import knobs_of
from companion.trainer.rap_edit import as_diff, as_written, edited
from companion.understanding.rap import check_rap

SMALL = """# On top.
timing:
  closed_run: 3   # three in a row
  # patience
  card_patience_s: 120

tracking:   # following
  sure: 0.95
last: 1
"""


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        (SMALL, {"tracking.sure": 0.9}, SMALL.replace("0.95", "0.9")),
        (SMALL, {"timing.closed_run": 4}, SMALL.replace("run: 3", "run: 4")),
        (
            SMALL,
            {"timing.card_cooldown_s": 35},
            SMALL.replace("_s: 120\n", "_s: 120\n  card_cooldown_s: 35\n"),
        ),
        (
            SMALL,
            {"tracking.weights.plan": 0.2, "tracking.weights.ask": -0.1},
            SMALL.replace("0.95\n", "0.95\n  weights:\n    plan: 0.2\n    ask: -0.1\n"),
        ),
        ("a: 1\n", {"tracking.hold": 0.5}, "a: 1\ntracking:\n  hold: 0.5\n"),
        ("a: 1", {"tracking.hold": 0.5}, "a: 1\ntracking:\n  hold: 0.5\n"),
        ("t: {sure: 0.9, b: 2}\n", {"t.sure": 0.8}, "t: {sure: 0.8, b: 2}\n"),
        ("t: {sure: 0.9}\n", {"t.hold": 0.8}, "t: {sure: 0.9, hold: 0.8}\n"),
        ("t: {sure: 0.9}\n", {"t.w.plan": 1}, "t: {sure: 0.9, w: {plan: 1}}\n"),
        ("t:\n  sure: '0.9' # é\n", {"t.sure": 0.8}, "t:\n  sure: 0.8 # é\n"),
        (
            "t:\r\n  sure: 0.9\r\nu: é\r\n",
            {"t.hold": 1},
            "t:\r\n  sure: 0.9\r\n  hold: 1\r\nu: é\r\n",
        ),
        ("t:\n  sure:\nu: 1\n", {"t.sure": 0.8}, "t:\n  sure: 0.8\nu: 1\n"),
        ("t:\nu: 1\n", {"t.sure": 0.8}, "t:\n  sure: 0.8\nu: 1\n"),
        ("é: 'ö—ü'\nt:\n    sure: 1\n", {"t.hold": 2}, "é: 'ö—ü'\nt:\n    sure: 1\n    hold: 2\n"),
    ],
)
def test_rap_edit_changes_the_number_and_nothing_else(
    text: str, changes: dict[str, float], expected: str
) -> None:
    assert edited(text, changes, "a.yaml") == expected


@pytest.mark.parametrize("text", ["t:\n  sure: [1]\n", "t: [1, 2]\n", "t: |\n  words\n"])
def test_rap_edit_says_what_to_do_by_hand_where_it_cannot(text: str) -> None:
    with pytest.raises(RapError, match=r"set it to 0\.8 by hand"):
        edited(text, {"t.sure": 0.8}, "a.yaml")


def test_rap_edit_the_shipped_rap_takes_every_value_and_stays_valid() -> None:
    text = locations.shipped("configs", "raps", "one-on-one.en.yaml").read_text("utf-8")
    changes = {knob.key: knob.nearest(knob.low + knob.step) for knob in knobs_of(learned=True)}
    after = edited(text, changes, "one-on-one.en.yaml")
    rap = check_rap(parse_document(after.encode(), "changed"))
    assert rap.tracking.weights.plan == changes["tracking.weights.plan"]
    assert rap.timing.card_cooldown_s == changes["timing.card_cooldown_s"]
    added = [line for line in as_diff(text, after, "r").splitlines() if line.startswith("-")]
    assert len(added) <= 4, "two lines that were there, and the head of the diff"
    kept = [line for line in text.splitlines() if line.strip().startswith("#")]
    assert all(line in after for line in kept)


def test_rap_edit_the_diff_names_the_file_and_the_lines() -> None:
    diff = as_diff(SMALL, SMALL.replace("0.95", "0.9"), "our-rap.yaml")
    assert diff.startswith("--- our-rap.yaml\n+++ our-rap.yaml (proposed)\n")
    assert "-  sure: 0.95\n+  sure: 0.9\n" in diff
    assert as_diff(SMALL, SMALL, "our-rap.yaml") == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0.9, "0.9"), (45.0, "45"), (0.0, "0"), (-0.30000000000000004, "-0.3")]
)
def test_rap_edit_writes_numbers_as_people_do(value: float, text: str) -> None:
    assert as_written(value) == text
