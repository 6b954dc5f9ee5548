"""Calls as files for other programs: CSV for spreadsheets, JSON, and Markdown for reading.

What leaves here is not encrypted any more, and it may be opened by programs that run what they
read. So cells cannot become formulas, and text cannot become markup.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from typing import TypeAlias

from companion.domain.hearing import Hearing
from companion.domain.outline import RapOutline
from companion.domain.record import Fact, SafeText
from companion.notes.json_form import call_values
from companion.notes.sheet import open_share, sheet
from companion.notes.wording import outline_for_reading
from companion.store.stored_call import StoredCall

JSON_FORM = 1
"""Version of the JSON form."""
BYTE_ORDER_MARK = "\ufeff"
"""At the start of a CSV file it tells spreadsheets that the text is UTF-8."""

# What spreadsheets take for the start of a formula, in narrow and wide forms; and what some of
# them skip before they look.
_FORMULA = re.compile(r"[\s\x00-\x1f'\"]*[=+\-@＝＋－＠]|[\t\r\n]")
# Inside a line only: what is exported never begins one. The last two keep addresses from becoming
# links.
_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~&@^$]|[:/](?=/)|(?<=\w)\.(?=\w))")

Cell: TypeAlias = "str | int | float"


def chunks_of(
    form: str, calls: Sequence[StoredCall], now: datetime, *, to_file: bool
) -> Iterator[str]:
    """The text of an export, piece by piece.

    Args:
        form: 'csv', 'json' or 'markdown'.
        calls: what to write, in this order.
        now: with its zone.
        to_file: a CSV file begins with a mark that tells spreadsheets its encoding.
    """
    if form == "csv":
        if to_file:
            yield BYTE_ORDER_MARK
        yield from as_csv(calls)
    elif form == "json":
        yield from as_json(calls, now)
    else:
        yield from as_markdown(calls, outline_for_reading())


def as_csv(calls: Iterable[StoredCall]) -> Iterator[str]:
    """A heading, then a row a call; RFC 4180. Text stands in quotes, so that no other separator
    (a semicolon, in many countries) can begin a cell."""
    names = [name for name, _ in _COLUMNS]
    yield _csv_row(names)
    for call in calls:
        yield _csv_row([cell_of(call) for _, cell_of in _COLUMNS])


def as_json(calls: Iterable[StoredCall], now: datetime) -> Iterator[str]:
    """One JSON document. `now`: with its zone."""
    head = {"companion_export": JSON_FORM, "exported_at": now.isoformat(timespec="seconds")}
    yield json.dumps(head)[:-1] + ', "calls": ['
    separator = "\n"
    for call in calls:
        yield separator + json.dumps(call_values(call), allow_nan=False)
        separator = ",\n"
    yield "\n]}\n"


def as_markdown(calls: Iterable[StoredCall], outline: RapOutline) -> Iterator[str]:
    """A heading a call, and everything kept of it below."""
    yield "# Calls\n"
    for call in calls:
        yield f"\n## {in_markdown(call.code)}\n"
        for part in sheet(call, outline):
            yield f"\n### {part.title}\n\n"
            for name, value in part.lines:
                yield f"- {name}: {in_markdown(value)}\n"


def in_markdown(text: str) -> str:
    """Text that stays text in Markdown: every sign that could be markup is escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(_printable(text).split()))


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before one that could be."""
    plain = _printable(text)
    return f"'{plain}" if _FORMULA.match(text) or _FORMULA.match(plain) else plain


def _csv_row(cells: Sequence[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerow(
        [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return out.getvalue()


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _value(fact: Fact | None) -> str:
    return "" if fact is None else fact.value


def _text(text: SafeText | None) -> str:
    return "" if text is None else text.text


def _moment(moment: datetime | None) -> str:
    """In the form that spreadsheets read as a moment; UTC."""
    return "" if moment is None else f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _share(share: float | None) -> Cell:
    return "" if share is None else share


def _told(hearing: Hearing | None) -> str:
    return "" if hearing is None or hearing.told is None else hearing.told.value


def _allowed(hearing: Hearing | None) -> Cell:
    return "" if hearing is None else int(hearing.loopback_allowed)


def _of_step(call: StoredCall, name: str) -> str:
    step = call.summary.next_step
    value = getattr(step, name) if step is not None and step.agreed else None
    return _text(value) if isinstance(value, SafeText) else value or ""


# Names of columns are stable; docs/keeping.md explains them.
_COLUMNS: tuple[tuple[str, Callable[[StoredCall], Cell]], ...] = (
    ("code", lambda c: c.code),
    ("day", lambda c: _day(c.summary.call_date)),
    ("duration_s", lambda c: c.summary.duration_s),
    ("unheard_s", lambda c: c.summary.unheard_s),
    ("listening_share", lambda c: _share(c.summary.listening_share)),
    ("open_questions", lambda c: c.summary.open_count),
    ("closed_questions", lambda c: c.summary.closed_count),
    ("open_share", lambda c: _share(open_share(c.summary))),
    ("reached_step_1", lambda c: int(1 in c.summary.steps_reached)),
    ("reached_step_2", lambda c: int(2 in c.summary.steps_reached)),
    ("reached_step_3", lambda c: int(3 in c.summary.steps_reached)),
    ("reached_step_4", lambda c: int(4 in c.summary.steps_reached)),
    ("reached_step_5", lambda c: int(5 in c.summary.steps_reached)),
    ("issues", lambda c: ", ".join(fact.value for fact in c.summary.issues)),
    ("decision_maker", lambda c: _value(c.summary.decision_maker)),
    ("ask", lambda c: _value(c.summary.ask)),
    ("commitment", lambda c: _value(c.summary.commitment)),
    ("agreed", lambda c: int(c.summary.agreed)),
    ("next_step_who", lambda c: _of_step(c, "who")),
    ("next_step_what", lambda c: _of_step(c, "what")),
    ("next_step_detail", lambda c: _of_step(c, "detail")),
    ("next_step_when", lambda c: _of_step(c, "when").replace("T", " ")),
    ("put_off_to", lambda c: _day(c.snoozed_to)),
    ("done_at_utc", lambda c: _moment(c.done_at)),
    ("self_care", lambda c: _value(c.summary.self_care)),
    ("follow_up", lambda c: _value(c.summary.follow_up)),
    ("follow_up_detail", lambda c: _text(c.summary.follow_up_detail)),
    ("note", lambda c: _text(c.summary.note)),
    ("consent_how", lambda c: c.summary.consent.how.value if c.summary.consent else ""),
    ("consent_at_utc", lambda c: _moment(c.summary.consent.at if c.summary.consent else None)),
    ("approved_at_utc", lambda c: _moment(c.approved_at)),
    ("edited_at_utc", lambda c: _moment(c.edited_at)),
    ("hold_reason", lambda c: c.hold.reason if c.hold else ""),
    ("shared_at_utc", lambda c: _moment(c.shared_at)),
    ("engine", lambda c: c.summary.provenance.engine),
    ("rap", lambda c: f"{c.summary.provenance.rap} {c.summary.provenance.rap_version}"),
    ("playback", lambda c: c.summary.hearing.playback.value if c.summary.hearing else ""),
    ("playback_told", lambda c: _told(c.summary.hearing)),
    ("loopback_allowed", lambda c: _allowed(c.summary.hearing)),
)
