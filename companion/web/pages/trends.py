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
            "charts": _charts(weeks, names) if weeks else (),
            "calls": calls,
            "few": 0 < calls < FEW_CALLS,
            "step_names": names,
        }
        return templates.page(request, "trends.html", values)

    return router


def _charts(weeks: Sequence[Week], names: Sequence[str]) -> tuple[Chart, ...]:
    """How it was listened and asked, how far calls came, and what came of them."""
    aim = round(LISTENING_AIM * HEIGHT)
    listened = [week.listening_share for week in weeks]
    charts = [
        _share_chart("listening", "Listening share", weeks, listened, aim),
        _share_chart("open", "Open questions", weeks, [week.open_share for week in weeks]),
    ]
    for step, name in enumerate(names, 1):
        reached: list[float | None] = [week.reached[step - 1] / week.calls for week in weeks]
        title = f"Calls that reached step {step}, {name}"
        charts.append(_share_chart(f"step-{step}", title, weeks, reached))
    agreed: list[float | None] = [week.agreed / week.calls for week in weeks]
    charts.append(_share_chart("agreed", "Calls with an agreed next step", weeks, agreed))
    for value, words in ANSWERS.items():
        share: list[float | None] = [dict(w.commitments).get(value, 0) / w.calls for w in weeks]
        if any(share):
            title = f"Calls with the answer: {words}"
            charts.append(_share_chart(f"answer-{value}", title, weeks, share))
    return tuple(charts)


def _share_chart(
    name: str,
    title: str,
    weeks: Sequence[Week],
    shares: Sequence[float | None],
    aim: int | None = None,
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
