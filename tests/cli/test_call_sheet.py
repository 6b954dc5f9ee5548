"""The sheet of a call fits the terminal, and names the call first."""

from __future__ import annotations

from companion.cli.call_sheet import printed
from companion.notes.wording import NO_WORDS
from companion.store.stored_call import StoredCall
from tests.fakes.store import NOW, approved_of


def test_call_sheet_fits_a_narrow_terminal() -> None:
    approved = approved_of(1)
    call = StoredCall(1, "maple-1", approved.summary, NOW, approved.deletion_digest)
    lines = printed(call, NO_WORDS, 50)
    assert lines[0] == "maple-1"
    assert max(map(len, lines)) <= 50
