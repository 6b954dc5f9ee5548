"""The system's keyring, on the real library with backends of every kind."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from companion.store.key_ring import KeyringError, NoKeyringError, SystemKeyring
from tests.fakes.system_keyring import MemoryKeyring


def _made(kind: Any) -> KeyringBackend:
    backend: KeyringBackend = kind()
    return backend


class Locked(MemoryKeyring):
    """One that asks for its own password, and is refused."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("dismissed: the secret entry")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("the bus is gone")

    def delete_password(self, service: str, username: str) -> None:
        raise RuntimeError("strange")


class Stubborn(MemoryKeyring):
    """One that says it deleted, and did not."""

    def delete_password(self, service: str, username: str) -> None:
        pass


class PlainFile(MemoryKeyring):
    """One that writes secrets to a plain file, as those of keyrings.alt do."""


PlainFile.__module__ = "keyrings.alt.file"


class Chain(MemoryKeyring):
    """What `keyring` makes of several."""

    def __init__(self, *backends: KeyringBackend) -> None:
        super().__init__()
        self.backends = backends


@pytest.fixture(autouse=True)
def _own_backend() -> Generator[None, None, None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def _use(backend: Any) -> SystemKeyring:
    keyring.set_keyring(backend)
    return SystemKeyring()


@pytest.mark.parametrize("backend", [MemoryKeyring(), Chain(MemoryKeyring(), MemoryKeyring())])
def test_key_ring_keeps_one_text_a_name(backend: KeyringBackend) -> None:
    ours = _use(backend)
    assert ours.read("store") is None
    ours.write("store", "a secret")
    ours.write("store", "another")
    assert ours.read("store") == "another"
    assert ours.read("other") is None
    ours.remove("store")
    ours.remove("store")
    assert ours.read("store") is None


@pytest.mark.parametrize(
    "backend",
    [
        _made(fail.Keyring),
        _made(null.Keyring),
        PlainFile(),
        Chain(MemoryKeyring(), PlainFile()),
        Chain(),
    ],
)
def test_key_ring_is_none_where_a_secret_would_not_be_secret(backend: KeyringBackend) -> None:
    ours = _use(backend)
    with pytest.raises(NoKeyringError):
        ours.read("store")
    with pytest.raises(NoKeyringError):
        ours.write("store", "a secret")
    with pytest.raises(NoKeyringError):
        ours.remove("store")


def test_key_ring_errors_of_any_kind_are_ours_and_say_no_secret() -> None:
    ours = _use(Locked())
    acts: list[Callable[[], object]] = [
        partial(ours.read, "s"),
        partial(ours.write, "s", "x"),
        partial(ours.remove, "s"),
    ]
    for act in acts:
        with pytest.raises(KeyringError) as caught:
            act()
        assert "secret" not in str(caught.value)
        assert not isinstance(caught.value, NoKeyringError)


def test_key_ring_notices_an_entry_that_stays() -> None:
    ours = _use(Stubborn())
    ours.write("store", "a secret")
    with pytest.raises(KeyringError, match="still there"):
        ours.remove("store")
