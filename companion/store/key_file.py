"""The key of the store, wrapped under the passphrase.

The database's own key is 32 random bytes and never changes. The passphrase is stretched with
Argon2id (RFC 9106), and what comes out encrypts that key with AES-256-GCM. So a new passphrase
rewrites this small file and not the database, and a wrong one is noticed before the database is
touched. The file also says which database it opens: replacing it is the one moment in which a
store is created or exchanged for a restored one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from companion.errors import LockedError, StoreError
from companion.store.engine import KEY_BYTES
from companion.store.private_files import replace_private

KEY_FILE = "key.json"
DATABASE_FILE = "calls.db"
MIN_PASSPHRASE_CHARS = 12
MAX_PASSPHRASE_CHARS = 1024
_MIN_DIFFERENT_CHARS = 5
_FORMAT = 1
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MOST_BYTES = 10_000
"""A key file is under 1 kB; a longer one is something else."""


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id's cost. The defaults are the second recommendation of RFC 9106 (64 MiB)."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4

    def __post_init__(self) -> None:
        """Raises: ValueError for a cost that no laptop should be asked to pay."""
        in_range = (
            1 <= self.passes <= 100 and 1 <= self.lanes <= 64 and 8 <= self.memory_kib <= 2**21
        )
        if not in_range or self.memory_kib < 8 * self.lanes:
            raise ValueError("Argon2id's cost is out of range")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What lies in `key.json`. Holds no secret that can be read without the passphrase."""

    store_id: str
    """Random; the name of the store's entry in the keyring."""
    database: str
    """Name of the file that the key opens."""
    cost: KdfCost
    salt: bytes
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    key_check: bytes = field(repr=False)
    """Tells whether a key is this store's, without opening anything."""

    @classmethod
    def wrap(
        cls, key: bytes, passphrase: str, cost: KdfCost, store_id: str, database: str
    ) -> KeyFile:
        """Wrap a key under a passphrase, with fresh salt and nonce.

        Raises: StoreError where the passphrase is too weak.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        check_strength(passphrase)
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        label = _label(store_id, database, cost, salt)
        wrapped = AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, key, label)
        return cls(store_id, database, cost, salt, nonce, wrapped, _check_of(key))

    def unwrap(self, passphrase: str) -> bytes:
        """The store's key, 32 bytes. Raises: LockedError where the passphrase is wrong."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        label = _label(self.store_id, self.database, self.cost, self.salt)
        stretched = _stretched(passphrase, self.salt, self.cost)
        try:
            key = AESGCM(stretched).decrypt(self.nonce, self.wrapped, label)
        except InvalidTag:
            raise LockedError("the passphrase is wrong; try again, and mind capitals") from None
        if len(key) != KEY_BYTES:
            raise StoreError(_damaged("the key file"))
        return key

    def fits(self, key: bytes) -> bool:
        """True where `key` is the one that is wrapped here."""
        return hmac.compare_digest(_check_of(key), self.key_check)

    def to_bytes(self) -> bytes:
        """As JSON; the order of keys is fixed."""
        data = {
            "format": _FORMAT,
            "store_id": self.store_id,
            "database": self.database,
            "kdf": {
                "name": "argon2id",
                "passes": self.cost.passes,
                "memory_kib": self.cost.memory_kib,
                "lanes": self.cost.lanes,
                "salt": _text(self.salt),
            },
            "wrapped_key": {"cipher": "aes-256-gcm", "nonce": _text(self.nonce)},
            "key_check": _text(self.key_check),
        }
        data["wrapped_key"]["key"] = _text(self.wrapped)  # type: ignore[index]
        return (json.dumps(data, indent=1) + "\n").encode("ascii")

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> KeyFile:
        """Read `to_bytes`. `name`: of the file, for the error. Raises: StoreError."""
        try:
            data = json.loads(content)
            newer = isinstance(data["format"], int) and data["format"] > _FORMAT
        except (ValueError, KeyError, TypeError, RecursionError):
            raise StoreError(_damaged(name)) from None
        if newer:
            raise StoreError(
                f"{name} was written by a newer companion; update companion to open this store"
            )
        try:
            return cls._from_data(data)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise StoreError(_damaged(name)) from None

    @classmethod
    def _from_data(cls, data: dict[str, Any]) -> KeyFile:
        kdf, wrapped = data["kdf"], data["wrapped_key"]
        store_id, database = str(data["store_id"]), str(data["database"])
        if kdf["name"] != "argon2id" or wrapped["cipher"] != "aes-256-gcm":
            raise ValueError("unknown method")
        if not store_id.isalnum() or database != Path(database).name or database in ("", KEY_FILE):
            raise ValueError("not a name")
        cost = KdfCost(int(kdf["passes"]), int(kdf["memory_kib"]), int(kdf["lanes"]))
        nonce = _bytes(wrapped["nonce"])
        if len(nonce) != _NONCE_BYTES:
            raise ValueError("not a nonce")
        key, check = _bytes(wrapped["key"]), _bytes(data["key_check"])
        return cls(store_id, database, cost, _bytes(kdf["salt"]), nonce, key, check)


def new_key() -> bytes:
    """A random key for a database: 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_store_id() -> str:
    """A random name for a store: 16 hex digits."""
    return secrets.token_hex(8)


def read_key_file(path: Path) -> KeyFile:
    """Read a key file. Raises: StoreError: missing, foreign, damaged, newer."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise StoreError(
            "there is no store on this computer yet; 'companion store init' makes one"
        ) from None
    except OSError:
        raise StoreError(
            f"{path} cannot be read; make it readable for you, then try again"
        ) from None
    return KeyFile.from_bytes(content, str(path))


def write_key_file(path: Path, key_file: KeyFile) -> None:
    """Replace the key file as a whole. Raises: OSError."""
    replace_private(path, key_file.to_bytes())


def check_strength(passphrase: str) -> None:
    """Raises: StoreError where a passphrase is empty, short, or all but one character."""
    plain = _normal(passphrase)
    if len(plain) > MAX_PASSPHRASE_CHARS:
        raise StoreError(
            f"a passphrase has at most {MAX_PASSPHRASE_CHARS} characters; choose a shorter one"
        )
    if len(plain) < MIN_PASSPHRASE_CHARS or len(set(plain)) < _MIN_DIFFERENT_CHARS:
        raise StoreError(
            f"a passphrase needs at least {MIN_PASSPHRASE_CHARS} characters; four or five "
            "words that do not belong together are easy to keep and hard to guess"
        )


def _stretched(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        secret=_normal(passphrase).encode("utf-8", "surrogatepass"),
        salt=salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _normal(passphrase: str) -> str:
    """Accents typed in two ways are the same; what stands around the phrase does not count."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _label(store_id: str, database: str, cost: KdfCost, salt: bytes) -> bytes:
    """What is sealed with the key, so that nobody lowers the cost or exchanges the database."""
    parts = ("companion key", _FORMAT, store_id, database, cost.passes, cost.memory_kib, cost.lanes)
    return "|".join(map(str, parts)).encode() + b"|" + salt


def _check_of(key: bytes) -> bytes:
    return hmac.new(key, b"companion: which key is this", hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _damaged(name: str) -> str:
    return (
        f"{name} is damaged, or is no key file of companion; put back a copy of it, or bring back "
        "a backup with 'companion store restore FILE'"
    )
