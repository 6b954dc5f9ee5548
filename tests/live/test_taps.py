"""Taps wait in their order for the thread that drives the call."""

from __future__ import annotations

import threading

from companion.live.taps import Taps

WAIT_S = 10.0


def test_taps_are_taken_once_in_the_order_in_which_they_came() -> None:
    taps, done = Taps(), list[int]()
    for number in (1, 2, 3):
        taps.put(done.append, number)
    for deed in taps.take():
        deed()
    assert done == [1, 2, 3]
    assert list(taps.take()) == []


def test_taps_that_come_while_others_are_done_are_taken_too() -> None:
    taps, done = Taps(), list[int]()
    taps.put(taps.put, done.append, 7)
    for deed in taps.take():
        deed()
    assert done == [7]


def test_taps_wait_for_the_first_from_another_thread() -> None:
    taps, done = Taps(), list[int]()
    thread = threading.Thread(target=taps.put, args=(done.append, 1))
    thread.start()
    for deed in taps.take(WAIT_S):
        deed()
    thread.join(WAIT_S)
    assert done == [1]
