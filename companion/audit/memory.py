"""What a program's own structures hold in memory: every text and every sound within reach.

It follows references from given objects, as the garbage collector knows them. Modules, classes and
the global names of functions are not entered: they are the program, and not what it holds of a
call. Text in memory that nothing refers to any more is not seen; Python cannot wipe it, and only
the end of a process gives it back for certain.
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from companion.audit.needles import Needles

_Cache = type(functools.lru_cache(lambda: None))
_PROGRAM = (ModuleType, type, BuiltinFunctionType, FrameType)


@dataclass(frozen=True, slots=True)
class Holding:
    """An object that holds planted words or sound, and how it is reached."""

    numbers: frozenset[int]
    """Of the identifiers; empty for sound."""
    path: tuple[str, ...]
    """Names of the types from the root to it."""

    def __str__(self) -> str:
        return " > ".join(self.path)


def holdings(
    roots: Iterable[object], needles: Needles, sounds: Iterable[bytes] = ()
) -> tuple[Holding, ...]:
    """Every text within reach that holds a planted word, and every array or bytes that holds one
    of these stretches of sound."""
    patterns = tuple(sounds)
    found: list[Holding] = []
    parents: dict[int, tuple[object, int | None]] = {}
    waiting: deque[object] = deque()
    for root in roots:
        parents[id(root)] = (root, None)
        waiting.append(root)
    while waiting:
        thing = waiting.popleft()
        data = _data_of(thing)
        if data is not None:
            numbers = frozenset(hit.number for hit in needles.find(data))
            if numbers or any(pattern in data for pattern in patterns):
                found.append(Holding(numbers, _path(thing, parents)))
        for inner in _held_by(thing):
            if id(inner) not in parents:
                # Kept in the map, so that no other object gets its identity meanwhile.
                parents[id(inner)] = (inner, id(thing))
                waiting.append(inner)
    return tuple(found)


def frames_of(threads: Iterable[threading.Thread]) -> tuple[object, ...]:
    """What the running functions of these threads hold in their local names."""
    frames = sys._current_frames()
    held: list[object] = []
    for thread in threads:
        frame = frames.get(thread.ident or -1)
        while frame is not None:
            held += frame.f_locals.values()
            frame = frame.f_back
    return tuple(held)


def caches() -> tuple[object, ...]:
    """What functions remember of their arguments (`functools.cache`), in every module."""
    return tuple(thing for thing in gc.get_objects() if isinstance(thing, _Cache))


def _data_of(thing: object) -> bytes | None:
    if isinstance(thing, str):
        return thing.encode("utf-8", "surrogatepass")
    if isinstance(thing, bytes | bytearray):
        return bytes(thing)
    if isinstance(thing, np.ndarray) and thing.dtype != np.object_:
        return np.ascontiguousarray(thing).tobytes()
    return None


def _held_by(thing: object) -> Iterator[object]:
    if isinstance(thing, str | bytes | bytearray | int | float):
        return
    if isinstance(thing, FunctionType):
        yield from (thing.__closure__ or ())
        yield from (thing.__defaults__ or ())
        return
    if isinstance(thing, np.ndarray):
        base: Any = thing.base
        if base is not None:
            yield base
    if isinstance(thing, dict):
        yield from thing  # the collector passes over keys that are texts
    for inner in gc.get_referents(thing):
        if not isinstance(inner, _PROGRAM):
            yield inner


def _path(thing: object, parents: dict[int, tuple[object, int | None]]) -> tuple[str, ...]:
    names: list[str] = []
    key: int | None = id(thing)
    while key is not None:
        held, key = parents[key]
        names.append(type(held).__name__)
    return tuple(reversed(names))
