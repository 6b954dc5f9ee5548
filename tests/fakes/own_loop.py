"""Runs a coroutine where it is alone: Playwright keeps a loop on the thread of its tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")
WITHIN_S = 100.0


def run_apart(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run it to its end on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(WITHIN_S)
