"""The receipt: one page, honest words, and not one planted word."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from companion.audit.control_runs import ControlSeen
from companion.audit.controls import CONTROLS
from companion.audit.disk import DiskSearch
from companion.audit.endings import ENDINGS
from companion.audit.findings import Breach, Finding
from companion.audit.forgetting import Forgot
from companion.audit.judge import Seen
from companion.audit.programs import ProgramSeen, programs
from companion.audit.receipt import Outcome, Receipt, Surroundings
from companion.audit.receipt_json import as_json
from companion.audit.receipt_page import as_markdown, as_rows
from companion.audit.scenario import EndingSeen
from companion.domain.call import CallPhase

NOTHING = DiskSearch((), 12, 34_000, ())
FOUND = Finding(Breach.PLANTED, "/home/me/log", frozenset({1, 2}), frozenset({"plain"}))
CLEAN = Receipt(
    made_at=datetime(2026, 11, 22, 14, 30, tzinfo=timezone.utc),
    command="companion audit",
    took_s=120.0,
    planted=200,
    surroundings=Surroundings(
        "0.1.0", "Linux", "3.11", "strace 6.1", "one of their own, without a way out", "core", True
    ),
    traced=True,
    endings=tuple(EndingSeen(e, 8.0, 200, 0, Seen(), NOTHING, 1) for e in ENDINGS),
    programs=tuple(ProgramSeen(p, 5.0, Seen(), ()) for p in programs(None)),
    controls=tuple(ControlSeen(c, caught=True, how="noticed") for c in CONTROLS),
    forgot=(Forgot(CallPhase.OFF_RECORD, 80, 1, 0, 0.44, recognizer_gone=True),),
    outside=NOTHING,
)


def _with_finding(finding: Finding) -> Receipt:
    first, *rest = CLEAN.endings
    return replace(CLEAN, endings=(replace(first, findings=(finding,)), *rest))


@pytest.mark.parametrize(
    ("receipt", "outcome", "said"),
    [
        (CLEAN, Outcome.CLEAN, "Clean: nothing planted was found"),
        (replace(CLEAN, traced=False), Outcome.IN_PART, "Clean in the parts that work here"),
        (_with_finding(FOUND), Outcome.FOUND, "Something was found: 1 finding,"),
        (
            replace(CLEAN, controls=(ControlSeen(CONTROLS[0], caught=False, how="not noticed"),)),
            Outcome.FOUND,
            "Not to be believed: 1 of the controls went unnoticed",
        ),
        (
            replace(CLEAN, outside=replace(NOTHING, findings=(FOUND,))),
            Outcome.FOUND,
            "Something was found",
        ),
        (
            replace(CLEAN, forgot=(replace(CLEAN.forgot[0], held_after=3),)),
            Outcome.FOUND,
            "3 objects still hold words",
        ),
        (
            replace(CLEAN, forgot=(replace(CLEAN.forgot[0], took_s=1.5),)),
            Outcome.FOUND,
            "Something was found",
        ),
    ],
)
def test_receipt_says_what_the_audit_came_to(receipt: Receipt, outcome: Outcome, said: str) -> None:
    assert receipt.outcome is outcome
    assert said in as_markdown(receipt)
    assert json.loads(as_json(receipt))["outcome"] == outcome.name.lower()


def test_receipt_is_one_page_and_says_what_it_does_not_show() -> None:
    page = as_markdown(CLEAN)
    assert len(page.splitlines()) < 70
    for ending in ENDINGS:
        assert f"| {ending.title} | 200 | 0 |" in page
    assert "## What it does not show" in page
    assert f"{len(CONTROLS)} of {len(CONTROLS)} controls were caught" in page


def test_receipt_counts_what_was_found_and_where() -> None:
    receipt = _with_finding(FOUND)
    assert receipt.planted_found == 2
    assert "- planted words written: /home/me/log (2 identifiers as plain)" in as_markdown(receipt)
    assert json.loads(as_json(receipt))["findings"] == [
        {
            "breach": "planted words written",
            "where": "/home/me/log",
            "identifiers": 2,
            "forms": ["plain"],
        }
    ]


def test_receipt_rows_are_a_table_of_figures_and_targets() -> None:
    rows = as_rows(CLEAN).splitlines()
    assert all(row.startswith("| ") and row.count(" | ") == 3 for row in rows)
    assert [row.split(" | ")[2] for row in rows[:5]] == ["0"] * 5
    assert f"{len(CONTROLS)} of {len(CONTROLS)}" in rows[5]
    assert "0.44 s | 1 s" in rows[6]


def test_receipt_without_a_trace_claims_nothing_that_was_not_watched() -> None:
    seen = tuple(replace(ending, seen=None) for ending in CLEAN.endings)
    ran = tuple(replace(program, seen=None) for program in CLEAN.programs)
    receipt = replace(CLEAN, traced=False, endings=seen, programs=ran)
    assert as_markdown(receipt).count("not watched") > len(seen)
    assert "not watched here" in as_rows(receipt)
