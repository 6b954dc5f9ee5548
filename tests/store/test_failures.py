"""The disk is full, the folder read-only, another program busy: one sentence, nothing lost."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import sqlcipher3

from companion.domain.record import SafeText
from companion.errors import CompanionError, StoreError
from companion.store import engine
from companion.store.failures import sentence
from companion.store.store import Store
from companion.store.vault import Vault
from tests.fakes.store import PASSPHRASE, approved_of, fake_vault

_NOBODY = 65534
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits and users of POSIX")


def _full(store: Store) -> None:
    """The file can grow no further, as on a full disk."""
    with store.database.driver_connection() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_failures_full_disk_loses_nothing(store: Store) -> None:
    store.calls.save(approved_of(1))
    _full(store)
    with pytest.raises(StoreError, match=r"disk of .* is full; nothing was changed.*room"):
        store.calls.save_all(
            [approved_of(n, note=SafeText("many words " * 30)) for n in range(2, 200)]
        )
    assert store.calls.codes() == {"maple-1"}
    assert len(store.calls.search("quieter")) == 1


def test_failures_busy_store_is_waited_for_and_then_named(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    with vault.create(PASSPHRASE) as one, vault.open() as other:
        with one.database.writing() as session:
            session.connection()  # a transaction begins with the first statement
            with pytest.raises(StoreError, match="another program is using the store"):
                other.calls.save(approved_of(1))
        other.calls.save(approved_of(1))
        assert one.calls.codes() == {"maple-1"}


def _in_child(act: Callable[[Path], object], folder: Path, prepare: Callable[[], None]) -> str:
    """What `act` says in a process of its own, after `prepare` has limited that process."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_told, args=(act, folder, prepare, theirs), daemon=True)
    child.start()
    assert ours.poll(60), "the child said nothing"
    said: str = ours.recv()
    child.join(60)
    return said


def _told(
    act: Callable[[Path], object], folder: Path, prepare: Callable[[], None], pipe: Connection
) -> None:
    try:
        prepare()
        pipe.send(f"done: {act(folder)}")
    except CompanionError as error:
        pipe.send(f"{type(error).__name__}: {error}")
    except BaseException as error:  # noqa: BLE001 - told to the test
        pipe.send(f"UNEXPECTED {error!r}")


def _save(folder: Path) -> object:
    with fake_vault(folder).open(PASSPHRASE) as store:
        return store.calls.save(approved_of(2)).code


def _list(folder: Path) -> object:
    with fake_vault(folder).open(PASSPHRASE) as store:
        return sorted(store.calls.codes())


def _reword(folder: Path) -> None:
    fake_vault(folder).change_passphrase(PASSPHRASE, "quite another passphrase")


def _create(folder: Path) -> None:
    fake_vault(folder / "new").create(PASSPHRASE)


def _limit_files(most_bytes: int) -> Callable[[], None]:
    def prepare() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return prepare


@posix
@pytest.mark.parametrize("act", [_save, _reword, _create])
@pytest.mark.parametrize("most_bytes", [0, 100])
def test_failures_file_that_may_not_grow_is_a_plain_sentence(
    vault: Vault, act: Callable[[Path], object], most_bytes: int
) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of(1))
    said = _in_child(act, vault.folder, _limit_files(most_bytes))
    assert said.startswith("StoreError: "), said
    assert "nothing was changed" in said
    with fake_vault(vault.folder).open(PASSPHRASE) as store:
        assert store.calls.codes() == {"maple-1"}


@pytest.fixture
def read_only() -> Generator[tuple[Path, Callable[[], None]], None, None]:
    """A store whose folder and files its user may read and not write, and how to be that user."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    folder = base / "store"
    with fake_vault(folder).create(PASSPHRASE) as store:
        store.calls.save(approved_of(1))
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for path in (*folder.iterdir(), folder):
        if root:
            os.chown(path, _NOBODY, _NOBODY)
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield folder, (lambda: os.setuid(_NOBODY)) if root else (lambda: None)
    folder.chmod(0o700)
    shutil.rmtree(base)


@posix
def test_failures_read_only_folder_can_be_read(
    read_only: tuple[Path, Callable[[], None]],
) -> None:
    folder, prepare = read_only
    assert _in_child(_list, folder, prepare) == "done: ['maple-1']"


@posix
@pytest.mark.parametrize("act", [_save, _reword, _create])
def test_failures_read_only_folder_is_named(
    read_only: tuple[Path, Callable[[], None]], act: Callable[[Path], object]
) -> None:
    folder, prepare = read_only
    said = _in_child(act, folder, prepare)
    assert said.startswith("StoreError: "), said
    assert "cannot be written; nothing was changed" in said


def test_failures_never_quote_the_database(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    codes = (None, 1, 5, 6, 8, 10, 11, 13, 14, 19, 26, 522, 778, 999)
    for code in codes:
        error = sqlcipher3.DatabaseError("the secret value")
        error.sqlite_errorcode = code
        said = sentence(error, path)
        assert "secret" not in said
        assert "; " in said or ". " in said


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "no space"),
        OSError(errno.EDQUOT, "no quota"),
        sqlcipher3.OperationalError("database or disk is full"),  # of a backup: without a code
    ],
)
def test_failures_a_full_disk_is_called_full(error: Exception, tmp_path: Path) -> None:
    said = sentence(error, tmp_path / "calls.db")
    assert said.startswith(f"the disk of {tmp_path} is full; nothing was changed")
