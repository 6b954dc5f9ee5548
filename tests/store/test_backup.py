"""Backups: one file that restores, and a restore that never leaves nothing."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from companion.errors import LockedError, StoreError
from companion.records import to_json
from companion.store import backup as backup_module
from companion.store import backup_file
from companion.store.engine import open_database
from companion.store.key_file import KEY_FILE, KeyFile
from companion.store.pages import everything_in
from companion.store.store import Store
from companion.store.tables import TeamTaskRow
from companion.store.vault import Vault
from tests.fakes.revisions import next_revision
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    FakeClock,
    FakeKeyring,
    approved_of,
    deletion_code_of,
    fake_vault,
    summary_of,
)

OTHER = "quite another passphrase"


@pytest.fixture
def made(vault: Vault, tmp_path: Path) -> Path:
    """A backup of a store with maple-1 and maple-2."""
    target = tmp_path / "backup"
    with vault.create(PASSPHRASE) as store:
        store.calls.save_all([approved_of(1), approved_of(2)])
    assert vault.backup(target) == 2
    return target


def _codes(vault: Vault, passphrase: str = PASSPHRASE) -> set[str]:
    with vault.open(passphrase) as store:
        return set(store.calls.codes())


def _files(vault: Vault) -> set[str]:
    names = {path.name for path in vault.folder.iterdir()} - {"in-use.lock"}
    databases = {name for name in names if name.endswith(".db")}
    assert len(databases) == 1
    return names - databases


def test_backup_restores_on_another_computer(made: Path, tmp_path: Path) -> None:
    other = fake_vault(tmp_path / "other")
    restored = other.restore(made, PASSPHRASE)
    assert (restored.calls, restored.erased_again) == (2, 0)
    assert _codes(other) == {"maple-1", "maple-2"}
    assert other.check(PASSPHRASE) == []
    assert _files(other) == {KEY_FILE}
    with other.open(PASSPHRASE) as store:
        assert len(store.calls.search("quieter")) == 2


def test_backup_is_encrypted_and_private(made: Path) -> None:
    raw = made.read_bytes()
    for mark in (b"maple", b"quieter", b"SQLite format", PASSPHRASE.encode()):
        assert mark not in raw
    if sys.platform != "win32":
        assert made.stat().st_mode & 0o777 == 0o600


def test_backup_holds_no_draft(vault: Vault, tmp_path: Path) -> None:
    with vault.create(PASSPHRASE) as store:
        store.drafts.put("call", to_json(summary_of()), NOW)
        vault.backup(tmp_path / "backup")
        assert len(store.drafts.pending(NOW)) == 1
    other = fake_vault(tmp_path / "other")
    other.restore(tmp_path / "backup", PASSPHRASE)
    key = other._key(PASSPHRASE)
    with other.open(PASSPHRASE) as store:
        assert store.drafts.pending(NOW) == []
    assert b"quieter" not in everything_in(other.folder, key)


def test_backup_is_made_while_the_store_is_in_use(vault: Vault, tmp_path: Path) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of(1))
        assert vault.backup(tmp_path / "backup") == 1
        store.calls.save(approved_of(2))
    assert _codes(vault) == {"maple-1", "maple-2"}
    assert list(vault.folder.glob("copy-*")) == []


def test_backup_never_writes_over_a_file(made: Path, vault: Vault) -> None:
    before = made.read_bytes()
    with pytest.raises(StoreError, match="choose another name"):
        vault.backup(made)
    assert made.read_bytes() == before


def test_backup_needs_the_passphrase_where_the_store_is_locked(
    vault: Vault, made: Path, tmp_path: Path
) -> None:
    vault.lock()
    with pytest.raises(LockedError):
        vault.backup(tmp_path / "second")
    assert not (tmp_path / "second").exists()
    assert vault.backup(tmp_path / "second", PASSPHRASE) == 2


def test_backup_into_a_folder_that_is_not_there_says_so(vault: Vault, tmp_path: Path) -> None:
    vault.create(PASSPHRASE).close()
    with pytest.raises(StoreError, match="could not read or write"):
        vault.backup(tmp_path / "nowhere" / "backup")


def test_backup_that_cannot_be_read_back_leaves_no_file(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.create(PASSPHRASE).close()
    real = backup_file._write

    def bad_disk(partial: Path, database: Path, key_file: KeyFile) -> None:
        real(partial, database, key_file)
        content = bytearray(partial.read_bytes())
        content[len(content) // 2] ^= 1
        partial.write_bytes(content)

    monkeypatch.setattr(backup_file, "_write", bad_disk)
    with pytest.raises(StoreError, match="use another disk"):
        vault.backup(tmp_path / "backup")
    assert list(tmp_path.glob("backup*")) == []


def test_backup_of_a_damaged_store_is_refused(vault: Vault, tmp_path: Path) -> None:
    with vault.create(PASSPHRASE) as store:
        path = store.path
    content = bytearray(path.read_bytes())
    content[-3000] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match=f"damaged or altered: 1 page of {re.escape(str(path))};"):
        vault.backup(tmp_path / "backup")
    assert list(tmp_path.glob("backup*")) == []
    assert list(vault.folder.glob("copy-*")) == []


# Restoring


def test_restore_replaces_the_store_and_its_passphrase(vault: Vault, made: Path) -> None:
    with vault.open() as store:
        store.calls.save(approved_of(3))
    vault.change_passphrase(PASSPHRASE, OTHER)
    vault.restore(made, PASSPHRASE)
    assert _codes(vault) == {"maple-1", "maple-2"}
    with pytest.raises(LockedError):
        vault.open(OTHER)
    assert _files(vault) == {KEY_FILE, "attempts.json"}


def test_restore_does_not_bring_erased_calls_back(vault: Vault, made: Path) -> None:
    with vault.open() as store:
        store.calls.erase(deletion_code_of(1), NOW)
        store.calls.delete("maple-2")
    restored = vault.restore(made, PASSPHRASE)
    assert (restored.calls, restored.erased_again) == (1, 1)
    with vault.open() as store:
        assert store.calls.codes() == {"maple-2"}
        assert store.calls.search("maple 1") == []
        assert store.calls.erased_on(deletion_code_of(1)) == TODAY


def test_restore_does_not_forget_what_the_team_still_has(vault: Vault, made: Path) -> None:
    with vault.open() as store:
        store.calls.mark_shared("maple-1", NOW)
        store.calls.delete("maple-1")
    vault.restore(made, PASSPHRASE)
    with vault.open() as store, store.database.reading() as session:
        tasks = session.exec(select(TeamTaskRow)).all()
    assert [task.deletion_digest for task in tasks] == [approved_of(1).deletion_digest]
    assert [task.action for task in tasks] == ["unshare"]


@pytest.mark.parametrize("way", ["keyring", "same", "given"])
def test_restore_sees_the_erasures_of_a_store_with_another_key(
    way: str, made: Path, tmp_path: Path
) -> None:
    keyring = FakeKeyring() if way == "keyring" else None
    passphrase = PASSPHRASE if way == "same" else OTHER
    other = fake_vault(tmp_path / "other", keyring=keyring)
    with other.create(passphrase) as store:
        store.calls.save(approved_of(1))
        store.calls.erase(deletion_code_of(1), NOW)
    present = OTHER if way == "given" else None
    assert other.restore(made, PASSPHRASE, present_passphrase=present).erased_again == 1
    assert _codes(other) == {"maple-2"}


def test_restore_asks_before_it_forgets_what_was_erased(made: Path, tmp_path: Path) -> None:
    other = fake_vault(tmp_path / "other")
    with other.create(OTHER) as store:
        store.calls.save(approved_of(9))
    with pytest.raises(StoreError, match="--forget-erased"):
        other.restore(made, PASSPHRASE)
    assert _codes(other, OTHER) == {"maple-9"}
    other.restore(made, PASSPHRASE, forget_erased=True)
    assert _codes(other) == {"maple-1", "maple-2"}


def test_restore_brings_back_a_store_that_was_damaged(vault: Vault, made: Path) -> None:
    with vault.open() as store:
        path = store.path
    path.write_bytes(b"not a database at all")
    with pytest.raises(StoreError):
        vault.open(PASSPHRASE)
    vault.restore(made, PASSPHRASE, forget_erased=True)
    assert _codes(vault) == {"maple-1", "maple-2"}


@pytest.mark.parametrize("key_file", [None, b"damaged"])
def test_restore_keeps_databases_whose_key_file_is_lost(
    vault: Vault, made: Path, key_file: bytes | None
) -> None:
    vault.restore(made, PASSPHRASE)  # now the database has another name than at first
    with vault.open() as store:
        path = store.path
    before, key_before = path.read_bytes(), vault.key_path.read_bytes()
    vault.key_path.unlink()
    if key_file is not None:
        vault.key_path.write_bytes(key_file)
    with pytest.raises(StoreError, match="--forget-erased"):
        vault.restore(made, PASSPHRASE)
    vault.restore(made, PASSPHRASE, forget_erased=True)
    vault.backup(made.with_name("second"), PASSPHRASE)  # which clears leftovers away
    assert _codes(vault) == {"maple-1", "maple-2"}
    kept = vault.folder / f"keyless-{path.name}"
    assert kept.read_bytes() == before
    # The key file turns up again: put back in a folder of its own, it opens what was kept.
    other = vault.folder.with_name("found")
    other.mkdir()
    (other / KEY_FILE).write_bytes(key_before)
    kept.rename(other / path.name)
    assert _codes(fake_vault(other)) == {"maple-1", "maple-2"}


def test_restore_refuses_a_wrong_passphrase(vault: Vault, made: Path) -> None:
    with pytest.raises(LockedError, match="not the passphrase of the backup"):
        vault.restore(made, OTHER)
    assert _codes(vault) == {"maple-1", "maple-2"}


def _without(name: str) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {each: archive.read(each) for each in archive.namelist() if each != name}
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in parts.items():
                archive.writestr(each, content)

    return act


def _with_database(content: bytes) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in parts:
                archive.writestr(each, content if each == "calls.db" else parts[each])

    return act


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"%PDF-1.7"),
        lambda path: path.write_bytes(path.read_bytes()[:-2000]),
        _flip,
        _without("calls.db"),
        _without("key.json"),
        _without("backup.json"),
        _with_database(b"\0" * 10_000_000),
    ],
    ids=["empty", "foreign", "truncated", "flipped", "no db", "no key", "no list", "bomb"],
)
def test_restore_refuses_what_is_no_whole_backup(
    vault: Vault, made: Path, damage: Callable[[Path], None]
) -> None:
    damage(made)
    with pytest.raises(StoreError, match="no backup of companion, or is damaged"):
        vault.restore(made, PASSPHRASE)
    assert _codes(vault) == {"maple-1", "maple-2"}
    assert _files(vault) == {KEY_FILE}


def test_restore_says_where_there_is_no_backup(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        vault.restore(tmp_path / "none", PASSPHRASE)
    assert not vault.exists


def test_restore_refuses_a_backup_of_a_newer_companion(
    vault: Vault, made: Path, tmp_path: Path
) -> None:
    with next_revision(tmp_path / "revisions"):
        newer = fake_vault(tmp_path / "newer")
        newer.create(PASSPHRASE).close()
        newer.backup(tmp_path / "newer backup", PASSPHRASE)
    with pytest.raises(StoreError, match="newer companion"):
        vault.restore(tmp_path / "newer backup", PASSPHRASE)
    assert _codes(vault) == {"maple-1", "maple-2"}
    assert _files(vault) == {KEY_FILE}


def test_restore_refuses_while_another_program_has_the_store_open(vault: Vault, made: Path) -> None:
    with vault.open() as store:
        with pytest.raises(StoreError, match="another companion has the store open"):
            fake_vault(vault.folder).restore(made, PASSPHRASE)
        store.calls.save(approved_of(3))
    assert _codes(vault) == {"maple-1", "maple-2", "maple-3"}


def test_restore_goes_back_where_the_restored_store_does_not_open(
    vault: Vault, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vault.open() as store:
        store.calls.save(approved_of(3))

    def fail(*_: object, **__: object) -> Store:
        raise StoreError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(vault, "_open_with", fail)
        with pytest.raises(StoreError, match="disk is gone"):
            vault.restore(made, PASSPHRASE)
    assert _codes(vault) == {"maple-1", "maple-2", "maple-3"}


def test_restore_keeps_the_replaced_store_until_the_restored_one_was_opened(
    vault: Vault, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vault.open() as store:
        replaced, key = store.path, vault._key(None)

    def power_cut(*_: object, **__: object) -> Store:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(vault, "_open_with", power_cut)
        with pytest.raises(KeyboardInterrupt):
            vault.restore(made, PASSPHRASE)
    open_database(replaced, key).close()
    assert _codes(vault) == {"maple-1", "maple-2"}
    assert not replaced.exists()
    assert _files(vault) == {KEY_FILE}


def test_restore_counts_the_clock_from_the_day_it_was_done(
    made: Path, tmp_path: Path, clock: FakeClock
) -> None:
    clock.move(days=300)
    other = fake_vault(tmp_path / "other", clock=clock)
    other.restore(made, PASSPHRASE)
    with other.open(PASSPHRASE) as store:
        gone = store.calls.purge(clock.now.date() - timedelta(days=90), dry_run=False)
    assert len(gone) == 2


def test_backup_list_names_every_part_and_nothing_of_the_calls(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        listed = json.loads(archive.read("backup.json"))
        assert set(archive.namelist()) == {"backup.json", KEY_FILE, "calls.db"}
    assert set(listed) == {"format", "sha256"}


def test_backup_leftovers_are_cleared_and_the_stores_own_files_stay(vault: Vault) -> None:
    vault.create(PASSPHRASE).close()
    for name in ("copy-0a.tmp", "copy-0a.tmp-journal", "calls-0b.db"):
        (vault.folder / name).write_bytes(b"left over")
    (vault.folder / "notes.txt").write_bytes(b"mine")
    backup_module.drop_leftovers(vault.folder)
    assert _files(vault) == {KEY_FILE, "notes.txt"}


def test_backup_leftovers_stay_where_the_key_file_is_lost(vault: Vault, made: Path) -> None:
    vault.restore(made, PASSPHRASE)
    before = set(vault.folder.iterdir())
    vault.key_path.unlink()
    backup_module.drop_leftovers(vault.folder)
    with pytest.raises(StoreError, match="without its key file"):
        vault.create(OTHER)
    assert set(vault.folder.iterdir()) == before - {vault.key_path}
