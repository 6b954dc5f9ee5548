"""Calls under any order of acts, against a plain dictionary of what should be there."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from companion.domain.record import SafeText
from companion.errors import StoreError
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    FakeKeyring,
    approved_of,
    deletion_code_of,
    fake_vault,
)

NUMBERS = st.integers(1, 6)
_OLD_DAYS = 200


class StoreMachine(RuleBasedStateMachine):
    """`there`: number of a call to whether it is old; `held`, `erased`: numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.vault = fake_vault(self.base / "store", keyring=FakeKeyring())
        self.store = self.vault.create(PASSPHRASE)
        self.there: dict[int, bool] = {}
        self.held: set[int] = set()
        self.erased: set[int] = set()

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.base)

    @rule(number=NUMBERS, old=st.booleans())
    def save(self, number: int, old: bool) -> None:
        day = TODAY - timedelta(days=_OLD_DAYS if old else 0)
        approved = approved_of(number, call_date=day, note=SafeText(f"marked {number * 1111}"))
        if number in self.erased:
            try:
                self.store.calls.save(approved)
            except StoreError:
                return
            raise AssertionError("an erased call came back")
        self.store.calls.save(approved)
        self.there.setdefault(number, old)

    @rule(number=NUMBERS)
    def erase(self, number: int) -> None:
        erased = self.store.calls.erase(deletion_code_of(number), NOW)
        assert (erased is not None) == (number in self.there)
        if erased is not None:
            self.erased.add(number)
            self._forget(number)

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.there)))
        self.store.calls.delete(f"maple-{number}")
        self._forget(number)

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def hold_or_release(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.there)))
        if number in self.held:
            self.store.calls.release(f"maple-{number}")
        else:
            self.store.calls.hold(f"maple-{number}", "asked for by the committee")
        self.held ^= {number}

    @rule()
    def purge(self) -> None:
        gone = self.store.calls.purge(TODAY - timedelta(days=90), dry_run=False)
        expected = {n for n, old in self.there.items() if old} - self.held
        assert {call.code for call in gone} == {f"maple-{n}" for n in expected}
        for number in expected:
            self._forget(number)

    @rule()
    def start_again(self) -> None:
        self.store.close()
        self.store = self.vault.open()

    @invariant()
    def is_as_it_should_be(self) -> None:
        codes = {f"maple-{number}" for number in self.there}
        assert self.store.calls.codes() == codes
        assert self.store.calls.count() == len(codes)
        assert {call.code for call in self.store.calls.search("marked")} == codes
        for number in range(1, 7):
            found = self.store.calls.search(f"{number * 1111}")
            assert len(found) == (number in self.there)
            erased = self.store.calls.erased_on(deletion_code_of(number))
            assert (erased is not None) == (number in self.erased)

    def _forget(self, number: int) -> None:
        del self.there[number]
        self.held.discard(number)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
