"""`companion store`: what people see, on the real library `keyring` with a keyring in memory."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Generator
from pathlib import Path

import keyring
import pytest

from companion import locations
from companion.cli import opening
from companion.cli.app import run
from companion.settings import StoreSettings
from companion.store.vault import Vault
from tests.fakes.store import NOW, approved_of, deletion_code_of
from tests.fakes.system_keyring import MemoryKeyring

PASSPHRASE = "four words nobody guesses"
OTHER = "quite another passphrase"


@pytest.fixture
def memory() -> Generator[MemoryKeyring, None, None]:
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


class Commands:
    """Runs commands; `piped` are the lines on standard input, `typed` what is asked for."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = patch

    def __call__(self, *words: str, piped: str | None = None, typed: str | None = None) -> str:
        code, out, err = self.all(*words, piped=piped, typed=typed)
        assert code == 0, err
        return out

    def fails(self, *words: str, piped: str | None = None, typed: str | None = None) -> str:
        code, out, err = self.all(*words, piped=piped, typed=typed)
        assert code == 2, out
        return err

    def all(
        self, *words: str, piped: str | None = None, typed: str | None = None
    ) -> tuple[int, str, str]:
        extra = ["--passphrase-stdin"] if piped is not None else []
        answers = iter((typed or "").splitlines())
        stdin = io.StringIO(piped or "")
        self._patch.setattr(stdin, "isatty", lambda: typed is not None, raising=False)
        self._patch.setattr(sys, "stdin", stdin)
        self._patch.setattr("getpass.getpass", lambda prompt, stream: next(answers))
        code = run(["store", *words, *extra])
        said = self._capsys.readouterr()
        for secret in (PASSPHRASE, OTHER):
            assert secret not in said.out + said.err
        return code, said.out, said.err


@pytest.fixture
def store(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, memory: MemoryKeyring
) -> Commands:
    return Commands(capsys, monkeypatch)


def _vault() -> Vault:
    return Vault(locations.store_folder(), StoreSettings())


def test_store_commands_say_how_to_begin(store: Commands, tmp_path: Path) -> None:
    assert "companion store init" in store("status")
    for words in (["unlock"], ["lock"], ["passphrase"], ["check"], ["backup", str(tmp_path / "b")]):
        assert "companion store init" in store.fails(*words, typed=PASSPHRASE)
    assert not locations.store_folder().exists()


def test_store_init_asks_twice_and_says_that_there_is_no_way_back(store: Commands) -> None:
    said = store("init", typed=f"{PASSPHRASE}\n{PASSPHRASE}")
    assert "without its passphrase" in said
    assert "unlocked" in store("status")
    assert "already" in store.fails("init", piped=PASSPHRASE)


def test_store_init_changes_nothing_where_the_two_differ(store: Commands) -> None:
    said = store.fails("init", typed=f"{PASSPHRASE}\n{OTHER}\n" * 3)
    assert said.count("differ") == 3
    assert not locations.store_folder().exists()


def test_store_init_asks_again_after_a_slip(store: Commands) -> None:
    typed = f"short\n{PASSPHRASE}\n{OTHER}\n{PASSPHRASE}\n{PASSPHRASE}"
    code, out, err = store.all("init", typed=typed)
    assert code == 0
    assert "12 characters" in out
    assert err.index("at least 12") < err.index("differ")  # weak: told before it is repeated
    assert _vault().exists


@pytest.mark.parametrize("piped", ["", "\n", "short\n"])
def test_store_init_refuses_a_weak_or_missing_line(store: Commands, piped: str) -> None:
    assert "passphrase" in store.fails("init", piped=piped)
    assert not locations.store_folder().exists()


def test_store_lock_and_unlock(store: Commands, memory: MemoryKeyring) -> None:
    store("init", piped=f"{PASSPHRASE}\n")
    assert len(memory.entries) == 1
    store("lock")
    assert memory.entries == {}
    assert json.loads(store("status", "--json")) == {
        "folder": str(locations.store_folder()),
        "exists": True,
        "unlocked": False,
    }
    assert "no terminal" in store.fails("unlock")
    assert "wrong" in store.fails("unlock", piped=OTHER)
    assert "unlocked" in store("unlock", typed=f"{OTHER}\n{PASSPHRASE}")
    assert len(memory.entries) == 1


def test_store_unlock_says_where_there_is_no_keyring(store: Commands) -> None:
    store("init", piped=PASSPHRASE)
    keyring.set_keyring(_headless())
    assert "each command will ask" in store("unlock", piped=PASSPHRASE)
    assert "locked" in store("lock")


def _headless() -> keyring.backend.KeyringBackend:
    from keyring.backends import fail

    backend: keyring.backend.KeyringBackend = fail.Keyring()  # type: ignore[no-untyped-call]
    return backend


def test_store_passphrase_is_changed(store: Commands) -> None:
    store("init", piped=PASSPHRASE)
    store("lock")
    assert "wrong" in store.fails("passphrase", piped=f"{OTHER}\n{OTHER}\n")
    assert "changed" in store("passphrase", piped=f"{PASSPHRASE}\n{OTHER}\n")
    assert "wrong" in store.fails("unlock", piped=PASSPHRASE)
    store("unlock", piped=OTHER)
    store("passphrase", typed=f"{OTHER}\n{PASSPHRASE}\n{PASSPHRASE}")


def test_store_backup_and_restore(store: Commands, tmp_path: Path) -> None:
    store("init", piped=PASSPHRASE)
    with _vault().open() as opened:
        opened.calls.save(approved_of())
    target = str(tmp_path / "backup")
    assert "1 call in" in store("backup", target)
    assert "choose another name" in store.fails("backup", target)
    assert "is a folder" in store.fails("backup", str(tmp_path))
    with _vault().open() as opened:
        opened.calls.delete("maple-17")
    assert "--yes" in store.fails("restore", target, piped=PASSPHRASE)
    nothing_is_asked = store.fails("restore", str(tmp_path / "none"), typed="")
    assert "there is no file" in nothing_is_asked
    assert "not the passphrase of the backup" in store.fails(
        "restore", target, "--yes", piped=OTHER
    )
    assert "1 call restored" in store("restore", target, "--yes", piped=PASSPHRASE)
    with _vault().open() as opened:
        assert opened.calls.codes() == {"maple-17"}


def test_store_restore_asks_for_the_passphrase_of_a_locked_store(
    store: Commands, tmp_path: Path
) -> None:
    store("init", piped=PASSPHRASE)
    with _vault().open() as opened:
        opened.calls.save(approved_of())
    target = str(tmp_path / "backup")
    store("backup", target)
    with _vault().open() as opened:
        opened.calls.erase(deletion_code_of(17), NOW)
    store("passphrase", piped=f"{PASSPHRASE}\n{OTHER}")
    store("lock")
    said = store("restore", target, "--yes", typed=f"{PASSPHRASE}\n{OTHER}")
    assert "Erased since the backup, and not brought back: 1 call." in said
    store("lock")
    assert "0 calls restored" in store("restore", target, "--yes", typed=f"{PASSPHRASE}\n\n")


def test_store_check_tells_and_mends(store: Commands) -> None:
    store("init", piped=PASSPHRASE)
    assert "well" in store("check")
    assert json.loads(store("check", "--json")) == {"well": True, "findings": []}
    with _vault().open() as opened:
        opened.calls.save(approved_of())
        with opened.database.driver_connection() as connection:
            connection.execute("DELETE FROM call_words")
    code, out, _ = store.all("check")
    assert code == 2
    assert "lacks 1 calls" in out
    assert "--mend" in out
    assert "well" in store("check", "--mend")
    with _vault().open() as opened:
        assert len(opened.calls.search("scheduling")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_store_check_closes_what_is_open_to_others(store: Commands) -> None:
    store("init", piped=PASSPHRASE)
    locations.store_folder().chmod(0o755)
    assert "open to other users" in store.all("check")[1]
    assert "well" in store("check", "--mend")
    assert locations.store_folder().stat().st_mode & 0o777 == 0o700


def test_store_check_says_what_to_do_about_a_damaged_file(store: Commands) -> None:
    store("init", piped=PASSPHRASE)
    path = locations.store_folder() / "calls.db"
    path.write_bytes(b"x" * 9000)
    assert "restore FILE" in store.fails("check")


def test_opening_asks_only_where_the_store_is_locked(
    store: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("init", piped=PASSPHRASE)
    monkeypatch.setattr(opening, "ask", lambda prompt: pytest.fail("asked without need"))
    opening.open_store().close()
    store("lock")
    monkeypatch.setattr(opening, "ask", lambda prompt: PASSPHRASE)
    opening.open_store().close()
