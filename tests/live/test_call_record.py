"""The record of a call that is going on: whole at any moment, and without a word that was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from companion.domain.call import Consent, ConsentHow
from companion.domain.speech import Gap, GapReason
from companion.live.call_record import CallRecord
from companion.records import from_json
from companion.settings import CallSettings
from companion.store.guard import Guard
from companion.trainer.replay import Replay
from companion.trainer.spoken import read_spoken
from tests.fakes.board import snapshot, summary
from tests.fakes.store import FakeRedactor
from tests.understanding.calls import MONDAY, STORE_CALL, shipped_rap

CONSENT = Consent(ConsentHow.SPOKEN, datetime(2026, 3, 2, 17, 5, 12, tzinfo=timezone.utc))
RUN = 4
"""So many words in a row of what was said would be a quote; the rap's ids have fewer."""


class MasksNothing(FakeRedactor):
    """Free words would get through, so that one would be seen here."""


def _quotes(text: str) -> set[str]:
    words = "".join(c if c.isalpha() else " " for c in text.lower()).split()
    return {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_call_record_at_every_moment_is_whole_storable_and_quotes_nothing() -> None:
    rap = shipped_rap()
    call = read_spoken(STORE_CALL, MONDAY)
    replay = Replay(rap, call.call_date, CallSettings())
    record = CallRecord(rap, call.call_date, CONSENT, MasksNothing())
    guard = Guard(MasksNothing())
    said: set[str] = set()
    for utterance in call.utterances:
        replay.hear(utterance)
        said |= _quotes(utterance.text)
        text = record.text_of(snapshot(state=replay.state))
        kept = from_json(text)
        assert guard.summary(kept) == kept
        assert not _quotes(text) & said
    assert len(said) > 100
    assert kept.issues
    assert kept.next_step is not None  # proposals stay, so that a recovered draft can confirm them


def test_call_record_says_what_was_not_heard_and_by_what() -> None:
    record = CallRecord(shipped_rap(), MONDAY, CONSENT, FakeRedactor())
    gaps = (Gap(10.0, 50.0, GapReason.OFF_RECORD),)
    kept = record.of(snapshot(gaps=gaps))
    assert kept.unheard_s == 40
    assert kept.provenance.engine == "pocketsphinx"
    assert kept.consent is not None
    assert kept.consent.at.second == 0
    by_hand = CallRecord(shipped_rap(), MONDAY, None, FakeRedactor())
    assert by_hand.of(snapshot(transcriber=None)).provenance.engine == "none"


@pytest.mark.parametrize("open_count", [0, 14])
def test_call_record_of_an_ended_call_is_that_of_its_draft(open_count: int) -> None:
    record = CallRecord(shipped_rap(), MONDAY, CONSENT, FakeRedactor())
    ended = snapshot(summary=summary(open_count=open_count))
    assert record.of(ended).open_count == open_count
    assert record.of(replace(ended, summary=None)).open_count == ended.state.open_count
