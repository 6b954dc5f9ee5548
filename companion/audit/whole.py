"""The whole audit, from planting to the receipt."""

from __future__ import annotations

import os
import platform
import random
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from companion import __version__, locations
from companion.audit.control_runs import ControlSeen, possible_controls, run_controls
from companion.audit.disk import core_files_go, places_outside, search_folders
from companion.audit.endings import ENDINGS, Ending
from companion.audit.forgetting import Forgot, measure_forgetting
from companion.audit.identifiers import PLANTED, make_identifiers
from companion.audit.needles import Needles
from companion.audit.planted_store import Planted, make_store, new_passphrase
from companion.audit.programs import ProgramSeen, programs, run_program
from companion.audit.receipt import Receipt, Surroundings
from companion.audit.scenario import EndingSeen, run_ending
from companion.audit.tracing import Means, core_files_possible, find_means
from companion.domain.call import CallPhase
from companion.live.session import LiveSession

Views = Callable[[LiveSession], AbstractContextManager[object]]
_FORGETTING = (CallPhase.OFF_RECORD, CallPhase.WITHDRAWN)
_NO_CORE_FILES = "forbidden to every program that companion starts, so none was tried"
_SECONDS = {"ending": 10.0, "program": 12.0, "controls": 8.0, "forgetting": 10.0}
"""About what each part takes, for the forecast."""


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """What an audit is to do."""

    command: str
    """As it was typed, for the receipt."""
    views: Views
    """Opens what looks at a call beside the terminal; words must be forgotten there, too."""
    endings: tuple[Ending, ...] = ENDINGS
    controls: bool = True
    programs: bool = True
    forgetting: bool = True
    whisper_model: Path | None = None
    """Folder of a Whisper model to load and hear with; None for none."""
    seed: int = field(default_factory=lambda: secrets.randbits(64))
    """Of what is planted: anew each time, so that nothing of an earlier audit is found."""


def forecast_s(plan: AuditPlan) -> float:
    """About how long it takes."""
    runs = len(programs(plan.whisper_model)) if plan.programs else 0
    return (
        _SECONDS["ending"] * len(plan.endings)
        + _SECONDS["program"] * runs
        + _SECONDS["controls"] * plan.controls
        + _SECONDS["forgetting"] * len(_FORGETTING) * plan.forgetting
    )


def run_audit(plan: AuditPlan, tell: Callable[[str], None]) -> Receipt:
    """Run it all; leaves nothing behind but what it returns. `tell` takes a line of progress.

    Raises: CompanionError where the audit itself cannot be carried out.
    """
    began = datetime.now(timezone.utc).astimezone()
    began_s, wall_s = time.monotonic(), time.time()
    means = find_means()
    if means.strace is None:
        tell(f"not watched: {means.without_strace}")
    if not means.own_network:
        tell(f"the usual network stays in reach: {means.without_network}")
    identifiers = make_identifiers(PLANTED + 2, random.Random(plan.seed))
    planted = Planted(identifiers[:PLANTED], identifiers[PLANTED], identifiers[PLANTED + 1])
    with tempfile.TemporaryDirectory(prefix="companion-audit-") as made:
        base = Path(made).resolve()
        endings = _endings(plan, planted, means, base, tell)
        ran = _programs(plan, planted, means, base, tell)
        controls = _controls(plan, planted, means, base, tell)
        forgot = _forgot(plan, planted, base, tell)
        tell("searching what lies on disk")
        outside = search_folders(
            (*places_outside(), *_own_folders()), wall_s, Needles(planted.all), but=(base,)
        )
    return Receipt(
        made_at=began,
        command=plan.command,
        took_s=time.monotonic() - began_s,
        planted=PLANTED,
        surroundings=_surroundings(means),
        traced=means.strace is not None,
        endings=endings,
        programs=ran,
        controls=controls,
        forgot=forgot,
        outside=outside,
    )


def _endings(
    plan: AuditPlan, planted: Planted, means: Means, base: Path, tell: Callable[[str], None]
) -> tuple[EndingSeen, ...]:
    passphrase, empty = new_passphrase(), base / "empty" / "store"
    make_store(empty, passphrase)
    seen = []
    for number, ending in enumerate(plan.endings, 1):
        tell(f"call {number} of {len(plan.endings)}: {ending.title}")
        seen.append(run_ending(ending, planted, means, base / ending.name, empty, passphrase))
    return tuple(seen)


def _programs(
    plan: AuditPlan, planted: Planted, means: Means, base: Path, tell: Callable[[str], None]
) -> tuple[ProgramSeen, ...]:
    if not plan.programs:
        return ()
    seen = []
    for program in programs(plan.whisper_model):
        tell(program.title)
        seen.append(run_program(program, Needles(planted.all), means, base))
    return tuple(seen)


def _controls(
    plan: AuditPlan, planted: Planted, means: Means, base: Path, tell: Callable[[str], None]
) -> tuple[ControlSeen, ...]:
    if not plan.controls:
        return ()
    tell("controls: programs that do what must not be")
    return tuple(run_controls(possible_controls(means), planted.spoken, means, base))


def _forgot(
    plan: AuditPlan, planted: Planted, base: Path, tell: Callable[[str], None]
) -> tuple[Forgot, ...]:
    if not plan.forgetting:
        return ()
    seen = []
    for how in _FORGETTING:
        tell(f"{how.value}: how quickly a call forgets")
        folder = base / f"forgetting-{how.name.lower()}"
        folder.mkdir()
        seen.append(measure_forgetting(how, planted.spoken, folder, plan.views))
    return tuple(seen)


def _own_folders() -> tuple[Path, ...]:
    """The user's own folders of the program: no call of an audit may leave anything there."""
    own = (locations.user_config(), locations.user_cache(), locations.user_data())
    return tuple(folder for folder in own if folder.is_dir())


def _surroundings(means: Means) -> Surroundings:
    return Surroundings(
        version=__version__,
        system=f"{platform.system()} {platform.release()} ({platform.machine()})",
        python=platform.python_version(),
        strace=_version_of(means.strace) if means.strace is not None else means.without_strace,
        network=(
            "one of their own, without a way out"
            if means.own_network
            else f"the usual one ({means.without_network})"
        ),
        core_files=core_files_go() if core_files_possible() else _NO_CORE_FILES,
        as_root=os.geteuid() == 0,
    )


def _version_of(strace: str) -> str:
    said = subprocess.run([strace, "-V"], capture_output=True, text=True, check=False).stdout
    return said.splitlines()[0].replace(" -- version", "") if said else "strace"
