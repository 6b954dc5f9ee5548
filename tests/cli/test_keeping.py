"""What of a call is kept: unlocking before it, a draft that outlives kill -9, saving after it."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from companion import locations
from companion.after.shipped_redactor import ShippedRedactor
from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.cli import keeping, opening
from companion.cli.app import run
from companion.cli.call_start import CallRequest, is_attended
from companion.domain.call import CallPhase
from companion.errors import StoreError
from companion.live.board import Board
from companion.live.call_record import CallRecord
from companion.live.draft_keeper import DraftKeeper
from companion.live.follow import BoardFollower
from companion.records import to_json
from companion.understanding.rap import find_rap
from tests.fakes.board import snapshot, summary
from tests.fakes.kept_calls import KeptCalls, Terminal
from tests.fakes.store import PASSPHRASE, fake_vault, summary_of

MICROPHONE = InputDevice(0, "Headset", "ALSA", 1, 48_000, is_default=True)


# A draft outlives the process that wrote it.


def _killed_after(folder: Path, lines: int, every_s: float) -> int:
    """Run the dying call until it printed so many lines; what the last one said."""
    command = [sys.executable, "-m", "tests.fakes.dying_call", str(folder), str(every_s)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = [int(line) for line in itertools.islice(process.stdout, lines)]
    finally:
        process.kill()  # SIGKILL: nothing of the process runs after this
        rest, _ = process.communicate()
    assert len(said) == lines, "the call ended by itself"
    # What was said between the last line that was read and the kill; its end may be cut off.
    said += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return said[-1]


@pytest.mark.parametrize("lines", [1, 10, 33, 58])
def test_keeping_a_call_killed_in_the_middle_of_writing_leaves_a_whole_draft(
    lines: int, tmp_path: Path
) -> None:
    fake_vault(tmp_path / "store").create(PASSPHRASE).close()
    # Written without a pause: wherever the end comes, it comes while a draft is written.
    said = _killed_after(tmp_path / "store", lines, every_s=0.0)
    vault = fake_vault(tmp_path / "store", clock=lambda: datetime.now(timezone.utc))
    with vault.open(PASSPHRASE) as store:
        drafts = store.drafts.pending(datetime.now(timezone.utc))
    assert len(drafts) == 1 or lines == 1  # the first may not have been written yet
    for draft in drafts:
        assert 0 < draft.summary.open_count <= said + 1
        assert draft.summary.consent == summary().consent


# Before a call.


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`companion call` up to the gate, where it is left: with typed passphrases and lines."""

    def begin(*lines: str, passphrases: Sequence[str] = (), options: Sequence[str] = ()) -> int:
        waiting = iter(passphrases)
        monkeypatch.setattr(devices, "list_inputs", lambda: (MICROPHONE,))
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in (*lines, "5"))))
        monkeypatch.setattr("sys.stderr", _Both(sys.stderr))
        monkeypatch.setattr(opening, "ask", lambda prompt: next(waiting))
        settings_skip = "call:\n  skip_preparation: true\nstore:\n  use_keyring: false\n"
        locations.user_config().mkdir(parents=True, exist_ok=True)
        locations.settings_file().write_text(settings_skip, encoding="utf-8")
        return run(["call", "--plain", *options])

    return begin


class _Both:
    """Standard error, before a terminal."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def isatty(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def test_keeping_without_a_store_says_how_to_get_one_and_goes_on(
    gate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate() == 0
    err = capsys.readouterr().err
    assert "'companion store init' makes an encrypted one" in err
    assert "Ask for consent" in err
    assert not locations.store_folder().exists()


def test_keeping_skipping_the_passphrase_is_told_in_one_sentence(
    kept: KeptCalls, gate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(passphrases=[""]) == 0
    err = capsys.readouterr().err
    assert err.count("without the passphrase no draft of this call is kept") == 1
    assert "Ask for consent" in err


def test_keeping_a_wrong_passphrase_does_not_keep_anybody_from_calling(
    kept: KeptCalls, gate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(passphrases=["wrong one", "wrong two", PASSPHRASE]) == 0
    err = capsys.readouterr().err
    assert err.count("the passphrase is wrong") == 2
    assert "no draft of this call is kept" not in err
    assert gate(passphrases=["wrong"] * 3) == 0
    assert "no draft of this call is kept" in capsys.readouterr().err


def test_keeping_a_broken_store_does_not_keep_anybody_from_calling(
    kept: KeptCalls, gate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    (locations.store_folder() / "key.json").write_text("{}", encoding="utf-8")
    assert gate() == 0
    err = capsys.readouterr().err
    assert "is damaged" in err
    assert "Ask for consent" in err


def _leave_draft(kept: KeptCalls) -> None:
    with kept.store() as store:
        at = datetime.now(timezone.utc) - timedelta(minutes=5)
        store.drafts.put("left", to_json(summary_of()), at)


@pytest.mark.parametrize(
    ("lines", "stays", "says"),
    [
        (("d",), False, "Discarded. Nothing of that call is left."),
        (("",), True, "It stays for 24 hours"),
        (("x", "k"), True, "It stays for 24 hours"),
        (("r", "approve", "oak-21", ""), False, "Saved as oak-21"),
        (("r", "later"), True, "Its draft stays for 24 hours"),
        (("don't know", ""), True, "It stays for 24 hours"),  # only d, or the whole word, discards
    ],
)
def test_keeping_a_draft_that_is_left_is_offered_before_the_next_call(
    lines: tuple[str, ...],
    stays: bool,
    says: str,
    kept: KeptCalls,
    gate: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from companion.cli import clock

    monkeypatch.setattr(clock, "now", lambda: datetime.now(timezone.utc))
    _leave_draft(kept)
    assert gate(*lines, passphrases=[PASSPHRASE]) == 0
    out, err = capsys.readouterr()
    assert out == ""  # standard output is for the call's own lines
    assert "A draft is left, of a call from" in err
    assert says in err
    assert "Ask for consent" in err
    with kept.store() as store:
        assert len(store.drafts.pending(datetime.now(timezone.utc))) == int(stays)


# Unattended.


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--consent", "spoken", "--consent-scope", "help", "--save"), "nothing can be saved"),
        (("--consent", "spoken", "--passphrase-stdin"), "--passphrase-stdin goes with --save"),
    ],
)
def test_keeping_options_that_do_not_go_together_are_told(
    options: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["call", "--plain", *options]) == 2
    assert says in capsys.readouterr().err


def test_keeping_save_without_a_store_stops_before_the_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    assert run(["call", "--consent", "spoken", "--plain", "--save", "--passphrase-stdin"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "'companion store init' makes one" in err


def test_keeping_nobody_is_asked_about_the_store_in_a_run_for_programs(
    kept: KeptCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*args: object) -> object:
        raise AssertionError("the store was opened")

    monkeypatch.setattr(keeping, "store_for_call", nobody)
    monkeypatch.setattr("sys.stdin", Terminal(""))
    monkeypatch.setattr("sys.stderr", _Both(sys.stderr))
    request = CallRequest(input_file=Path("talk.wav"), consent="spoken", view="plain")
    assert not is_attended(request, "plain")
    assert not is_attended(CallRequest(consent="spoken", view="json"), "json")
    assert is_attended(CallRequest(consent="spoken"), "plain")


def test_keeping_the_store_is_not_loaded_where_there_is_none() -> None:
    code = (
        "import sys; from companion.cli import calling, keeping; "
        "assert not keeping.there_is_a_store(); "
        "assert not {'sqlalchemy', 'sqlmodel', 'sqlcipher3', 'icalendar'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_keeping_waits_for_no_thread_of_its_own() -> None:
    assert not [t for t in threading.enumerate() if t.name == "companion-draft"]


def test_keeping_a_save_that_fails_says_that_the_draft_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rap = find_rap("one-on-one.en")
    record = CallRecord(rap, date(2026, 5, 4), None, ShippedRedactor("en"))
    board = Board(replace(snapshot(), phase=CallPhase.ENDED, summary=summary()))
    session = SimpleNamespace(board=board)
    with fake_vault(tmp_path / "store").create(PASSPHRASE) as store:
        keeper = DraftKeeper(board, store.drafts, "draft", record.text_of)
        keeper.take(BoardFollower(board).look(0.0))

        def full(*_: object) -> None:
            raise StoreError("the disk is full; make some room")

        monkeypatch.setattr(store.calls, "save", full)
        with pytest.raises(StoreError, match="full"):
            keeping.save_unattended(store, session, record, keeper)  # type: ignore[arg-type]
        assert [d.draft_id for d in store.drafts.pending(datetime.now(timezone.utc))] == ["draft"]
    assert "'companion review' opens it" in capsys.readouterr().err
