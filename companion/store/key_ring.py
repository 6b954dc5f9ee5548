"""The system's keyring, which holds the store's key between commands while it is unlocked.

Keyrings fail in many ways: there is none (no desktop), it is locked, it asks and is refused, its
service is gone. None of that may end a command: without a keyring the passphrase is asked for.
"""

from __future__ import annotations

import contextlib
from typing import Any, Protocol

SERVICE = "companion"

# Keyrings that keep secrets in a plain file, or nowhere.
_NOT_SAFE = ("keyrings.alt.", "keyring.backends.null.", "keyring.backends.fail.")


class KeyringError(Exception):
    """The keyring is absent or did not do what was asked; says why, never what it holds."""


class NoKeyringError(KeyringError):
    """There is no keyring on this computer that keeps a secret secret."""


class KeyringPort(Protocol):
    """A place for one secret text a name."""

    def read(self, name: str) -> str | None:
        """The text, or None where there is none. Raises: KeyringError."""

    def write(self, name: str, secret: str) -> None:
        """Keep a text, in place of the former. Raises: KeyringError."""

    def remove(self, name: str) -> None:
        """Forget it; nothing happens where there is none. Raises: KeyringError."""


class SystemKeyring:
    """The keyring of this computer, by the library `keyring`."""

    def read(self, name: str) -> str | None:
        """See `KeyringPort`."""
        backend = _backend()
        try:
            text = backend.get_password(SERVICE, name)
        except Exception as error:  # noqa: BLE001 - each backend has its own errors
            raise KeyringError(type(error).__name__) from None
        return text if isinstance(text, str) else None

    def write(self, name: str, secret: str) -> None:
        """See `KeyringPort`."""
        backend = _backend()
        try:
            backend.set_password(SERVICE, name, secret)
        except Exception as error:  # noqa: BLE001 - each backend has its own errors
            raise KeyringError(type(error).__name__) from None

    def remove(self, name: str) -> None:
        """See `KeyringPort`."""
        backend = _backend()
        try:
            with contextlib.suppress(_delete_error()):
                backend.delete_password(SERVICE, name)
        except Exception as error:  # noqa: BLE001 - each backend has its own errors
            raise KeyringError(type(error).__name__) from None
        if self.read(name) is not None:
            raise KeyringError("the entry is still there")


def _backend() -> Any:
    """The keyring to use. Raises: NoKeyringError."""
    try:
        import keyring

        backend = keyring.get_keyring()
        parts = getattr(backend, "backends", (backend,))
    except Exception as error:  # noqa: BLE001 - a broken backend may fail while it is looked for
        raise NoKeyringError(type(error).__name__) from None
    names = [f"{type(part).__module__}." for part in parts]
    if not names or any(name.startswith(_NOT_SAFE) for name in names):
        raise NoKeyringError("no keyring on this computer")
    return backend


def _delete_error() -> type[Exception]:
    from keyring.errors import PasswordDeleteError

    return PasswordDeleteError
