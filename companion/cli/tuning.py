"""What `companion rap tune` does and prints."""

from __future__ import annotations

import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from companion import locations
from companion.cli.training import ProgressLine, needs_extra
from companion.errors import InputError
from companion.settings import load_settings
from companion.understanding.rap import Rap, load_rap
from companion.understanding.rap_library import given_rap, looks_like_path

if TYPE_CHECKING:
    from companion.trainer.bootstrap import Measured
    from companion.trainer.tune import Proposal, Task
    from companion.trainer.tune_figures import Change
    from companion.trainer.tune_study import Storage, TuneStudy


_STUDY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shared:
    """A search that several computers share."""

    address: str
    ca_file: Path | None
    without_tls: bool
    password_stdin: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command line."""

    rap: str
    calls: tuple[Path, ...]
    holdout: tuple[Path, ...]
    trials: int
    only: tuple[str, ...]
    tolerance: float
    seed: int
    write: Path | None
    page: Path | None
    study_name: str | None
    anew: bool
    shared: Shared | None
    as_json: bool


def tuned(wanted: Wanted) -> None:
    """Search, propose, and write what was asked for."""
    try:
        from companion.trainer.tune_page import as_page
    except ModuleNotFoundError as error:
        raise needs_extra(error) from None
    path = given_rap(wanted.rap)
    for target in (wanted.write, wanted.page):
        if target is not None and target.exists():
            raise InputError(f"{target}: is there already; give the name of a new file")
    rap = load_rap(path)
    task = _task(wanted, rap)
    name = _name(wanted, path)
    study = _study(wanted, task, name)
    proposal = _searched(wanted, task, study)
    diff, text = _diff(path, proposal)
    if wanted.page is not None:
        _write(wanted.page, as_page(proposal, diff, task.knobs, name))
    if wanted.write is not None and text is not None:
        _write(wanted.write, text)
    print(as_object(proposal, diff) if wanted.as_json else as_text(proposal, diff), end="")
    _tell_files(wanted, written=text is not None)


def _name(wanted: Wanted, path: Path) -> str:
    """Of the study: as it is given, else as the rap is named, with its version if that is."""
    if wanted.study_name is None:
        return path.stem if looks_like_path(wanted.rap) else wanted.rap
    if not _STUDY_NAME.fullmatch(wanted.study_name):
        raise InputError("--study-name takes letters, digits, dots and hyphens, such as our-search")
    return wanted.study_name


def _task(wanted: Wanted, rap: Rap) -> Task:
    from companion.trainer.corpus import read_calls
    from companion.trainer.tune import Task
    from companion.trainer.tune_split import split_calls

    calls = read_calls(wanted.calls)
    holdout = read_calls(wanted.holdout) if wanted.holdout else []
    task = Task(
        rap,
        load_settings().call,
        split_calls(calls, holdout, wanted.seed),
        wanted.tolerance,
        wanted.seed,
        wanted.only,
    )
    _ = task.knobs  # a key that is not known is told before anything is played
    return task


def _searched(wanted: Wanted, task: Task, study: TuneStudy) -> Proposal:
    from companion.trainer.tune import propose, search

    line = ProgressLine()
    began_s = time.monotonic()
    first: list[int] = []

    def tell(taken: int, best: float | None) -> None:
        first[:] = first or [taken]
        done = taken - first[0]
        left = (time.monotonic() - began_s) / done * (wanted.trials - taken) if done else None
        to_go = "" if left is None else f", about {max(left, 0):.0f} s to go"
        at_best = "" if best is None else f"; {best:.2f} faults in 10 minutes at best"
        line.write(f"tuning: {min(taken, wanted.trials)} of {wanted.trials}{at_best}{to_go}")

    split = task.split
    line.write(f"playing {len(split.search)} calls, {len(split.holdout)} are left for the end")
    try:
        rehearsal = search(task, study, wanted.trials, tell)
        line.write("measuring on the calls that were left for the end")
        return propose(task, study.tried(), rehearsal)
    except KeyboardInterrupt:
        line.clear()
        print(
            f"{len(study.tried())} trials are kept; the same command goes on from there.",
            file=sys.stderr,
        )
        raise
    finally:
        line.clear()


def _study(wanted: Wanted, task: Task, name: str) -> TuneStudy:
    from companion.trainer.tune_study import file_storage, open_study, shared_storage

    def opened(storage: Storage) -> TuneStudy:
        return open_study(
            storage,
            name,
            task.signature(),
            task.knobs,
            task.values,
            wanted.seed,
            anew=wanted.anew,
        )

    if wanted.shared is None:
        study = opened(file_storage(locations.tuning_folder() / f"{name}.sqlite"))
        study.give_up_lost()
        return study
    from companion.cli.team_going import said_when_slow, server_password
    from companion.store.study_database import StudyDatabase
    from companion.store.team_address import TeamAddress
    from companion.store.team_connection import TeamAccount

    given = wanted.shared
    address = TeamAddress.parse(given.address, ca_file=given.ca_file, without_tls=given.without_tls)
    database = StudyDatabase(TeamAccount(address, server_password(address, given.password_stdin)))
    with said_when_slow(f"Asking the server {address.server} ..."), database.alone():
        return opened(shared_storage(database.connect))


def _diff(path: Path, proposal: Proposal) -> tuple[str, str | None]:
    """The proposal as a diff, and the whole text with it; None where nothing is proposed."""
    from companion.trainer.rap_edit import as_diff, edited

    if not proposal.changed:
        return "", None
    raw = path.read_bytes()
    before = raw.decode("utf-8-sig")
    after = edited(before, proposal.changed, path.name)
    return as_diff(before, after, path.name), after


def _write(path: Path, text: str) -> None:
    """A new file; one that is there is never written over."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path}: is there already; give the name of a new file") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); check the folder") from None


def _tell_files(wanted: Wanted, *, written: bool) -> None:
    if wanted.write is not None:
        told = f"Written: {wanted.write}" if written else "No copy was written: nothing to change."
        print(told, file=sys.stderr)
    if wanted.page is not None:
        print(f"Written: {wanted.page}", file=sys.stderr)


def as_text(proposal: Proposal, diff: str) -> str:
    """The proposal for people."""
    from companion.cli.terminal_text import output_width, wrapped
    from companion.trainer.tune_page import difference_of, number, told_of_diff

    width = output_width()
    tried = len(proposal.tried)
    told = (
        f"{tried} sets of values were tried on calls of the search: "
        f"{proposal.baseline:.2f} faults in 10 minutes now, {proposal.best:.2f} after."
    )
    lines = [
        *wrapped("", proposal.verdict, width, 0),
        "",
        *wrapped("", told, width, 0),
        "",
        f"{'On the calls left for the end':<42}{'now':>7}{'after':>9}  difference",
        *(
            f"{c.words:<42}{number(c, c.before):>7}{number(c, c.after):>9}  {difference_of(c)}"
            for c in proposal.holdout
        ),
    ]
    if diff:
        lines += ["", *wrapped("", told_of_diff(proposal), width, 0), "", diff.rstrip("\n")]
    return "\n".join(lines) + "\n"


def as_object(proposal: Proposal, diff: str) -> str:
    """The proposal for programs."""

    def figure(measured: Measured) -> dict[str, float | int | None]:
        return {
            "value": measured.value,
            "low": measured.low,
            "high": measured.high,
            "count": measured.count,
        }

    def rows(found: tuple[Change, ...]) -> dict[str, object]:
        return {
            c.name: {
                "before": figure(c.before),
                "after": figure(c.after),
                "difference": figure(c.grown),
            }
            for c in found
        }

    told = {
        "verdict": proposal.verdict,
        "gain": proposal.is_gain,
        "trials": len(proposal.tried),
        "changed": dict(proposal.changed),
        "before": {key: proposal.before[key] for key in proposal.changed},
        "search": rows(proposal.search),
        "folds": rows(proposal.folds),
        "holdout": rows(proposal.holdout),
        "diff": diff,
    }
    return json.dumps(told, allow_nan=False) + "\n"
