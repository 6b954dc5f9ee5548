"""The search of what a program holds in memory."""

from __future__ import annotations

import functools
import queue
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from companion.audit.identifiers import make_identifiers
from companion.audit.memory import caches, frames_of, holdings
from companion.audit.needles import Needles

IDENTIFIER = make_identifiers(1, random.Random(41))[0]
WORD = IDENTIFIER.marks[0]
NEEDLES = Needles([IDENTIFIER])
SOUND = np.random.default_rng(1).normal(size=500).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Slotted:
    """As our values are."""

    inner: Any


def _closure() -> Callable[[], str]:
    word = WORD + " said"
    return lambda: word


def _queued() -> queue.SimpleQueue[Any]:
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    waiting.put(functools.partial(print, WORD))
    return waiting


@pytest.mark.parametrize(
    "holder",
    [
        WORD,
        f"before {WORD} after".encode(),
        bytearray(WORD.encode()),
        Slotted(Slotted([{"key": (WORD,)}])),
        {WORD: 1},
        deque([WORD]),
        _closure(),
        functools.partial(print, WORD),
        _queued(),
        np.array([WORD]),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_memory_words_are_found_in(holder: object) -> None:
    found = holdings([Slotted(holder)], NEEDLES)
    assert [h.numbers for h in found][:1] == [frozenset({0})]
    assert str(found[0]).startswith("Slotted > ")
    assert WORD not in str(found[0])


def test_memory_sound_is_found_in_arrays_and_views_and_bytes() -> None:
    stretch = SOUND[100:160].tobytes()
    for holder in (SOUND, SOUND[50:300], SOUND.tobytes(), bytearray(SOUND.tobytes())):
        (found, *_) = holdings([[holder]], NEEDLES, [stretch])
        assert found.numbers == frozenset()
    assert not holdings([SOUND[:100].copy()], NEEDLES, [stretch])


def test_memory_of_other_objects_nothing_is_found() -> None:
    # The word lies in this module's names, which are the program's and not a call's.
    assert holdings([Slotted([1, "other words", _queued, Slotted]), threading], NEEDLES) == ()


def test_memory_local_names_of_a_running_thread_are_found() -> None:
    ready, done = threading.Event(), threading.Event()

    def work() -> None:
        heard = [WORD]
        ready.set()
        done.wait(20)
        assert heard

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert ready.wait(20)
        assert holdings(frames_of([thread]), NEEDLES)
    finally:
        done.set()
        thread.join()


def test_memory_what_a_cached_function_remembers_is_found() -> None:
    @functools.lru_cache
    def length(text: str) -> int:
        return len(text)

    assert length(WORD) > 0
    assert holdings([cache for cache in caches() if cache is length], NEEDLES)
    length.cache_clear()
    assert not holdings([length], NEEDLES)
