"""Reads the pages of a SQLCipher file with the key in hand, without SQLite: what is really there.

SQLCipher 4 with a raw key: pages of 4096 bytes, each AES-256-CBC, at its end the IV (16 bytes)
and an HMAC (64 bytes); the first page begins with 16 bytes of salt in the clear.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from companion.store.key_file import KEY_FILE, read_key_file

PAGE_BYTES = 4096
_RESERVED_BYTES = 80
_IV_BYTES = 16
_SALT_BYTES = 16


def decrypted_pages(path: Path, key: bytes) -> bytes:
    """The content of every page, one after the other, free pages included."""
    raw = path.read_bytes()
    plain = bytearray()
    for number, start in enumerate(range(0, len(raw), PAGE_BYTES), start=1):
        page = raw[start : start + PAGE_BYTES]
        skipped = _SALT_BYTES if number == 1 else 0
        content = page[skipped : PAGE_BYTES - _RESERVED_BYTES]
        iv = page[PAGE_BYTES - _RESERVED_BYTES :][:_IV_BYTES]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        plain += decryptor.update(content) + decryptor.finalize()
    return bytes(plain)


def everything_in(folder: Path, key: bytes) -> bytes:
    """All bytes of all files in a folder, as they lie there and, for databases, decrypted."""
    found = bytearray()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found += path.read_bytes()
        if path.stat().st_size and path.stat().st_size % PAGE_BYTES == 0:
            found += decrypted_pages(path, key)
    return bytes(found)


def unlocked_content(folder: Path, passphrase: str) -> bytes:
    """The same for a whole store. Raises: LockedError: a wrong passphrase; StoreError."""
    return everything_in(folder, read_key_file(folder / KEY_FILE).unwrap(passphrase))
