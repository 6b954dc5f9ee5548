"""What the pages work on: the settings, the rap, the store, and the one call that may run.

All of it lives in this process's memory; a page holds nothing. Methods may be called from any of
the server's threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol

from companion import locations
from companion.clocks import through_sleep_s
from companion.domain.outline import RapOutline
from companion.errors import LockedError, StoreError
from companion.settings import Settings, load_settings
from companion.store.store import Store
from companion.store.vault import Vault
from companion.understanding.rap import Rap, load_rap
from companion.understanding.rap_library import rap_path
from companion.web.headset import HeadsetTest
from companion.web.voice import VoiceDesk


class RunningCall(Protocol):
    """The call that is on; see `companion.web.calling`."""

    @property
    def is_over(self) -> bool:
        """It has ended, one way or the other."""

    def close(self) -> None:
        """End it, and close the microphone; may be called twice."""


class Workspace:
    """One organizer's desk, for as long as the app runs."""

    def __init__(
        self,
        vault: Vault,
        settings_path: Path | None = None,
        clock: Callable[[], float] = through_sleep_s,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.vault = vault
        self.today = today
        self.stopping = threading.Event()
        """Set when the app is about to stop: streams end, and no page waits for them."""
        self._settings_path = settings_path or locations.settings_file()
        self._clock = clock
        self._lock = threading.RLock()
        self._store: Store | None = None
        self._store_used_s = 0.0
        self._call: RunningCall | None = None
        self.headset = HeadsetTest()
        """The headset test before a call."""
        self.voice = VoiceDesk()
        """The organizer's own voice."""
        self._rap: tuple[tuple[object, ...], Rap] | None = None

    @property
    def settings(self) -> Settings:
        """The settings as the file has them now. Raises: SettingsError, DocumentError."""
        return load_settings(self._settings_path)

    @property
    def settings_path(self) -> Path:
        """The file that the settings page writes."""
        return self._settings_path

    @property
    def rap(self) -> Rap:
        """The rap that the settings name, as its file is now. Raises: RapError, DocumentError."""
        path = rap_path(self.settings.call.rap)
        state = (path, *_file_state(path))
        with self._lock:
            # Reading one takes a quarter of a second, and every page needs it.
            if self._rap is None or self._rap[0] != state:
                self._rap = (state, load_rap(path))
            return self._rap[1]

    @property
    def outline(self) -> RapOutline:
        """The rap as pages show it."""
        return self.rap.outline()

    # The store.

    @property
    def store(self) -> Store | None:
        """The open store; None where it is locked, or was idle for too long and locked itself.

        Asking counts as use.
        """
        with self._lock:
            idle_s = self._clock() - self._store_used_s
            if self._store is not None and idle_s > self.settings.store.lock_after_min * 60:
                self._close_store()
            if self._store is None and self.vault.exists and self.vault.is_unlocked:
                self._store = self.vault.open()
            self._store_used_s = self._clock()
            return self._store

    def open_store(self) -> Store:
        """The open store. Raises: LockedError where it is locked, StoreError where none is."""
        store = self.store
        if store is not None:
            return store
        if not self.vault.exists:
            raise StoreError("there is no place for notes yet; the first page makes one")
        raise LockedError("the notes are locked; unlock them first")

    def unlock(self, passphrase: str) -> Store:
        """Open the store with its passphrase. Raises: LockedError, StoreError."""
        with self._lock:
            if self._store is None:
                self._store = self.vault.open(passphrase)
            self._store_used_s = self._clock()
            return self._store

    def create_store(self, passphrase: str) -> Store:
        """Make the store. Raises: StoreError for a weak passphrase, or where there is one."""
        with self._lock:
            self._store = self.vault.create(passphrase)
            self._store_used_s = self._clock()
            return self._store

    def lock(self) -> None:
        """Close the store; the passphrase is asked for again."""
        with self._lock:
            self._close_store()
            self.vault.lock()

    def change_passphrase(self, old: str, new: str) -> None:
        """Another passphrase for the store. Raises: LockedError for a wrong old one, StoreError
        for a weak new one."""
        with self._lock:
            self._close_store()
            self.vault.change_passphrase(old, new)
            self._store = self.vault.open(new)

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    # The call.

    @property
    def call(self) -> RunningCall | None:
        """The call that is on, or that ended and was not reviewed yet."""
        with self._lock:
            return self._call

    def begin_call(self, call: RunningCall | None) -> None:
        """Take a new call in place of the one before; None when it is done with."""
        with self._lock:
            before, self._call = self._call, call
        if before is not None and before is not call:
            before.close()

    @property
    def in_call(self) -> bool:
        """True while a call runs: the app does not stop by itself then."""
        call = self.call
        return call is not None and not call.is_over

    def close(self) -> None:
        """End the call and close the store; at the end of the app."""
        self.begin_call(None)
        with self._lock:
            self._close_store()


def _file_state(path: Path) -> tuple[int, int]:
    """What changes where a file is written: its time in ns, and its bytes; zeros without it."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
