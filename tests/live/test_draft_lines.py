"""The draft as lines: where every value comes from, and no claim that nobody made."""

from __future__ import annotations

from dataclasses import replace

from companion.domain.dialogue import Field, NextStep, Origin, Proposal
from companion.domain.speech import Gap, GapReason
from companion.live.draft_lines import draft_lines
from tests.fakes.board import OUTLINE, summary


def test_draft_lines_says_where_every_value_comes_from() -> None:
    text = "\n".join(draft_lines(summary(), OUTLINE))
    assert "Nothing was stored." in text
    assert "hours and scheduling (heard), health and safety (tapped)" in text
    assert "Who can decide: the manager of the site (heard)" in text
    assert "Ask: come to a meeting (heard)" in text
    assert "Self-care: offered (heard)" in text
    assert "Their answer: yes (tapped)" in text
    assert "Follow-up: nothing noted" in text
    assert "who: they; what: come to a meeting; when: Tuesday, May 12, 6:00 pm" in text
    assert "Next step: agreed" in text
    assert "You spoke a third of the time; the aim is about a fifth." in text
    assert "Consent: spoken, recorded at 5:05 pm." in text
    assert "    done: Asked what bothers them most" in text
    assert "    open: Offered a way to cope" in text


def test_draft_lines_shows_no_ids() -> None:
    follow_up = Proposal(Field.FOLLOW_UP, "text", Origin.HEARD, 0.9, 23)
    text = "\n".join(draft_lines(summary(follow_up=follow_up), OUTLINE))
    assert "Follow-up: a text message (heard)" in text
    assert "site manager" not in text


def test_draft_lines_claims_no_agreement_without_confirmation() -> None:
    heard = NextStep("them", "meeting", "2026-05-12", (), Origin.HEARD, confirmed=False)
    text = "\n".join(draft_lines(summary(next_step=heard), OUTLINE))
    assert "Next step: not agreed yet" in text
    assert "Next step: agreed" not in text


def test_draft_lines_never_takes_a_heard_answer_for_theirs() -> None:
    heard = Proposal(Field.COMMITMENT, "yes", Origin.HEARD, 0.9, 20)
    text = "\n".join(draft_lines(summary(commitment=heard), OUTLINE))
    assert "Their answer: not noted by you; what you said points to 'yes' (heard)" in text
    asked = Proposal(Field.ASK, "meeting", Origin.HEARD, 0.9, 20)
    text = "\n".join(draft_lines(summary(ask=asked, commitment=None), OUTLINE))
    assert "Ask: come to a meeting (heard)" in text
    assert "Their answer: nothing noted" in text


def test_draft_lines_treats_no_as_a_good_outcome_and_marks_gaps() -> None:
    gap = Gap(60.0, 75.0, GapReason.BACKLOG_FULL)
    call = replace(summary(next_step=None, gaps=(gap,)), consent=None, listening_share=None)
    text = "\n".join(draft_lines(call, OUTLINE))
    assert "'No' and 'not yet' are good outcomes too." in text
    assert "15 s at 1:00: the recognizer was too slow" in text
    assert "Consent: not asked for; the microphone stayed closed." in text
    assert "Questions" not in text
