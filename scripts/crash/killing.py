"""Runs an act in a process of its own, kills it at a random moment, and tells what it had said."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar

Say = Callable[[str], None]
_START_S = 60.0


class Scenario(ABC):
    """Something that must survive being killed."""

    name: ClassVar[str]

    @abstractmethod
    def prepare(self, folder: Path) -> None:
        """Make what the act needs. Runs in the parent."""

    @abstractmethod
    def act(self, folder: Path, say: Say) -> None:
        """Do it, again and again; `say` after each step that is done. Runs in the child."""

    @abstractmethod
    def problems(self, folder: Path, said: list[str]) -> list[str]:
        """What is lost, doubled or broken afterwards; empty where nothing is."""


def kill_once(scenario: Scenario, folder: Path, rng: random.Random, longest_s: float) -> list[str]:
    """One run: prepare, act, kill -9 within `longest_s`, look. Returns the problems."""
    folder.mkdir(parents=True)
    scenario.prepare(folder)
    # A fork has everything loaded already. Windows has none; there a fresh process is started.
    start = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(start)
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(  # type: ignore[attr-defined]
        target=_child, args=(scenario, folder, theirs), daemon=True
    )
    child.start()
    theirs.close()
    said: list[str] = []
    if ours.poll(_START_S):
        time.sleep(rng.uniform(0.0, longest_s))
    child.kill()
    child.join()
    try:
        while ours.poll():
            said.append(ours.recv())
    except EOFError:
        pass
    finally:
        ours.close()
    if not said:
        return ["the act did not even begin"]
    failed = [line for line in said if line.startswith("failed")]
    return failed + scenario.problems(folder, said[1:])


def _child(scenario: Scenario, folder: Path, pipe: Connection) -> None:
    pipe.send("begun")
    try:
        scenario.act(folder, pipe.send)
    except BaseException as error:
        pipe.send(f"failed: {type(error).__name__}: {error}")
        raise
