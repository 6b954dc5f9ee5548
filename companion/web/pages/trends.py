"""Trends: how calls went over the weeks, drawn, and the same in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from companion.domain.call import LISTENING_AIM
from companion.domain.dates import MONTHS
from companion.notes.sheet import share_words
from companion.notes.wording import ANSWERS
from companion.store.trends import Week, weekly
from companion.web.templating import Templates
from companion.web.workspace import Workspace

WEEKS = 12
FEW_CALLS = 5
"""With fewer calls than this, a line says that it is too early to read anything into them."""
HEIGHT = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of a chart. Lengths are in percent of the chart's height."""

    week: str
    words: str
    height: int
    x: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn figure with the sentence that says the same."""

    id: str
    title: str
    text: str
    bars: tuple[Bar, ...]
    aim: int | None = None
    """Where the line of the aim is drawn, in percent of the height."""


def routes(workspace: Workspace, templates: Templates) -> APIRouter:
    """`/trends`."""
    router = APIRouter()

    @router.get("/trends")
    def trends(request: Request) -> Response:
        weeks = weekly(workspace.open_store().calls.list())[-WEEKS:]
        calls = sum(week.calls for week in weeks)
        names = [part.name for part in workspace.outline.steps]
        values = {
            "weeks": [_row(week) for week in weeks],
            "charts": _charts(weeks) if weeks else (),
            "calls": calls,
            "few": 0 < calls < FEW_CALLS,
            "step_names": names,
        }
        return templates.page(request, "trends.html", values)

    return router


def _charts(weeks: Sequence[Week]) -> tuple[Chart, ...]:
    aim = round(LISTENING_AIM * HEIGHT)
    most = max(week.calls for week in weeks)
    return (
        _share_chart(
            "listening", "Listening share", weeks, [w.listening_share for w in weeks], aim
        ),
        _share_chart("open", "Open questions", weeks, [w.open_share for w in weeks], None),
        Chart(
            "reached",
            "Calls, and how many reached the ask",
            f"{sum(w.calls for w in weeks)} calls in all; "
            f"{sum(w.reached[4] for w in weeks)} reached the ask.",
            tuple(
                Bar(
                    _short(w.monday),
                    f"{w.calls} calls, {w.reached[4]} reached the ask",
                    round(HEIGHT * w.calls / most),
                    index,
                )
                for index, w in enumerate(weeks)
            ),
        ),
    )


def _share_chart(
    name: str,
    title: str,
    weeks: Sequence[Week],
    shares: Sequence[float | None],
    aim: int | None,
) -> Chart:
    known = [share for share in shares if share is not None]
    if not known:
        text = "Nothing to show yet."
    elif len(known) == 1:
        text = f"{share_words(known[0])} in the one week with calls."
    else:
        text = (
            f"From {share_words(known[0])} in the first week to {share_words(known[-1])} "
            "in the last one shown."
        )
    return Chart(
        name,
        title,
        text + (" The aim is about 80%: a direction, not a grade." if aim else ""),
        tuple(
            Bar(
                _short(week.monday),
                share_words(share) if share is not None else "no figure",
                round(HEIGHT * (share or 0)),
                index,
            )
            for index, (week, share) in enumerate(zip(weeks, shares, strict=True))
        ),
        aim,
    )


def _short(day: date) -> str:
    return f"{MONTHS[day.month - 1][:3]} {day.day}"


def _row(week: Week) -> dict[str, object]:
    answers = ", ".join(f"{ANSWERS.get(value, value)} {count}" for value, count in week.commitments)
    return {
        "monday": f"{week.monday:%Y-%m-%d}",
        "calls": week.calls,
        "listening": share_words(week.listening_share),
        "open": share_words(week.open_share),
        "reached": week.reached,
        "agreed": week.agreed,
        "done": week.done,
        "answers": answers or "-",
    }
