"""The organizer's voice in the store: one, opaque, out of backups, and deleted for good."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from companion.errors import StoreError
from companion.store.pages import everything_in
from companion.store.vault import Vault
from companion.store.voices import KeptVoice
from tests.fakes.store import NOW, PASSPHRASE, fake_vault

FIGURES = b"OWNV figures \x00\x01 of a voice that is like no other" * 400


def test_voices_none_is_kept_unless_it_is_put_there(vault: Vault) -> None:
    with vault.create(PASSPHRASE) as store:
        assert store.voices.kept() is None
        assert store.voices.forget() is False


def test_voices_the_last_one_is_kept(vault: Vault) -> None:
    with vault.create(PASSPHRASE) as store:
        store.voices.keep(b"another voice", NOW)
        store.voices.keep(FIGURES, NOW + timedelta(days=1))
    with vault.open() as store:
        assert store.voices.kept() == KeptVoice(FIGURES, NOW + timedelta(days=1))
    assert "voice that is like" not in repr(KeptVoice(FIGURES, NOW))


@pytest.mark.parametrize("figures", [b"", b"x" * 1_000_001])
def test_voices_what_cannot_be_one_is_refused(vault: Vault, figures: bytes) -> None:
    with vault.create(PASSPHRASE) as store, pytest.raises(StoreError, match="nothing was stored"):
        store.voices.keep(figures, NOW)


@pytest.mark.parametrize("how", ["forgotten", "replaced"])
def test_voices_that_are_gone_are_gone_from_the_files(vault: Vault, how: str) -> None:
    mark = FIGURES[:40]
    with vault.create(PASSPHRASE) as store:
        store.voices.keep(FIGURES, NOW)
        key = vault._key(None)
    assert mark in everything_in(vault.folder, key), "else the next search proves nothing"
    assert not any(mark in path.read_bytes() for path in vault.folder.iterdir()), "encrypted"
    with vault.open() as store:
        if how == "forgotten":
            assert store.voices.forget()
        else:
            store.voices.keep(b"short", NOW)
    assert mark not in everything_in(vault.folder, key)


def test_voices_stay_out_of_backups(vault: Vault, tmp_path: Path) -> None:
    backup = tmp_path / "store.backup"
    with vault.create(PASSPHRASE) as store:
        store.voices.keep(FIGURES, NOW)
    vault.backup(backup)
    other = fake_vault(tmp_path / "other")
    other.restore(backup, PASSPHRASE)
    with other.open(PASSPHRASE) as store:
        assert store.voices.kept() is None
    with vault.open() as store:
        assert store.voices.kept() is not None, "the store itself keeps it"
