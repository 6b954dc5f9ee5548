"""A keyring in memory for the real library `keyring`."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """As the system's own are, and gone with the test."""

    priority = 5.0

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """See `KeyringBackend`."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """See `KeyringBackend`."""
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """See `KeyringBackend`."""
        if (service, username) not in self.entries:
            raise PasswordDeleteError("not found")
        del self.entries[service, username]
