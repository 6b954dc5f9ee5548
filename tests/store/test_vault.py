"""The vault: making, opening, locking a store, and every way in which that may fail."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.errors import LockedError, StoreError
from companion.records import to_json
from companion.settings import StoreSettings
from companion.store.attempts import ATTEMPTS_FILE
from companion.store.key_file import DATABASE_FILE, KEY_FILE
from companion.store.vault import Vault
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    FakeClock,
    FakeKeyring,
    approved_of,
    fake_vault,
    summary_of,
)

OTHER = "quite another passphrase"


def _made(vault: Vault) -> Path:
    """A store with one call, closed and locked; the path of its database."""
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of())
        path = store.path
    vault.lock()
    return path


def test_vault_create_makes_a_store_that_the_passphrase_opens(vault: Vault) -> None:
    assert not vault.exists
    _made(vault)
    assert vault.exists
    with vault.open(PASSPHRASE) as store:
        assert store.calls.codes() == {"maple-17"}


def test_vault_create_refuses_where_there_is_a_store(vault: Vault) -> None:
    _made(vault)
    with pytest.raises(StoreError, match="already"):
        vault.create(OTHER)
    with vault.open(PASSPHRASE) as store:
        assert store.calls.codes() == {"maple-17"}


@pytest.mark.parametrize(
    "weak", ["", "   ", "short", "aaaaaaaaaaaaaaaa", "x" * 2000, "abababababab"]
)
def test_vault_create_refuses_a_weak_passphrase(vault: Vault, weak: str) -> None:
    with pytest.raises(StoreError, match="passphrase"):
        vault.create(weak)
    assert not vault.folder.exists()


def test_vault_create_leaves_a_database_alone_whose_key_file_is_lost(vault: Vault) -> None:
    path = _made(vault)
    before = path.read_bytes()
    vault.key_path.unlink()
    with pytest.raises(StoreError, match="without its key file"):
        vault.create(OTHER)
    assert path.read_bytes() == before


def test_vault_create_is_finished_by_the_next_start_when_only_the_last_rename_lacks(
    vault: Vault,
) -> None:
    _made(vault)
    vault.key_path.rename(vault.folder / f"{KEY_FILE}.new")
    again = fake_vault(vault.folder)
    assert again.exists
    with again.open(PASSPHRASE) as store:
        assert store.calls.codes() == {"maple-17"}


def test_vault_create_begins_anew_over_what_an_interrupted_one_left(vault: Vault) -> None:
    vault.folder.mkdir(parents=True)
    (vault.folder / f"{DATABASE_FILE}.new").write_bytes(b"half a database")
    (vault.folder / f"{KEY_FILE}.new").write_bytes(b"half a key")
    assert not vault.exists
    vault.create(PASSPHRASE).close()
    assert vault.exists


def test_vault_open_says_how_to_make_a_store(vault: Vault) -> None:
    with pytest.raises(StoreError, match="companion store init"):
        vault.open(PASSPHRASE)
    assert not vault.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_vault_files_are_for_their_owner_only(vault: Vault) -> None:
    _made(vault)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in vault.folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_vault_create_closes_a_folder_that_was_open_to_others(vault: Vault) -> None:
    vault.folder.mkdir(mode=0o755, parents=True)
    vault.create(PASSPHRASE).close()
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


# Passphrases


@pytest.mark.parametrize("wrong", [OTHER, PASSPHRASE.upper(), PASSPHRASE + "x", PASSPHRASE[:-1]])
def test_vault_open_refuses_a_wrong_passphrase(vault: Vault, wrong: str) -> None:
    _made(vault)
    with pytest.raises(LockedError, match="wrong") as caught:
        vault.open(wrong)
    assert wrong not in str(caught.value)


def test_vault_open_refuses_an_empty_passphrase_without_counting_it(vault: Vault) -> None:
    _made(vault)
    for empty in ("", "  ", "\t"):
        with pytest.raises(LockedError, match="empty"):
            vault.open(empty)
    assert not (vault.folder / ATTEMPTS_FILE).exists()


def test_vault_open_takes_accents_however_they_are_typed(vault: Vault) -> None:
    vault.create("caf\u00e9 liberto kvar vortoj").close()
    vault.open(" cafe\u0301 liberto kvar vortoj ").close()


def test_vault_open_pauses_after_wrong_passphrases_across_restarts(
    vault: Vault, clock: FakeClock
) -> None:
    _made(vault)
    for _ in range(4):
        with pytest.raises(LockedError, match="wrong"):
            vault.open(OTHER)
    again = fake_vault(vault.folder, clock=clock)
    with pytest.raises(LockedError, match=r"try again in 2 seconds"):
        again.open(PASSPHRASE)
    clock.move(seconds=2.1)
    again.open(PASSPHRASE).close()
    with pytest.raises(LockedError, match="wrong"):  # the count began anew
        again.open(OTHER)


def test_vault_open_waits_no_longer_where_the_clock_was_set_back(
    vault: Vault, clock: FakeClock
) -> None:
    _made(vault)
    for _ in range(4):
        with pytest.raises(LockedError):
            vault.open(OTHER)
    clock.move(days=-400)
    with pytest.raises(LockedError, match="pause"):
        vault.open(PASSPHRASE)
    clock.move(seconds=2.1)
    vault.open(PASSPHRASE).close()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"failed": "x", "last": 3}', b"\xff"])
def test_vault_open_goes_on_with_a_damaged_count(vault: Vault, content: bytes) -> None:
    _made(vault)
    (vault.folder / ATTEMPTS_FILE).write_bytes(content)
    vault.open(PASSPHRASE).close()


def test_vault_change_passphrase_lets_only_the_new_one_in(vault: Vault) -> None:
    _made(vault)
    vault.change_passphrase(PASSPHRASE, OTHER)
    with pytest.raises(LockedError):
        vault.open(PASSPHRASE)
    with vault.open(OTHER) as store:
        assert store.calls.codes() == {"maple-17"}


def test_vault_change_passphrase_changes_nothing_where_it_fails(vault: Vault) -> None:
    _made(vault)
    before = vault.key_path.read_bytes()
    with pytest.raises(LockedError):
        vault.change_passphrase(OTHER, "a long enough passphrase")
    with pytest.raises(StoreError, match="passphrase needs"):
        vault.change_passphrase(PASSPHRASE, "weak")
    assert vault.key_path.read_bytes() == before


# The keyring


def test_vault_open_needs_no_passphrase_while_unlocked(vault: Vault) -> None:
    vault.create(PASSPHRASE).close()
    assert vault.is_unlocked
    vault.open().close()


def test_vault_lock_asks_again(vault: Vault, keyring: FakeKeyring) -> None:
    vault.create(PASSPHRASE).close()
    vault.lock()
    assert not vault.is_unlocked
    assert keyring.entries == {}
    with pytest.raises(LockedError, match="unlock"):
        vault.open()


@pytest.mark.parametrize("minutes", [61, -61, 10**6])
def test_vault_locks_itself_when_idle_and_when_the_clock_jumps(
    vault: Vault, clock: FakeClock, keyring: FakeKeyring, minutes: int
) -> None:
    vault.create(PASSPHRASE).close()
    clock.move(minutes=minutes)
    with pytest.raises(LockedError):
        vault.open()
    assert keyring.entries == {}
    vault.open(PASSPHRASE).close()


def test_vault_stays_unlocked_while_it_is_used(vault: Vault, clock: FakeClock) -> None:
    vault.create(PASSPHRASE).close()
    for _ in range(5):
        clock.move(minutes=40)
        vault.open().close()


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "{}",
        "not json",
        '{"key": "AAAA", "used_at": "2026-04-14T18:30:00+00:00"}',
        '{"key": "%%%", "used_at": "2026-04-14T18:30:00+00:00"}',
        '{"key": "AAAA", "used_at": "2026-04-14T18:30:00"}',
        json.dumps(
            {"key": base64.b64encode(bytes(32)).decode(), "used_at": "2026-04-14T18:30:00+00:00"}
        ),
    ],
)
def test_vault_open_takes_no_strange_entry_of_the_keyring(
    vault: Vault, keyring: FakeKeyring, entry: str
) -> None:
    vault.create(PASSPHRASE).close()
    for name in keyring.entries:
        keyring.entries[name] = entry
    with pytest.raises(LockedError):
        vault.open()
    vault.open(PASSPHRASE).close()


def test_vault_works_by_passphrase_where_the_keyring_fails(
    vault: Vault, keyring: FakeKeyring
) -> None:
    keyring.broken = True
    vault.create(PASSPHRASE).close()
    assert not vault.is_unlocked
    vault.open(PASSPHRASE).close()
    with pytest.raises(LockedError):
        vault.open()
    with pytest.raises(StoreError, match="did not let go"):
        vault.lock()


def test_vault_keeps_nothing_in_the_keyring_where_it_is_not_wanted(
    tmp_path: Path, keyring: FakeKeyring
) -> None:
    vault = fake_vault(
        tmp_path / "store", keyring=keyring, settings=StoreSettings(use_keyring=False)
    )
    vault.create(PASSPHRASE).close()
    assert keyring.entries == {}
    assert not vault.is_unlocked
    vault.lock()


# Files that are not what they should be


def _listed(vault: Vault) -> None:
    with vault.open(PASSPHRASE) as store:
        store.calls.list()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:4096] + os.urandom(4096) + content[8192:],
        lambda content: content[:-5000],
        lambda content: content[:100],
        lambda content: b"",
        lambda content: os.urandom(len(content)),
        lambda content: b"\0" * len(content),
        lambda content: b"%PDF-1.7 a foreign file" * 400,
        lambda content: b"SQLite format 3\0".ljust(4096, b"\0"),
    ],
    ids=["page", "truncated", "short", "empty", "random", "zeros", "foreign", "plain"],
)
def test_vault_open_refuses_a_damaged_database_and_leaves_it_alone(
    vault: Vault, damage: Callable[[bytes], bytes]
) -> None:
    path = _made(vault)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"restore FILE") as caught:
        _listed(vault)
    assert "sqlite" not in str(caught.value).lower()
    assert path.read_bytes() == damaged


def test_vault_check_finds_a_page_that_was_altered(vault: Vault) -> None:
    path = _made(vault)
    content = bytearray(path.read_bytes())
    content[-3000] ^= 1
    path.write_bytes(content)
    findings = vault.check(PASSPHRASE)
    assert len(findings) == 1
    assert "damaged or altered" in findings[0]


def test_vault_open_says_where_the_database_is_missing(vault: Vault) -> None:
    _made(vault).unlink()
    with pytest.raises(StoreError, match=r"is not there.*restore FILE"):
        vault.open(PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{}",
        b"[]",
        b'{"format": 1}',
        b'{"format": "1"}',
        b"\xff\xfe",
        b"[" * 9000,
    ],
)
def test_vault_open_refuses_a_damaged_key_file(vault: Vault, content: bytes) -> None:
    _made(vault)
    vault.key_path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged, or is no key file.*restore FILE"):
        vault.open(PASSPHRASE)
    assert vault.key_path.read_bytes() == content


def test_vault_open_refuses_a_key_file_of_a_newer_companion(vault: Vault) -> None:
    _made(vault)
    vault.key_path.write_bytes(b'{"format": 2}')
    with pytest.raises(StoreError, match="update companion"):
        vault.open(PASSPHRASE)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("database", "../calls.db"),
        ("database", "key.json"),
        ("database", ""),
        ("store_id", "../../x"),
        ("kdf", {"name": "scrypt"}),
        ("kdf", {"memory_kib": 2**40}),
        ("kdf", {"passes": 0}),
        ("kdf", {"lanes": 10**9}),
        ("kdf", {"salt": "%"}),
    ],
)
def test_vault_open_refuses_a_key_file_that_asks_for_strange_things(
    vault: Vault, part: str, value: object
) -> None:
    _made(vault)
    data = json.loads(vault.key_path.read_bytes())
    data[part] = {**data[part], **value} if isinstance(value, dict) else value
    vault.key_path.write_text(json.dumps(data), encoding="ascii")
    with pytest.raises(StoreError, match="no key file"):
        vault.open(PASSPHRASE)


def test_vault_open_refuses_a_lowered_cost_of_the_key(vault: Vault) -> None:
    _made(vault)
    data = json.loads(vault.key_path.read_bytes())
    data["kdf"]["passes"] += 1
    vault.key_path.write_text(json.dumps(data), encoding="ascii")
    with pytest.raises(LockedError):
        vault.open(PASSPHRASE)


def test_vault_open_refuses_the_database_of_another_store(vault: Vault, tmp_path: Path) -> None:
    path = _made(vault)
    other = _made(fake_vault(tmp_path / "other"))
    shutil.copy(other, path)
    with pytest.raises(StoreError, match="not this store's file"):
        vault.open(PASSPHRASE)


def test_vault_shows_no_key_or_text_in_reprs_and_errors(vault: Vault, keyring: FakeKeyring) -> None:
    with vault.create(PASSPHRASE) as store:
        call = store.calls.save(approved_of())
        store.calls.hold("maple-17", "asked for by the committee")
        store.drafts.put("draft", to_json(summary_of()), NOW)
        shown = " ".join(
            repr(x)
            for x in (
                vault,
                store,
                store.database,
                call,
                store.calls.get("maple-17"),
                store.drafts.pending(NOW),
                store.follow_ups.due(NOW.date()),
            )
        )
        with pytest.raises(StoreError) as caught, store.database.writing() as session:
            session.connection().exec_driver_sql("INSERT INTO draft VALUES (?)", ("secret text",))
    secrets = [PASSPHRASE, "quieter", "roster", "committee", "secret text"]
    secrets += [json.loads(entry)["key"] for entry in keyring.entries.values()]
    assert not [secret for secret in secrets if secret in shown + str(caught.value)]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
