"""The time in which the store is unlocked: the key lies in the keyring, with the time of last use.

After `lock_after` without use the entry is dropped by whoever looks next. A clock that was set
back as far as that counts as idle too: asking for the passphrase once more loses nothing.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from companion.store.key_file import KeyFile
from companion.store.key_ring import KeyringError, KeyringPort, NoKeyringError

_TOUCH_EVERY = timedelta(seconds=30)


class Unlocked:
    """One store's entry in the keyring; where there is no keyring, nothing is ever kept."""

    def __init__(self, keyring: KeyringPort | None, lock_after: timedelta) -> None:
        """`keyring`: None where the organizer does not want it."""
        self._keyring = keyring
        self._lock_after = lock_after

    def key(self, key_file: KeyFile, now: datetime) -> bytes | None:
        """The store's key while it is unlocked, else None; counts as use."""
        if self._keyring is None:
            return None
        try:
            secret = self._keyring.read(key_file.store_id)
        except KeyringError:
            return None
        if secret is None:
            return None
        key, used_at = _parsed(secret)
        idle = abs(now - used_at) > self._lock_after if used_at else True
        if key is None or used_at is None or idle or not key_file.fits(key):
            self.drop(key_file)
            return None
        if abs(now - used_at) > min(_TOUCH_EVERY, self._lock_after / 10):
            self.keep(key_file, key, now)
        return key

    def keep(self, key_file: KeyFile, key: bytes, now: datetime) -> bool:
        """Unlock; False where there is no keyring to hold the key."""
        if self._keyring is None:
            return False
        used_at = now.astimezone(timezone.utc).isoformat()
        secret = json.dumps({"key": base64.b64encode(key).decode("ascii"), "used_at": used_at})
        try:
            self._keyring.write(key_file.store_id, secret)
        except KeyringError:
            return False
        return True

    def drop(self, key_file: KeyFile) -> bool:
        """Lock; False where the keyring did not let go of the key."""
        if self._keyring is None:
            return True
        try:
            if self._keyring.read(key_file.store_id) is not None:
                self._keyring.remove(key_file.store_id)
        except NoKeyringError:
            return True
        except KeyringError:
            return False
        return True


def _parsed(secret: str) -> tuple[bytes | None, datetime | None]:
    with suppress(ValueError, KeyError, TypeError):
        data = json.loads(secret)
        used_at = datetime.fromisoformat(data["used_at"])
        if used_at.tzinfo is not None:
            return base64.b64decode(data["key"], validate=True), used_at
    return None, None
