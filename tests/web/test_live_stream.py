"""The stream of a call: whole frames, beats, and an end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from starlette.testclient import TestClient

from companion.web.guard import COOKIE, Guard, Keys
from companion.web.pages.live import stream_of
from tests.fakes.board import OTHER_CARD
from tests.fakes.live_desk import Desk
from tests.fakes.scripted_call import ScriptedCall

ResultT = TypeVar("ResultT")
WITHIN_S = 10.0


def _run(work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """On a thread of its own: the browser's tests keep a loop on this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work()).result(WITHIN_S)


async def _next(stream: AsyncIterator[str]) -> tuple[str, dict[str, Any]]:
    """Kind and values of the next event."""
    text = await asyncio.wait_for(anext(stream), WITHIN_S)
    lines = dict(line.split(": ", 1) for line in text.strip().splitlines() if ": " in line)
    return lines.get("event", ""), json.loads(lines["data"]) if lines.get("data") else {}


async def _opened(call: ScriptedCall, beat_s: float = WITHIN_S) -> AsyncIterator[str]:
    stream = stream_of(call, lambda: False, beat_s)
    assert (await anext(stream)).startswith("retry: ")
    return stream


def test_stream_begins_with_the_whole_frame_whatever_was_seen_before() -> None:
    call = ScriptedCall(follow=False)

    async def work() -> list[str]:
        seen = []
        for _ in range(2):  # the second one comes back after an interruption
            kind, values = await _next(await _opened(call))
            seen += [kind, values["card"]]
        return seen

    card = "What about your week at work bothers you the most?"
    assert _run(work) == ["frame", card, "frame", card]


def test_stream_tells_of_news_at_once_and_to_everybody() -> None:
    call = ScriptedCall(follow=False)

    async def work() -> list[str]:
        streams = [await _opened(call) for _ in range(3)]
        for stream in streams:
            await _next(stream)
        call.hands.tell(now_s=251.0, speaking=True, card=OTHER_CARD)
        waiting = [asyncio.ensure_future(_next(stream)) for stream in streams]
        call.view.look()
        return [(await one)[1]["card"] for one in waiting]

    assert _run(work) == [OTHER_CARD.text] * 3


def test_stream_beats_where_nothing_is_new() -> None:
    call = ScriptedCall(follow=False)

    async def work() -> list[str]:
        stream = await _opened(call, beat_s=0.001)
        return [(await _next(stream))[0] for _ in range(4)]

    assert _run(work) == ["frame", "beat", "beat", "beat"]


def test_stream_ends_with_the_call_and_says_where_it_leads() -> None:
    call = ScriptedCall(follow=False)

    async def work() -> tuple[dict[str, Any], list[str]]:
        stream = await _opened(call)
        await _next(stream)
        call.hands.withdraw()
        call.view.look()
        _, last = await _next(stream)
        return last, [event async for event in stream]

    last, rest = _run(work)
    assert last["over"] is True
    assert last["next"] == "/live/over"
    assert rest == []


def test_stream_ends_when_the_app_stops() -> None:
    call = ScriptedCall(follow=False)
    stopping: list[bool] = []

    async def work() -> list[str]:
        stream = stream_of(call, lambda: bool(stopping), 0.001)
        for _ in range(2):
            await anext(stream)
        stopping.append(True)
        return [event async for event in stream]

    assert len(_run(work)) <= 1


def test_stream_without_a_call_tells_the_browser_not_to_come_back(desk: Desk) -> None:
    assert desk.get("/live/events").status_code == 204


def test_stream_of_a_call_that_is_over_is_one_frame(desk: Desk) -> None:
    call = desk.call()
    call.hands.withdraw()
    call.view.look()
    answer = desk.get("/live/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: frame") == 1


def test_stream_keeps_the_app_awake_for_as_long_as_it_is_open() -> None:
    now = [100.0]
    idle: list[float] = []
    keys = Keys()
    token = keys.token
    assert token is not None
    session = keys.enter(token)

    async def app(*_: object) -> None:
        now[0] += 3600.0  # an hour goes by while the stream is open
        idle.append(guard.idle_s)

    guard = Guard(app, "127.0.0.1:5000", keys, lambda: now[0])
    client = TestClient(guard, base_url="http://127.0.0.1:5000")
    client.cookies.set(COOKIE, session or "")
    with pytest.raises(AssertionError):  # this app answers nothing
        client.get("/live/events")
    assert idle == [0.0]
    now[0] += 5.0
    assert guard.idle_s == 5.0
