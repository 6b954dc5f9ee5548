"""Writes a small encrypted store of the present schema for the tests of later releases.

Run once for each release whose schema differs: `scripts/in-venv scripts.make_store_fixture`. It
makes `tests/data/stores/<revision>/` with the store, its calls as plain records (they are made
up), and refuses to write over one that is there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from companion.domain.hearing import Hearing, Playback
from companion.domain.record import SafeText
from companion.records import to_json
from companion.store.migrations import HEAD
from tests.fakes.store import NOW, PASSPHRASE, approved_of, deletion_code_of, fake_vault

STORES = Path(__file__).resolve().parents[1] / "tests" / "data" / "stores"


def make(folder: Path) -> None:
    """Three calls, one held, one erased, a draft, a voice; and what must be found in it."""
    with fake_vault(folder).create(PASSPHRASE) as store:
        store.calls.save_all([approved_of(n) for n in (11, 12, 13)])
        note, hearing = SafeText("a brass band on the first of May"), Hearing(Playback.SPEAKERS)
        store.calls.save(approved_of(14, note=note, hearing=hearing))
        store.calls.hold("maple-12", "asked for by the committee")
        store.calls.erase(deletion_code_of(13), NOW)
        store.drafts.put("draft", to_json(approved_of(15).summary), NOW)
        store.voices.keep(b"figures of a voice", NOW)
        expected = {call.code: to_json(call.summary) for call in store.calls.list()}
    for leftover in ("in-use.lock", "attempts.json"):
        (folder / leftover).unlink(missing_ok=True)
    text = json.dumps(expected, indent=1, sort_keys=True) + "\n"
    (folder / "expected.json").write_text(text, encoding="ascii")


def main() -> int:
    """Make the store of the present schema."""
    folder = STORES / HEAD
    if folder.exists():
        print(f"{folder} is there already: a released store is never made anew", file=sys.stderr)
        return 1
    make(folder)
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
