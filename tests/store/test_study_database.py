"""One search shared by two programs on a real PostgreSQL."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from companion.cli.app import run
from companion.errors import TeamError
from companion.store.study_database import SCHEMA, StudyDatabase
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount
from companion.trainer.tune_study import open_study, shared_storage
from tests.fakes.postgres import OWNER_PASSWORD
from tests.fakes.team import fresh_server, owner_of
from tests.fakes.tuning_worker import ONLY, STUDY, TRIALS
from tests.trainer.tuned_calls import folder_of_calls, small_task

ROOT = Path(__file__).parents[2]
LIMIT_S = 100


def worker(account: TeamAccount) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.tuning_worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"{account.address}\n{account.password}\n")
    process.stdin.flush()
    return process


def test_study_database_two_programs_share_one_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = fresh_server()
    database = server.new_database()
    account = owner_of(server, database)
    workers = [worker(account), worker(account)]
    try:
        for process in workers:
            assert process.stdout is not None
            assert process.stdout.readline() == "tried one\n"
        told = [json.loads(p.communicate("go on\n", timeout=LIMIT_S)[0]) for p in workers]
    finally:
        for process in workers:
            process.kill()
            process.wait()
    task = small_task(*ONLY)
    storage = shared_storage(StudyDatabase(account).connect)
    study = open_study(storage, STUDY, task.signature(), task.knobs, task.values, task.seed)
    tried = study.tried()
    assert TRIALS <= len(tried) <= TRIALS + 1, "the last one may be begun by both"
    assert [own["own"] >= 1 for own in told] == [True, True]
    assert len({t.number for t in tried}) == len(tried)
    assert len({tuple(sorted(t.values.items())) for t in tried}) == len(tried), "none is doubled"
    best = min(tried, key=lambda t: (not t.allowed, t.score, t.number))
    assert best.number in {own["best"] for own in told}

    # Whoever comes later has all of it, and their password stands nowhere.
    calls = folder_of_calls(tmp_path / "calls")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OWNER_PASSWORD}\n"))
    command = ["rap", "tune", "one-on-one.en", str(calls), "--study", str(account.address)]
    options = ["--study-name", STUDY, "--password-stdin", "--trials", str(TRIALS), "--json"]
    options += [word for key in ONLY for word in ("--only", key)]
    assert run([*command, *options]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["trials"] == len(tried)
    assert OWNER_PASSWORD not in out + err
    assert not (tmp_path / "home").is_dir() or not list((tmp_path / "home").rglob("*.sqlite"))
    with server.connect(database) as admin:
        tables = admin.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'trials'"
        ).fetchall()
    assert tables == [(SCHEMA,)]


def test_study_database_a_wrong_password_is_told_in_words() -> None:
    server = fresh_server()
    account = owner_of(server, server.new_database())
    other = StudyDatabase(TeamAccount(account.address, "not-this-one"))
    with pytest.raises(TeamError, match="password") as failure, other.alone():
        pass
    assert "not-this-one" not in str(failure.value)


def test_study_database_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(TeamError, match="password in it"):
        TeamAddress.parse("postgresql://me:secret@127.0.0.1/tuning")
