"""Commands run on a real encrypted store with a few calls, as a person would run them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import pytest

from companion import locations
from companion.cli import clock
from companion.cli.app import run
from companion.domain.record import ApprovedSummary
from companion.store.store import Store
from tests.fakes.store import NOW, PASSPHRASE, TODAY, fake_vault


def days_ago(days: int) -> date:
    """A day before (or, negative, after) `TODAY`, a Tuesday, on which every command is run."""
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Answered:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal(io.StringIO):
    """Standard input with a person before it, who types these lines."""

    def isatty(self) -> bool:
        return True


class KeptCalls:
    """A store in the test's own folder, and commands on it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(clock, "now", lambda: NOW)
        # Tests must not leave a key in the keyring of whoever runs them.
        locations.user_config().mkdir(parents=True)
        locations.settings_file().write_text("store:\n  use_keyring: false\n", encoding="utf-8")
        self._vault = fake_vault(locations.store_folder(), clock=lambda: datetime.now(timezone.utc))
        self._vault.create(PASSPHRASE).close()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store itself, to prepare or to look."""
        with self._vault.open(PASSPHRASE) as store:
            yield store

    def keep(self, *calls: ApprovedSummary) -> None:
        """Save calls."""
        with self.store() as store:
            for call in calls:
                store.calls.save(call)

    def codes(self) -> list[str]:
        """The codes of the kept calls, the newest first."""
        with self.store() as store:
            return [call.code for call in store.calls.list()]

    def run(self, *arguments: str, typed: Iterable[str] | None = None) -> Answered:
        """One command. `typed`: what a person at a terminal answers; None: nobody is there."""
        lines = [PASSPHRASE, *(typed or ())]
        return self._run([*arguments, "--passphrase-stdin"], lines, is_person=typed is not None)

    def run_without_store(self, *arguments: str, typed: Iterable[str] = ()) -> Answered:
        """One command that opens no store; `typed`: lines of standard input, from no person."""
        return self._run(list(arguments), list(typed), is_person=False)

    def _run(self, arguments: list[str], lines: list[str], *, is_person: bool) -> Answered:
        text = "".join(f"{line}\n" for line in lines)
        self._monkeypatch.setattr("sys.stdin", Terminal(text) if is_person else io.StringIO(text))
        self._capsys.readouterr()
        code = run(arguments)
        out, err = self._capsys.readouterr()
        return Answered(code, out, err)
