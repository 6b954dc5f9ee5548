"""The vault: one folder with the encrypted calls and the wrapped key.

`key.json` names the database that it opens, and is replaced as a whole. That is the one moment in
which a store comes to be, gets another passphrase, or is exchanged for a restored one; so at
every moment, power cuts included, there is a store that can be opened, or none was begun.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from companion.errors import LockedError, StoreError
from companion.settings import StoreSettings
from companion.store.attempts import Attempts
from companion.store.backup import (
    DATABASES,
    Erasures,
    Restored,
    build_restored,
    drop_aside,
    drop_leftovers,
    erasures_of,
    exchange,
    keep_keyless,
    make_backup,
    put_back,
)
from companion.store.backup_file import BackupFile, read_backup_file
from companion.store.checkup import content, damage, permissions
from companion.store.engine import open_database
from companion.store.failures import in_plain_words
from companion.store.guard import Guard, TextRedactor
from companion.store.in_use import InUse, alone
from companion.store.key_file import (
    KEY_FILE,
    KdfCost,
    KeyFile,
    check_strength,
    read_key_file,
    write_key_file,
)
from companion.store.key_ring import KeyringPort, SystemKeyring
from companion.store.making import finish, lacks_last_rename, make_store
from companion.store.migrate import bring_up_to_date
from companion.store.private_files import close_to_others, private_folder
from companion.store.store import Store
from companion.store.unlocked import Unlocked

SYSTEM_KEYRING = SystemKeyring()
DEFAULT_COST = KdfCost()


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(timezone.utc)


class Vault:
    """The store of one folder, locked or not. Holds no key itself."""

    def __init__(
        self,
        folder: Path,
        settings: StoreSettings,
        keyring: KeyringPort | None = SYSTEM_KEYRING,
        clock: Callable[[], datetime] = utc_now,
        *,
        redactor: TextRedactor | None = None,
        cost: KdfCost = DEFAULT_COST,
    ) -> None:
        """`keyring`: None for none. `clock`: the time now, with its zone. `redactor`: None for the
        shipped one. `cost`: of keys that are wrapped from now on."""
        self.folder = folder
        self._clock = clock
        self._guard = Guard(redactor)
        self._cost = cost
        self._attempts = Attempts(folder)
        wanted = keyring if settings.use_keyring else None
        self._unlocked = Unlocked(wanted, timedelta(minutes=settings.lock_after_min))

    @property
    def key_path(self) -> Path:
        """The key file; may not exist yet."""
        return self.folder / KEY_FILE

    @property
    def exists(self) -> bool:
        """True where there is a store, locked or not."""
        return self.key_path.is_file() or lacks_last_rename(self.folder)

    @property
    def is_unlocked(self) -> bool:
        """True while `open` needs no passphrase. Raises: StoreError: a damaged key file."""
        if not self.exists:
            return False
        return self._unlocked.key(self._key_file(), self._clock()) is not None

    def create(self, passphrase: str) -> Store:
        """Make an empty store and open it.

        Raises: StoreError where there is one already, the passphrase is weak, or the folder
        cannot be written.
        """
        check_strength(passphrase)
        with in_plain_words(self.key_path):
            private_folder(self.folder)
        with alone(self.folder):
            if self.exists:
                raise StoreError(
                    f"there is a store in {self.folder} already; 'companion store unlock' opens "
                    "it, 'companion store passphrase' changes its passphrase"
                )
            with in_plain_words(self.key_path):
                key = make_store(self.folder, passphrase, self._cost)
        return self._open_with(key, unlock=True)

    def open(self, passphrase: str | None = None) -> Store:
        """Open the store: with the passphrase, or (None) with the key from the keyring.

        A right passphrase also unlocks the store for the commands that follow, where there is a
        keyring. An older store is migrated first. Raises: LockedError where a passphrase is
        needed or wrong; StoreError: no store, damaged, newer, in use, not readable.
        """
        return self._open_with(self._key(passphrase), unlock=passphrase is not None)

    def lock(self) -> None:
        """Take the key out of the keyring. Raises: StoreError where the keyring refuses."""
        if not self._unlocked.drop(self._key_file()):
            raise StoreError(
                "the system's keyring did not let go of the store's key; unlock the keyring and "
                "try again, or remove the entry 'companion' in its own program"
            )

    def change_passphrase(self, old: str, new: str) -> None:
        """Wrap the key under another passphrase. Backups keep the one they were made with.

        Raises: LockedError: the old one is wrong; StoreError: the new one is weak.
        """
        check_strength(new)
        key = self._unwrapped(old)
        present = self._key_file()
        fresh = KeyFile.wrap(key, new, self._cost, present.store_id, present.database)
        with in_plain_words(self.key_path):
            write_key_file(self.key_path, fresh)

    def backup(self, target: Path, passphrase: str | None = None) -> int:
        """Back up into one new encrypted file; the number of calls in it.

        It is opened with the passphrase that the store has now. `passphrase`: None to use the key
        from the keyring. Raises: as `open`; StoreError: the file is there already, cannot be
        written, or the store is damaged.
        """
        self._drop_leftovers()
        key = self._key(passphrase)
        with self._open_with(key, unlock=passphrase is not None):
            return make_backup(self.folder, self._key_file(), key, target)

    def restore(
        self,
        source: Path,
        passphrase: str,
        *,
        present_passphrase: str | None = None,
        forget_erased: bool = False,
    ) -> Restored:
        """Exchange the store for a backup; `passphrase` is the backup's, and the store's from now
        on. Calls that were erased with their deletion code since then stay erased.

        For that the present store is looked into: with the key from the keyring, with
        `passphrase`, or with `present_passphrase`. `forget_erased`: go on where that fails.
        Raises: LockedError: the passphrase is not the backup's; StoreError. The present store is
        then as it was.
        """
        backup = read_backup_file(source)
        key = _unwrapped_backup(backup, passphrase)
        with in_plain_words(self.key_path):
            private_folder(self.folder)
        self._drop_leftovers()
        with alone(self.folder):
            erasures = Erasures()
            there = self.exists or any(self.folder.glob(DATABASES))
            if there and not forget_erased:
                erasures = self._erasures((key,), (passphrase, present_passphrase))
            name, restored = build_restored(self.folder, backup, key, erasures, self._clock())
            self._forget_key()
            keep_keyless(self.folder, name)
            exchange(self.folder, name, key, passphrase, self._cost)
        self._attempts.succeeded()
        try:
            self._open_with(key, unlock=True).close()
        except StoreError:
            put_back(self.folder)
            raise
        return restored

    def check(self, passphrase: str | None = None, *, mend: bool = False) -> list[str]:
        """Look the store over; what is wrong, each with what to do. Empty where all is well.

        `mend`: first put right what can be: permissions and the search index. Raises: as `open`.
        """
        if mend:
            with in_plain_words(self.key_path):
                for path in (self.folder, *self.folder.iterdir()):
                    close_to_others(path)
        with self.open(passphrase) as store:
            findings = damage(store.database)
            if not findings:
                if mend:
                    store.calls.reindex()
                findings += content(store.database)
            trouble = store.last_use.trouble(self._clock())
        findings += [trouble] if trouble is not None else []
        return findings + permissions(self.folder)

    def _erasures(self, keys: tuple[bytes, ...], passphrases: tuple[str | None, ...]) -> Erasures:
        """What the present store knows to be erased."""
        with suppress(StoreError):
            key_file = self._key_file()
            from_keyring = self._unlocked.key(key_file, self._clock())
            tried = [key for key in (*keys, from_keyring) if key is not None and key_file.fits(key)]
            for passphrase in passphrases:
                if not tried and passphrase:
                    with suppress(LockedError):
                        tried.append(key_file.unwrap(passphrase))
            if tried:
                return erasures_of(self.folder / key_file.database, tried[0])
        raise StoreError(
            "the present store could not be opened to see which calls were erased since the "
            "backup; nothing was changed. Unlock it first, or add --forget-erased to go without"
        )

    def _forget_key(self) -> None:
        """Drop the key of a store that is about to be replaced, as far as can be known."""
        with suppress(StoreError):
            self._unlocked.drop(self._key_file())

    def _drop_leftovers(self) -> None:
        """Of an interrupted backup or restore, where nobody else has the store open."""
        with suppress(StoreError, OSError), alone(self.folder):
            drop_leftovers(self.folder)

    def _key_file(self) -> KeyFile:
        if lacks_last_rename(self.folder):
            finish(self.folder)
        return read_key_file(self.key_path)

    def _key(self, passphrase: str | None) -> bytes:
        if passphrase is not None:
            return self._unwrapped(passphrase)
        key = self._unlocked.key(self._key_file(), self._clock())
        if key is None:
            raise LockedError(
                "the store is locked; 'companion store unlock' asks for its passphrase"
            )
        return key

    def _unwrapped(self, passphrase: str) -> bytes:
        """The key. Raises: LockedError: a wrong or empty passphrase, or too many before."""
        key_file = self._key_file()
        if not passphrase.strip():
            raise LockedError("the passphrase is empty; type the one of your store")
        self._attempts.begin(self._clock())
        key = key_file.unwrap(passphrase)
        self._attempts.succeeded()
        return key

    def _open_with(self, key: bytes, *, unlock: bool) -> Store:
        in_use = InUse(self.folder)
        try:
            # Read again, now that nobody can exchange the files any more.
            key_file = self._key_file()
            if not key_file.fits(key):
                raise LockedError("the store was exchanged at this moment; try again")
            database = open_database(self.folder / key_file.database, key)
            try:
                bring_up_to_date(database)
                store = Store(database, self._guard, in_use, self._clock)
            except BaseException:
                database.close()
                raise
        except BaseException:
            in_use.close()
            raise
        drop_aside(self.folder, key_file)
        if unlock:
            self._unlocked.keep(key_file, key, self._clock())
        return store


def _unwrapped_backup(backup: BackupFile, passphrase: str) -> bytes:
    try:
        return backup.key_file.unwrap(passphrase)
    except LockedError:
        raise LockedError(
            "this is not the passphrase of the backup (it is the one that the store had when the "
            "backup was made); try again"
        ) from None
