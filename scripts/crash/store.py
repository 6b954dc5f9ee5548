"""The store under kill -9 at random moments. Run by `scripts/crash_store`."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Set
from datetime import timedelta
from pathlib import Path

from typing_extensions import override

from companion.errors import LockedError
from companion.records import to_json
from companion.store.store import Store
from companion.store.vault import Vault
from scripts.crash.killing import Say, Scenario, kill_once
from tests.fakes.revisions import next_revision
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    approved_of,
    deletion_code_of,
    fake_vault,
    summary_of,
)

LONGEST_S = 0.25
_OTHER = "another four words, please"
_OLD = TODAY - timedelta(days=200)


def _vault(folder: Path) -> Vault:
    return fake_vault(folder / "store")


def _findings(store: Store, vault: Vault) -> list[str]:
    return vault.check(PASSPHRASE) + [
        f"{code} is there {count} times" for code, count in _counted(store).items() if count != 1
    ]


def _counted(store: Store) -> dict[str, int]:
    digests = [call.deletion_digest for call in store.calls.list()]
    return {digest[:8]: digests.count(digest) for digest in digests}


def _unlike(what: str, found: Set[str], least: Set[str], most: Set[str]) -> list[str]:
    lost, extra = least - found, found - most
    return [f"{what}: lost {len(lost)}, too many {len(extra)}"] if lost or extra else []


class Saving(Scenario):
    """Calls are saved, one after the other; each that was said to be saved is there once."""

    name = "saving"

    @override
    def prepare(self, folder: Path) -> None:
        _vault(folder).create(PASSPHRASE).close()

    @override
    def act(self, folder: Path, say: Say) -> None:
        with _vault(folder).open(PASSPHRASE) as store:
            for number in range(100, 10_000):
                store.calls.save(approved_of(number))
                say(f"maple-{number}")

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        following = f"maple-{100 + len(said)}"
        with vault.open(PASSPHRASE) as store:
            found = set(store.calls.codes())
            problems = _unlike("calls", found, set(said), {*said, following})
            # The organizer approves the last one again: it must not be doubled.
            store.calls.save(approved_of(100 + len(said)))
            problems += _unlike(
                "calls", set(store.calls.codes()), {*said, following}, found | {following}
            )
            return problems + _findings(store, vault)


class Drafting(Scenario):
    """A draft is put again and again; the last one that was said is there, or the next."""

    name = "drafting"

    @override
    def prepare(self, folder: Path) -> None:
        _vault(folder).create(PASSPHRASE).close()

    @override
    def act(self, folder: Path, say: Say) -> None:
        with _vault(folder).open(PASSPHRASE) as store:
            for duration_s in range(1, 10_000):
                store.drafts.put("call", to_json(summary_of(duration_s=duration_s)), NOW)
                say(str(duration_s))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        with vault.open(PASSPHRASE) as store:
            drafts = store.drafts.pending(NOW)
            found = drafts[0].summary.duration_s if drafts else 0
            wrong = found - len(said) not in (0, 1) or len(drafts) > 1
            return [f"draft {found} after {len(said)}"] * wrong + _findings(store, vault)


class Purging(Scenario):
    """Old calls are saved and purged; held and young ones stay, and no purge is done by half."""

    name = "purging"
    _batch = 6

    @override
    def prepare(self, folder: Path) -> None:
        with _vault(folder).create(PASSPHRASE) as store:
            store.calls.save_all([approved_of(number) for number in range(10, 15)])
            store.calls.save(approved_of(20, call_date=_OLD))
            store.calls.hold("maple-20", "asked for by the committee")

    @override
    def act(self, folder: Path, say: Say) -> None:
        with _vault(folder).open(PASSPHRASE) as store:
            for first in range(100, 10_000, self._batch):
                numbers = range(first, first + self._batch)
                store.calls.save_all([approved_of(n, call_date=_OLD) for n in numbers])
                say("saved")
                store.calls.purge(TODAY - timedelta(days=90), dry_run=False)
                say("purged")

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        with vault.open(PASSPHRASE) as store:
            codes = store.calls.codes()
            stay = {*(f"maple-{n}" for n in range(10, 15)), "maple-20"}
            problems = _unlike("kept calls", codes & stay, stay, stay)
            old = len(codes - stay)
            if old not in (0, self._batch):
                problems.append(f"half a purge: {old} of {self._batch} are left")
            return problems + _findings(store, vault)


class Erasing(Scenario):
    """Calls are erased by their deletion code: gone with a tombstone, or wholly there."""

    name = "erasing"

    @override
    def prepare(self, folder: Path) -> None:
        with _vault(folder).create(PASSPHRASE) as store:
            store.calls.save_all([approved_of(number) for number in range(100, 140)])

    @override
    def act(self, folder: Path, say: Say) -> None:
        with _vault(folder).open(PASSPHRASE) as store:
            for number in range(100, 140):
                store.calls.erase(deletion_code_of(number), NOW)
                say(f"maple-{number}")

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        every = {f"maple-{number}" for number in range(100, 140)}
        with vault.open(PASSPHRASE) as store:
            found = set(store.calls.codes())
            following = {f"maple-{100 + len(said)}"}
            problems = _unlike("calls", found, every - set(said) - following, every - set(said))
            for number in range(100, 140):
                erased = store.calls.erased_on(deletion_code_of(number)) is not None
                if erased == (f"maple-{number}" in found):
                    problems.append(f"maple-{number}: tombstone and call do not agree")
            return problems + _findings(store, vault)


class Rewording(Scenario):
    """The passphrase is changed to and fro; the last one that was said opens, or the next."""

    name = "changing the passphrase"

    @override
    def prepare(self, folder: Path) -> None:
        with _vault(folder).create(PASSPHRASE) as store:
            store.calls.save(approved_of())

    @override
    def act(self, folder: Path, say: Say) -> None:
        vault = _vault(folder)
        old, new = PASSPHRASE, _OTHER
        for _ in range(100_000):
            vault.change_passphrase(old, new)
            old, new = new, old
            say(old)

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        try:
            store = vault.open(PASSPHRASE)
        except LockedError:
            store = vault.open(_OTHER)
            vault.change_passphrase(_OTHER, PASSPHRASE)
        with store:
            there = _unlike("calls", set(store.calls.codes()), {"maple-17"}, {"maple-17"})
            return there + _findings(store, vault)


class BackingUp(Scenario):
    """Backups are made; one that has its name can be restored whole, and the store stays."""

    name = "backing up"

    @override
    def prepare(self, folder: Path) -> None:
        with _vault(folder).create(PASSPHRASE) as store:
            store.calls.save_all([approved_of(number) for number in range(100, 110)])

    @override
    def act(self, folder: Path, say: Say) -> None:
        for number in range(10_000):
            _vault(folder).backup(folder / f"backup-{number}", PASSPHRASE)
            say(str(number))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        every = {f"maple-{number}" for number in range(100, 110)}
        made = sorted(folder.glob("backup-*[0-9]"))
        problems = [] if len(made) in (len(said), len(said) + 1) else ["a backup is gone"]
        for number, path in enumerate(made):
            other = fake_vault(folder / f"other-{number}")
            other.restore(path, PASSPHRASE)
            with other.open(PASSPHRASE) as store:
                problems += _unlike("backup", set(store.calls.codes()), every, every)
        vault = _vault(folder)
        vault.backup(folder / "last", PASSPHRASE)  # clears away what the killed one left
        left = list((folder / "store").glob("copy-*"))
        problems += [f"{len(left)} copies are left"] if left else []
        with vault.open(PASSPHRASE) as store:
            return problems + _findings(store, vault)


class Restoring(Scenario):
    """A backup is restored over the store; either of the two opens, whole."""

    name = "restoring"

    @override
    def prepare(self, folder: Path) -> None:
        vault = _vault(folder)
        with vault.create(PASSPHRASE) as store:
            store.calls.save(approved_of(100))
            store.calls.save(approved_of(200))
            vault.backup(folder / "backup", PASSPHRASE)
            store.calls.erase(deletion_code_of(200), NOW)
            store.calls.save(approved_of(300))

    @override
    def act(self, folder: Path, say: Say) -> None:
        for number in range(10_000):
            _vault(folder).restore(folder / "backup", PASSPHRASE)
            say(str(number))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        vault = _vault(folder)
        with vault.open(PASSPHRASE) as store:
            found = set(store.calls.codes())
            problems = _findings(store, vault)
        if found != {"maple-100"} and (said or found != {"maple-100", "maple-300"}):
            problems.append("neither the store nor the backup")
        vault.restore(folder / "backup", PASSPHRASE)
        databases = list((folder / "store").glob("*.db"))
        return problems + (["databases are left over"] if len(databases) != 1 else [])


class Migrating(Scenario):
    """A store of the release before is opened again and again; it is the old one or the new one,
    and its calls are there."""

    name = "migrating"

    @override
    def prepare(self, folder: Path) -> None:
        with _vault(folder).create(PASSPHRASE) as store:
            store.calls.save_all([approved_of(number) for number in range(100, 160)])
        shutil.copytree(folder / "store", folder / "before")

    @override
    def act(self, folder: Path, say: Say) -> None:
        with next_revision(folder / "revisions"):
            for number in range(10_000):
                _vault(folder).open(PASSPHRASE).close()
                say(str(number))
                shutil.rmtree(folder / "store")
                shutil.copytree(folder / "before", folder / "store.copy")
                (folder / "store.copy").rename(folder / "store")

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        if not (folder / "store" / "key.json").exists():
            return []  # killed while the scenario itself put the old store back
        vault = _vault(folder)
        every = {f"maple-{number}" for number in range(100, 160)}
        with next_revision(folder / "revisions after"), vault.open(PASSPHRASE) as store:
            return _unlike("calls", store.calls.codes(), every, every) + _findings(store, vault)


class Creating(Scenario):
    """Stores are made; each can be opened, or made again."""

    name = "creating"

    @override
    def prepare(self, folder: Path) -> None:
        """Nothing is there."""

    @override
    def act(self, folder: Path, say: Say) -> None:
        for number in range(10_000):
            fake_vault(folder / f"store-{number}").create(PASSPHRASE).close()
            say(str(number))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        problems = []
        for number in range(len(said) + 1):
            vault = fake_vault(folder / f"store-{number}")
            if number < len(said) and not vault.exists:
                problems.append("a store is gone")
            store = vault.open(PASSPHRASE) if vault.exists else vault.create(PASSPHRASE)
            with store:
                problems += _findings(store, vault)
        return problems


SCENARIOS: tuple[type[Scenario], ...] = (
    Saving,
    Drafting,
    Purging,
    Erasing,
    Rewording,
    BackingUp,
    Restoring,
    Migrating,
    Creating,
)


def run(kind: type[Scenario], seed: int, longest_s: float = LONGEST_S) -> list[str]:
    """One run of one scenario in a folder of its own; what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        return kill_once(kind(), Path(folder) / "run", random.Random(seed), longest_s)


def main(arguments: list[str] | None = None) -> int:
    """So many runs, the scenarios in turn; 1 where anything was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="scripts/crash_store", description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=200, help="kills (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    options = parser.parse_args(arguments)
    bad = dict.fromkeys(SCENARIOS, 0)
    for number in range(options.runs):
        kind = SCENARIOS[number % len(SCENARIOS)]
        problems = run(kind, options.seed + number)
        bad[kind] += bool(problems)
        for problem in problems:
            print(f"{kind.name}, seed {options.seed + number}: {problem}", file=sys.stderr)
    for kind, count in bad.items():
        runs = len(range(SCENARIOS.index(kind), options.runs, len(SCENARIOS)))
        print(f"  {kind.name:<24} {runs:>4} kills  {count:>3} with something lost or doubled")
    return 1 if any(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
