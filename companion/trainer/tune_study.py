"""One search in Optuna's storage: what was tried, what came of it, and what to try next.

The storage holds values and counts, and no word of a call. Two searches never mix: a study knows
the fingerprint of the rap, the calls and everything else that its figures depend on.

What is tried next depends on the seed and on what was tried before, and not on when: a search that
was interrupted and goes on tries the same values as one that was not. Machines that share a study
each take a place of their own in it, so that none tries what another one does.
"""

from __future__ import annotations

import json
import random
import sqlite3
import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.exceptions import StorageInternalError
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import BaseStorage as Storage
from optuna.storages import RDBStorage
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from companion.errors import InputError
from companion.trainer.knobs import Knob
from companion.trainer.tune_figures import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = [
    "Outcome",
    "Storage",
    "Tried",
    "TuneStudy",
    "file_storage",
    "open_study",
    "shared_storage",
]

AT_RANDOM = 12
"""So many trials are drawn before anything is learned from them."""
NEAR = 0.25
"""Of the drawn values every other set lies mostly within this share of a knob's range from the
present one: that is where good values are, unless the present ones are far off."""
LOCKED_S = 20.0
"""So long another program of this computer is waited for that writes the same study."""
_SIGNATURE = "signature"
_COUNTS = "counts"
_PAST = (TrialState.COMPLETE, TrialState.RUNNING)

optuna.logging.disable_default_handler()
optuna.logging.set_verbosity(optuna.logging.ERROR)


@dataclass(frozen=True, slots=True)
class Tried:
    """One set of values, and what was counted with it."""

    number: int
    values: Mapping[str, float]
    counts: Counts
    score: float
    """Faults in ten minutes of the calls of the search."""
    allowed: bool
    """Whether nothing was lost beyond the tolerance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial is told of its values."""

    counts: Counts
    score: float
    losses: Mapping[str, float]
    """Beyond the tolerance where above 0."""


class TuneStudy:
    """A study that goes on from where it was left."""

    def __init__(self, study: Study, knobs: Sequence[Knob]) -> None:
        """Use `open_study`."""
        self._study = study
        self._space: dict[str, BaseDistribution] = {
            knob.key: FloatDistribution(knob.low, knob.high, step=knob.step) for knob in knobs
        }

    def tried(self) -> list[Tried]:
        """Every trial that was finished, in the order of their numbers."""
        with _quietly():
            done = self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        return [_tried(trial) for trial in sorted(done, key=lambda t: t.number)]

    @property
    def taken(self) -> int:
        """How many trials are finished or being tried, here or elsewhere."""
        with _quietly():
            return len(self._study.get_trials(deepcopy=False, states=_PAST))

    def try_next(self, judge: Callable[[Mapping[str, float]], Outcome]) -> Tried:
        """Try the next values. Interrupted, the trial does not count."""
        with _quietly():
            trial = self._study.ask(self._space)
        try:
            values = {key: float(trial.params[key]) for key in self._space}
            outcome = judge(values)
            with _quietly():
                trial.set_user_attr(_COUNTS, json.dumps(outcome.counts))
                for name, loss in outcome.losses.items():
                    trial.set_constraint(name, loss)
                # Another program of this computer may have taken it for one of a killed program.
                self._study.tell(trial, outcome.score, skip_if_finished=True)
        except BaseException:
            with _quietly():
                self._study.tell(trial, state=TrialState.FAIL, skip_if_finished=True)
            raise
        allowed = all(loss <= 0 for loss in outcome.losses.values())
        return Tried(trial.number, values, outcome.counts, outcome.score, allowed)

    def give_up_lost(self) -> None:
        """Trials of a program that was killed do not count. Only where nobody shares the study."""
        with _quietly():
            for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
                self._study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)


def file_storage(path: Path) -> Storage:
    """A file of this computer, readable by its owner only.

    Raises: InputError where it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); check that the folder is yours"
        ) from None

    def connect() -> sqlite3.Connection:
        """Trials are written to a log beside the file first: the disk is not waited for."""
        connection = sqlite3.connect(path, timeout=LOCKED_S, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    with _quietly():
        return RDBStorage(f"sqlite:///{path}", engine_kwargs={"creator": connect})


def shared_storage(connect: Callable[[], Any]) -> Storage:
    """A PostgreSQL database that several machines share.

    Args:
        connect: opens a connection of psycopg; the password stays with it.
    """
    with _quietly():
        return RDBStorage(
            "postgresql+psycopg://",
            engine_kwargs={"creator": connect, "hide_parameters": True, "pool_pre_ping": True},
        )


def open_study(
    storage: Storage,
    name: str,
    signature: str,
    knobs: Sequence[Knob],
    present: Mapping[str, float],
    seed: int,
    *,
    anew: bool = False,
) -> TuneStudy:
    """Begin a study, or go on with it.

    Args:
        storage: where it is kept.
        name: of the study.
        signature: of everything that its figures depend on.
        knobs: what is tuned.
        present: the values that hold now; they are tried first.
        seed: another one gives another search.
        anew: forget an older study of this name.

    Raises: InputError where a study of this name is about something else.
    """
    with _quietly():
        if anew and name in optuna.get_all_study_names(storage):
            optuna.delete_study(study_name=name, storage=storage)
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction="minimize",
            sampler=_SteadySampler(knobs, present, seed),
            load_if_exists=True,
        )
        known = study.user_attrs.get(_SIGNATURE)
        if known is None:
            study.set_user_attr(_SIGNATURE, signature)
        elif known != signature:
            raise InputError(
                f"the study {name!r} was begun with another version of the rap, other calls or "
                "other options, and they do not mix; go back to those, begin it anew with --anew, "
                "or give this one a name of its own with --study-name"
            )
    return TuneStudy(study, knobs)


class _SteadySampler(BaseSampler):
    """Optuna's TPE (Bergstra and others, 2011), with a seed of its own for each place in a study.

    The place is how many trials before it are finished or being tried. So the next values follow
    from those before, wherever and whenever they are drawn.
    """

    def __init__(self, knobs: Sequence[Knob], present: Mapping[str, float], seed: int) -> None:
        self._knobs = {knob.key: knob for knob in knobs}
        self._present = present
        self._seed = seed

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """All knobs are drawn together."""
        return {
            key: FloatDistribution(knob.low, knob.high, step=knob.step)
            for key, knob in self._knobs.items()
        }

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The present values first, then some around them, then what TPE expects most of."""
        place = sum(
            t.number < trial.number
            for t in study.get_trials(deepcopy=False, states=_PAST)
            if t.number != trial.number
        )
        if place == 0:
            return {key: k.nearest(self._present[key]) for key, k in self._knobs.items()}
        if place < AT_RANDOM:
            return self._drawn(place)
        tpe = TPESampler(n_startup_trials=0, seed=self._seed * 100_003 + place)
        space = tpe.infer_relative_search_space(study, trial)
        found = tpe.sample_relative(study, trial, space)
        return found or self._drawn(place)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: Any
    ) -> Any:
        """Never needed: all values are drawn together."""
        return self._knobs[param_name].nearest(self._present[param_name])

    def _drawn(self, place: int) -> dict[str, Any]:
        chance = random.Random(f"{self._seed} {place}")
        if place % 2:
            return {key: k.nearest(chance.uniform(k.low, k.high)) for key, k in self._knobs.items()}
        return {
            key: k.nearest(self._present[key] + chance.gauss(0, NEAR) * (k.high - k.low))
            for key, k in self._knobs.items()
        }


def _tried(trial: FrozenTrial) -> Tried:
    losses = trial.constraints
    return Tried(
        number=trial.number,
        values=dict(trial.params),
        counts=json.loads(trial.user_attrs[_COUNTS]),
        score=float(trial.value if trial.value is not None else float("inf")),
        allowed=all(loss <= 0 for loss in losses.values()),
    )


@contextmanager
def _quietly() -> Generator[None, None, None]:
    """Optuna warns programmers of what may change in it; that is for its pin in pyproject."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (StorageInternalError, SQLAlchemyError, sqlite3.Error):
        raise InputError(
            "what was tried cannot be kept: the study's file or server does not answer as it "
            "should; see that it can be reached and has room, and run the same command again"
        ) from None
