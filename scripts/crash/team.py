"""Sharing with a team under kill -9 at random moments, with a real PostgreSQL. Run by
`scripts/crash_team`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from companion.store.store import Store
from companion.store.team import Team
from companion.store.team_connection import TeamAccount, connected
from scripts.crash.killing import Say, Scenario
from scripts.crash.store import run
from tests.fakes.store import NOW, PASSPHRASE, FakeRedactor, approved_of, fake_vault
from tests.fakes.team import ORGANIZER, the_team

_NUMBERS = range(100, 140)
LONGEST_S = 1.0


class _WithTeam(Scenario):
    """An organizer with forty calls who is in a team. What is said is `agreed CODE` once the
    organizer decided, and `done CODE` once the program said so."""

    account: TeamAccount

    @override
    def prepare(self, folder: Path) -> None:
        server = the_team()
        server.clear()
        self.account = server.member(ORGANIZER)
        with fake_vault(folder / "store").create(PASSPHRASE) as store:
            store.calls.save_all([approved_of(number) for number in _NUMBERS])
            _team(store).membership.keep(self.account)

    def _decide_and_do(self, folder: Path, say: Say, decide: Callable[[Team, str], object]) -> None:
        with (
            fake_vault(folder / "store").open(PASSPHRASE) as store,
            connected(self.account) as link,
        ):
            team = _team(store)
            for number in _NUMBERS:
                code = f"maple-{number}"
                decide(team, code)
                say(f"agreed {code}")
                team.settle(link)
                say(f"done {code}")

    def _made_up_for(self, folder: Path) -> tuple[list[str], set[str]]:
        """What the next command does; then what is wrong between here and the server, and what the
        server has."""
        with (
            fake_vault(folder / "store").open(PASSPHRASE) as store,
            connected(self.account) as link,
        ):
            team = _team(store)
            team.settle(link)
            codes = the_team().codes()
            marked = {call.code for call in store.calls.list() if call.shared_at is not None}
            problems = ["a call is there twice"] if len(codes) != len(set(codes)) else []
            problems += ["the marks here are not true"] if marked != set(codes) else []
            problems += ["something still waits"] if team.waiting() else []
            problems += ["calls are gone here"] if len(store.calls.codes()) != len(_NUMBERS) else []
            return problems, set(codes)


class Sharing(_WithTeam):
    """Calls are shared: each that was said to be is there once, and no other but the next."""

    name = "sharing"

    @override
    def act(self, folder: Path, say: Say) -> None:
        self._decide_and_do(folder, say, lambda team, code: team.share_later(team.preview(code)))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        agreed, done = _codes(said, "agreed"), _codes(said, "done")
        before = set(the_team().codes())
        problems = ["a shared call is lost"] if not done <= before else []
        found, after = self._made_up_for(folder)
        problems += ["an agreed call was not shared"] if not agreed <= after else []
        problems += ["a call was shared unasked"] if len(after - agreed) > 1 else []
        return problems + found


class TakingBack(_WithTeam):
    """Shared calls are taken back: each that was said to be is gone, and no other but the next."""

    name = "taking back"

    @override
    def prepare(self, folder: Path) -> None:
        super().prepare(folder)
        with (
            fake_vault(folder / "store").open(PASSPHRASE) as store,
            connected(self.account) as link,
        ):
            team = _team(store)
            for number in _NUMBERS:
                team.share_later(team.preview(f"maple-{number}"))
            team.settle(link)

    @override
    def act(self, folder: Path, say: Say) -> None:
        self._decide_and_do(folder, say, lambda team, code: team.unshare_later(code))

    @override
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        every = {f"maple-{number}" for number in _NUMBERS}
        agreed, done = _codes(said, "agreed"), _codes(said, "done")
        problems = ["a call is still there"] if done & set(the_team().codes()) else []
        found, after = self._made_up_for(folder)
        problems += ["an agreed call was not taken back"] if agreed & after else []
        problems += ["a call is gone unasked"] if len(every - agreed - after) > 1 else []
        return problems + found


SCENARIOS: tuple[type[Scenario], ...] = (Sharing, TakingBack)


def main(arguments: list[str] | None = None) -> int:
    """So many runs, the scenarios in turn; 1 where anything was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="scripts/crash_team", description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=50, help="kills (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    options = parser.parse_args(arguments)
    bad = 0
    for number in range(options.runs):
        kind = SCENARIOS[number % len(SCENARIOS)]
        problems = run(kind, options.seed + number, LONGEST_S)
        bad += bool(problems)
        for problem in problems:
            print(f"{kind.name}, seed {options.seed + number}: {problem}", file=sys.stderr)
    print(f"  sharing and taking back  {options.runs:>4} kills  {bad:>3} with something wrong")
    return 1 if bad else 0


def _team(store: Store) -> Team:
    return Team(store, lambda: NOW, FakeRedactor())


def _codes(said: list[str], verb: str) -> set[str]:
    return {line.split()[1] for line in said if line.startswith(f"{verb} ")}


if __name__ == "__main__":
    sys.exit(main())
