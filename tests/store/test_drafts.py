"""Drafts: kept for a day, offered at the next start, never a word that was not redacted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.record import SafeText
from companion.errors import StoreError
from companion.records import to_json
from companion.store.store import Store
from companion.store.vault import Vault
from tests.fakes.store import NOW, PASSPHRASE, summary_of


def _ids(store: Store, **later: float) -> list[str]:
    return [draft.draft_id for draft in store.drafts.pending(NOW + timedelta(**later))]


def test_drafts_are_there_at_the_next_start(vault: Vault) -> None:
    with vault.create(PASSPHRASE) as store:
        store.drafts.put("call-1", to_json(summary_of(duration_s=60)), NOW)
        store.drafts.put("call-1", to_json(summary_of(duration_s=65)), NOW + timedelta(seconds=5))
    with vault.open() as store:
        (draft,) = store.drafts.pending(NOW + timedelta(hours=1))
        assert draft.draft_id == "call-1"
        assert draft.summary == summary_of(duration_s=65)
        assert draft.saved_at == NOW + timedelta(seconds=5)


def test_drafts_are_offered_newest_first_and_removed_when_done(store: Store) -> None:
    for hours in (2, 1, 3):
        store.drafts.put(f"call-{hours}", to_json(summary_of()), NOW - timedelta(hours=hours))
    assert _ids(store) == ["call-1", "call-2", "call-3"]
    store.drafts.remove("call-2")
    store.drafts.remove("no such draft")
    assert _ids(store) == ["call-1", "call-3"]


def test_drafts_go_after_a_day(store: Store) -> None:
    store.drafts.put("call", to_json(summary_of()), NOW)
    assert _ids(store, hours=23, minutes=59) == ["call"]
    assert _ids(store, hours=24, seconds=1) == []
    assert _ids(store) == []


def test_drafts_are_not_lost_to_a_clock_gone_wild(store: Store) -> None:
    store.drafts.put("call", to_json(summary_of()), NOW)
    assert _ids(store, days=3650) == ["call"]  # years ahead
    assert _ids(store, days=1) == ["call"]  # and set right again
    assert _ids(store, days=1, hours=23) == ["call"]
    assert _ids(store, days=2, hours=1) == []  # a day after that it goes, as always


def test_drafts_are_redacted_and_checked_as_calls_are(store: Store) -> None:
    store.drafts.put("call", to_json(summary_of(note=SafeText("ask Zoltan"))), NOW)
    assert store.drafts.pending(NOW)[0].summary.note == SafeText("ask [name]")
    help_only = Consent(ConsentHow.SPOKEN, NOW, ConsentScope.HELP)
    for record in ("", "some words of a transcript", to_json(summary_of(consent=help_only))):
        with pytest.raises(StoreError) as caught:
            store.drafts.put("call", record, NOW)
        assert "transcript" not in str(caught.value)
    assert store.drafts.pending(NOW)[0].summary.note == SafeText("ask [name]")


@pytest.mark.parametrize("draft_id", ["", "x" * 65, "a\nb"])
def test_drafts_refuse_a_strange_id(store: Store, draft_id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        store.drafts.put(draft_id, to_json(summary_of()), NOW)
