"""Targets that write odd values for other programs: spreadsheets, calendars, Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timezone
from functools import lru_cache

from companion.after import papers
from companion.domain.dialogue import Origin
from companion.domain.outline import RapOutline
from companion.domain.record import Fact, RecordedStep, SafeText
from companion.notes import exporting
from companion.notes.wording import outline_for_reading
from companion.store.stored_call import StoredCall
from scripts.fuzzing.target import Draw, Target
from tests.fakes.store import summary_of

NOW = datetime(2026, 4, 14, 18, 30, tzinfo=timezone.utc)
DAYS = ("2026-05-01", "2026-05-01T18:00", "0001-01-01", "9999-12-31", "9999-12-31T23:59", None)


@lru_cache(maxsize=1)
def _outline() -> RapOutline:
    return outline_for_reading()


def _call(draw: Draw) -> StoredCall:
    """A call as the store would give it, with odd text wherever text can be."""

    def fact() -> Fact | None:
        return Fact(draw.text(), Origin.TYPED) if draw.number(4) else None

    detail = SafeText(draw.text())
    step = RecordedStep("them", draw.text(), draw.pick(DAYS), Origin.TYPED, True, detail)
    summary = summary_of(
        issues=(Fact(draw.text(), Origin.TAPPED),),
        decision_maker=fact(),
        ask=fact(),
        follow_up=fact(),
        next_step=step,
        goals_met=(draw.text(),),
        note=SafeText(draw.text()),
        follow_up_detail=SafeText(draw.text()),
    )
    return StoredCall(1, "maple-17", summary, NOW, "0" * 64)


def as_csv(raw: bytes) -> None:
    """No cell begins a formula or a row of its own."""
    text = "".join(exporting.as_csv([_call(Draw(raw))]))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    assert len(rows[0]) == len(rows[1]), "a cell broke out of its row"
    for cell in rows[1]:
        assert not cell.lstrip(" \"'\t").startswith(("=", "+", "@")) or cell.startswith("'"), cell
        assert cell.isprintable()


def as_json(raw: bytes) -> None:
    """JSON that can be read back."""
    read = json.loads("".join(exporting.as_json([_call(Draw(raw))], NOW)))
    assert len(read["calls"]) == 1


def as_markdown(raw: bytes) -> None:
    """No line but ours begins with markup, and there is none inside one."""
    for line in "".join(exporting.as_markdown([_call(Draw(raw))], _outline())).splitlines():
        assert not line or line.startswith(("# Calls", "## ", "### ", "- ")), line
        bare = re.sub(r"\\.", "", line)
        assert not set("<`") & set(bare), "a sign of markup is not escaped"


def calendar(raw: bytes) -> None:
    """A calendar with one entry, whatever its title."""
    import icalendar

    call = _call(Draw(raw))
    step = call.summary.next_step
    assert step is not None
    written = papers.calendar([(call.code, step)], _outline())
    for line in written.split(b"\r\n"):
        assert len(line) <= 75, "RFC 5545 folds lines at 75 bytes"
    read = icalendar.Calendar.from_ical(written)
    events = [part for part in read.walk() if part.name == "VEVENT"]
    assert len(events) == (step.when is not None)
    assert {part.name for part in read.walk()} <= {"VCALENDAR", "VEVENT"}


def papers_of(raw: bytes) -> None:
    """The receipt, the thank-you note and the sheet come out, without control characters."""
    call = _call(Draw(raw))
    for text in (
        papers.receipt(call.summary, _outline(), "word-word-word-word"),
        papers.thank_you(call.summary, _outline()),
    ):
        assert all(char.isprintable() or char == "\n" for char in text)


def _seeds() -> list[bytes]:
    return [bytes([k, 3] * 30) + bytes(range(64, 120)) for k in (0, 1, 2, 3)]


TARGETS = (
    Target("csv", "the export for spreadsheets", as_csv, _seeds),
    Target("json-export", "the export as JSON", as_json, _seeds),
    Target("markdown", "the export as Markdown", as_markdown, _seeds),
    Target("calendar", "the calendar file", calendar, _seeds),
    Target("papers", "receipt and thank-you note", papers_of, _seeds),
)
