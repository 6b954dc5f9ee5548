"""A vault with an open store, a clock that stands still, and a keyring in memory."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from companion.store.store import Store
from companion.store.vault import Vault
from tests.fakes.store import PASSPHRASE, FakeClock, FakeKeyring, fake_vault


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def vault(tmp_path: Path, clock: FakeClock, keyring: FakeKeyring) -> Vault:
    return fake_vault(tmp_path / "store", clock=clock, keyring=keyring)


@pytest.fixture
def store(vault: Vault) -> Generator[Store, None, None]:
    with vault.create(PASSPHRASE) as store:
        yield store
