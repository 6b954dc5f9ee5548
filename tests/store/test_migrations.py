"""The schema moves forward from every release, wholly or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from companion.errors import StoreError
from companion.records import to_json
from companion.store import migrate
from companion.store.migrations import HEAD, REVISIONS
from companion.store.store import Store
from companion.store.tables import Local
from companion.store.vault import Vault
from tests.fakes.revisions import NEXT, next_revision
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    approved_of,
    deletion_code_of,
    fake_vault,
)

STORES = Path(__file__).parents[1] / "data" / "stores"
VOICES = {"0001": None, "0002": b"figures of a voice"}


def _revision(store: Store) -> str | None:
    with store.database.reading() as session:
        return migrate.revision_of(session.connection())


def _columns(store: Store, table: str) -> set[str]:
    with store.database.reading() as session:
        rows = session.connection().execute(text(f"PRAGMA table_info({table})"))
        return {row[1] for row in rows}


def test_migrations_list_of_revisions_is_what_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    script = ScriptDirectory.from_config(config)
    found = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS
    assert script.get_heads() == [HEAD]


def test_migrations_make_the_tables_of_the_models(store: Store) -> None:
    with store.database.reading() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "compare_type": True,
                "include_object": lambda thing, name, *_: not str(name).startswith("call_words"),
            },
        )
        assert compare_metadata(context, Local.metadata) == []


def test_migrations_there_is_a_store_of_every_released_schema() -> None:
    assert {path.name for path in STORES.iterdir()} == set(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
def test_migrations_bring_a_store_of_a_release_forward(revision: str, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(STORES / revision, folder)
    expected = json.loads((folder / "expected.json").read_bytes())
    with fake_vault(folder).open(PASSPHRASE) as store:
        assert _revision(store) == HEAD
        assert {c.code: to_json(c.summary) for c in store.calls.list()} == expected
        assert [c.code for c in store.calls.search("brass band")] == ["maple-14"]
        assert store.calls.get("maple-12").hold is not None
        assert store.calls.erased_on(deletion_code_of(13)) == NOW.date()
        assert len(store.follow_ups.due(TODAY, 30)) == 3
        assert len(store.drafts.pending(NOW)) == 1
        voice = store.voices.kept()
        assert (None if voice is None else voice.figures) == VOICES[revision]
        store.calls.save(approved_of(17))
    assert fake_vault(folder).check(PASSPHRASE, mend=True) == []


def test_migrations_bring_todays_store_to_tomorrows_schema(vault: Vault, tmp_path: Path) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of())
    with next_revision(tmp_path / "revisions"):
        with vault.open() as store:
            assert _revision(store) == NEXT
            assert "mood" in _columns(store, "call")
            assert [c.code for c in store.calls.search("quieter")] == ["maple-17"]
        assert vault.check() == []


def test_migrations_interrupted_leave_the_old_state_and_go_on_later(
    vault: Vault, tmp_path: Path
) -> None:
    with vault.create(PASSPHRASE) as store:
        store.calls.save(approved_of())
    stop = "raise KeyboardInterrupt"
    with next_revision(tmp_path / "stopped", stop), pytest.raises(KeyboardInterrupt):
        vault.open()
    with vault.open() as store:
        assert _revision(store) == HEAD
        assert "mood" not in _columns(store, "call")
        assert store.calls.codes() == {"maple-17"}
    with next_revision(tmp_path / "revisions"), vault.open() as store:
        assert _revision(store) == NEXT
        assert store.calls.codes() == {"maple-17"}


def test_migrations_that_fail_say_so_and_change_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.create(PASSPHRASE).close()
    broken = "op.execute('INSERT INTO no_such_table VALUES (1)')"
    with next_revision(tmp_path / "broken", broken), pytest.raises(StoreError, match="check"):
        vault.open()
    with vault.open() as store:
        assert _revision(store) == HEAD


def test_migrations_refuse_a_newer_store_and_leave_it_alone(vault: Vault, tmp_path: Path) -> None:
    with vault.create(PASSPHRASE) as store:
        path = store.path
    with next_revision(tmp_path / "revisions"):
        vault.open().close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer companion.*left as it is.*update companion"):
        vault.open()
    assert path.read_bytes() == before


def test_migrations_refuse_a_database_that_companion_did_not_make(store: Store) -> None:
    with store.database.writing() as session:
        session.connection().execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreError, match="not made by companion"):
        migrate.bring_up_to_date(store.database)


def test_migrations_are_done_once_by_two_programs(vault: Vault, tmp_path: Path) -> None:
    vault.create(PASSPHRASE).close()
    with next_revision(tmp_path / "revisions"), vault.open() as one, vault.open() as other:
        assert _revision(one) == _revision(other) == NEXT
        assert not migrate.bring_up_to_date(other.database)
