"""A whole call in a terminal of its own, from the passphrase to the receipt, as a person has it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
import soundfile

from companion import locations
from tests.fakes.store import PASSPHRASE, fake_vault

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo terminals")
WAIT_S = 90.0


class InTerminal:
    """A program before a pseudo terminal; `until` waits for words, `type` answers them."""

    def __init__(self, *arguments: str) -> None:
        self._own, theirs = os.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "companion", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(theirs)
        self.text = ""

    def until(self, words: str) -> str:
        """What was printed up to these words, and with them."""
        while words not in self.text:
            ready, _, _ = select.select([self._own], [], [], WAIT_S)
            assert ready, f"no '{words}' in:\n{self.text}"
            try:
                read = os.read(self._own, 65536)
            except OSError:  # the program has ended, and with it the terminal
                read = b""
            assert read, f"no '{words}' in:\n{self.text}"
            self.text += read.decode("utf-8", "replace").replace("\r\n", "\n")
        seen, _, self.text = self.text.partition(words)
        return seen + words

    def type(self, *lines: str) -> None:
        for line in lines:
            os.write(self._own, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self) -> int:
        return self._process.wait(WAIT_S)

    def close(self) -> None:
        self.kill()
        os.close(self._own)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Two seconds of next to nothing."""
    noise = np.random.default_rng(1).normal(0, 0.001, 32_000).astype(np.float32)
    soundfile.write(tmp_path / "talk.wav", noise, 16_000)
    return tmp_path / "talk.wav"


@pytest.fixture
def store() -> None:
    """A store that no keyring opens."""
    locations.user_config().mkdir(parents=True)
    locations.settings_file().write_text("store:\n  use_keyring: false\n", encoding="utf-8")
    fake_vault(locations.store_folder()).create(PASSPHRASE).close()


def _codes() -> list[str]:
    with fake_vault(locations.store_folder()).open(PASSPHRASE) as store:
        return sorted(store.calls.codes())


def _drafts() -> int:
    now = datetime.now(timezone.utc)
    with fake_vault(locations.store_folder(), clock=lambda: now).open(PASSPHRASE) as store:
        return len(store.drafts.pending(now))


@pytest.fixture
def call(store: None) -> Iterator[InTerminal]:
    """A call by hand in plain lines, up to its first line."""
    running = InTerminal("call", "--prompts-only", "--plain")
    yield running
    running.close()


def _begin(call: InTerminal, passphrase: str = PASSPHRASE) -> None:
    call.until("Passphrase of the store")
    call.type(passphrase)
    call.until("Type ? and Enter for the commands.")


def test_call_with_review_from_the_passphrase_to_the_receipt(call: InTerminal) -> None:
    _begin(call)
    call.type("answer maybe", "e")
    review = call.until("Row, command, or ? for help")
    assert "Their answer: They said maybe, or need time (tapped)" in review
    assert "Draft of this call" not in review  # the review shows it, and once is enough
    call.type("approve", "oak-21")
    receipt = call.until("writes a file; Enter ends")
    assert "Saved as oak-21" in receipt
    assert "deletion code is shown only this once" in receipt
    call.type("")
    assert call.wait() == 0
    assert _codes() == ["oak-21"]
    assert _drafts() == 0


def test_call_with_review_a_killed_call_is_offered_again(call: InTerminal) -> None:
    _begin(call)
    call.type("answer maybe", "e")
    call.until("Row, command, or ? for help")
    call.kill()
    assert _codes() == []
    assert _drafts() == 1


def test_call_with_review_ctrl_c_in_the_review_leaves_the_draft_and_says_so(
    call: InTerminal,
) -> None:
    _begin(call)
    call.type("answer maybe", "e")
    call.until("Row, command, or ? for help")
    call.interrupt()
    call.until("Its draft stays for 24 hours")
    assert call.wait() == 0
    assert (_codes(), _drafts()) == ([], 1)


def test_call_with_review_a_withdrawn_call_leaves_neither_draft_nor_question(
    call: InTerminal,
) -> None:
    _begin(call)
    call.type("answer maybe", "withdraw", "withdraw")
    assert call.wait() == 0
    assert (_codes(), _drafts()) == ([], 0)


def test_call_with_review_without_the_passphrase_it_is_asked_for_once_more(
    call: InTerminal,
) -> None:
    _begin(call, "")
    call.type("e")
    call.until("Passphrase, to review and save this call")
    call.type("")
    call.until("nothing of this call is kept")
    assert call.wait() == 0
    assert (_codes(), _drafts()) == ([], 0)


def test_call_with_review_saves_by_itself_only_what_needs_no_confirmation(
    sound: Path, store: None
) -> None:
    command = [sys.executable, "-m", "companion", "call", "--input", str(sound)]
    options = ["--consent", "spoken", "--json", "--save", "--passphrase-stdin"]
    done = subprocess.run(
        [*command, *options],
        input=f"{PASSPHRASE}\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, summary, saved = [json.loads(line) for line in done.stdout.splitlines()]
    assert (summary["type"], saved["type"]) == ("summary", "saved")
    assert _codes() == [saved["code"]]
    assert Path(saved["store"]).is_file()
    assert _drafts() == 0, "the draft that was kept meanwhile goes as it is saved"
    with fake_vault(locations.store_folder()).open(PASSPHRASE) as opened:
        kept = opened.calls.get(saved["code"]).summary
        assert opened.calls.erase(saved["deletion_code"], datetime.now(timezone.utc)) is not None
    assert not kept.agreed
    assert kept.commitment is None
    assert kept.consent is not None


def test_call_with_review_without_save_a_run_for_programs_stores_nothing(
    sound: Path, store: None
) -> None:
    command = [sys.executable, "-m", "companion", "call", "--input", str(sound)]
    done = subprocess.run(
        [*command, "--consent", "spoken", "--plain"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Passphrase" not in done.stderr
    assert (_codes(), _drafts()) == ([], 0)
