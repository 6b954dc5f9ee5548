"""What is deleted is gone from the files, key in hand: every page is decrypted and searched."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from companion.domain.record import ApprovedSummary, SafeText
from companion.records import to_json
from companion.store import search
from companion.store.pages import everything_in
from companion.store.store import Store
from companion.store.vault import Vault
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    FakeKeyring,
    approved_of,
    deletion_code_of,
    summary_of,
)

DELETED = range(100, 120)
KEPT = range(200, 220)
_WORD_CHARS = 9


def _words(number: int) -> list[str]:
    """Thirty words that stand in no other call."""
    rng = random.Random(number)
    letters = string.ascii_lowercase
    return ["".join(rng.choice(letters) for _ in range(_WORD_CHARS)) for _ in range(30)]


def _call(number: int) -> ApprovedSummary:
    old = TODAY - timedelta(days=200 if number in DELETED else 0)
    return approved_of(number, note=SafeText(" ".join(_words(number))), call_date=old)


def _found(vault: Vault, keyring: FakeKeyring, numbers: range) -> int:
    """How many of the calls' words are anywhere in the store's files."""
    key = vault._key(None)
    content = everything_in(vault.folder, key)
    marks = [word for number in numbers for word in _words(number)]
    marks += [_call(number).deletion_digest for number in numbers]
    return sum(mark.encode() in content for mark in marks)


def _delete(store: Store) -> None:
    for number in DELETED:
        store.calls.delete(f"maple-{number}")


def _purge(store: Store) -> None:
    store.calls.purge(TODAY - timedelta(days=90), dry_run=False)


def _replace(store: Store) -> None:
    for number in DELETED:
        store.calls.replace(f"maple-{number}", approved_of(number, note=None))


def _erase(store: Store) -> None:
    for number in DELETED:
        store.calls.erase(deletion_code_of(number), NOW)


@pytest.mark.parametrize(
    ("act", "digests_stay"),
    [(_delete, False), (_purge, False), (_replace, True), (_erase, True)],
)
def test_deletion_leaves_no_byte_of_a_call(
    vault: Vault, keyring: FakeKeyring, act: Callable[[Store], None], digests_stay: bool
) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save_all([_call(number) for number in (*DELETED, *KEPT)])
    everything = len(DELETED) * 31
    assert _found(vault, keyring, DELETED) == everything  # the search does find what is there
    with vault.open() as store:
        act(store)
        while_open = _found(vault, keyring, DELETED)
    expected = len(DELETED) if digests_stay else 0
    assert while_open == expected
    assert _found(vault, keyring, DELETED) == expected
    assert _found(vault, keyring, KEPT) == len(KEPT) * 31
    assert not list(vault.folder.glob("*-journal"))
    assert not list(vault.folder.glob("*-wal"))


def test_deletion_control_finds_what_a_careless_store_would_leave(
    vault: Vault, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save_all([_call(number) for number in (*DELETED, *KEPT)])
        with store.database.driver_connection() as connection:
            connection.execute("PRAGMA secure_delete = OFF")
            connection.execute("DELETE FROM call WHERE call_date < '2026-01-01'")
        assert store.calls.count() == len(KEPT)
    assert _found(vault, keyring, DELETED) > len(DELETED)


def test_deletion_control_finds_words_that_a_careless_index_would_leave(
    vault: Vault, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "compact", lambda session: None)
    with vault.create(PASSPHRASE) as store:
        with store.database.driver_connection() as connection:
            connection.execute(
                "INSERT INTO call_words(call_words, rank) VALUES ('secure-delete', 0)"
            )
        store.calls.save_all([_call(number) for number in (*DELETED, *KEPT)])
        _delete(store)
    assert _found(vault, keyring, DELETED) > 0


def test_deletion_leaves_no_byte_of_a_draft(vault: Vault, keyring: FakeKeyring) -> None:
    summary = summary_of(note=SafeText(" ".join(_words(100))))
    with vault.create(PASSPHRASE) as store:
        store.drafts.put("draft", to_json(summary), NOW)
        assert _found(vault, keyring, range(100, 101)) == 30
        store.drafts.put("draft", to_json(summary_of()), NOW)  # written over by a later one
        assert _found(vault, keyring, range(100, 101)) == 0
        store.drafts.put("draft", to_json(summary), NOW)
        store.drafts.remove("draft")
    assert _found(vault, keyring, range(100, 101)) == 0


def test_deletion_nothing_is_readable_without_the_key(vault: Vault) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of())
        store.drafts.put("draft", to_json(summary_of()), NOW)
        raw = b"".join(_raw(vault.folder))
    raw += b"".join(_raw(vault.folder))
    for mark in (b"quieter", b"maple", b"roster", b"scheduling", b"SQLite", b"CREATE", b"2026-04"):
        assert mark not in raw


def _raw(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]
