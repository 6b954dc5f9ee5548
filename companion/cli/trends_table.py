"""How calls went week by week, in words and figures; bars last, where they can be skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.cli.terminal_text import Column, table
from companion.notes.sheet import share_words
from companion.notes.wording import ANSWERS, how_many
from companion.store.trends import Week

FEW_IN_A_WEEK = 3
"""With fewer calls than this, one call moves a week's figures by a third or more."""
FEW_IN_ALL = 8
"""With fewer calls than this, nothing is said about a direction."""
_BAR_SIGNS = 20

_COLUMNS = (
    Column("week of"),
    Column("calls", is_number=True),
    Column("listening", is_number=True),
    Column("open", is_number=True),
    Column("steps 1 to 5"),
    Column("agreed", is_number=True),
    Column("done", is_number=True),
    Column("answers", gives_way=True),
)


def trend_lines(weeks: Sequence[Week], width: int, bars: bool) -> Iterator[str]:
    """The weeks as a table, what it says in words, and bars.

    Args:
        weeks: the earliest first, at least one.
        width: columns of the terminal.
        bars: add the listening share as bars.
    """
    yield from table(_COLUMNS, [_row(week) for week in weeks], width)
    yield ""
    yield from _in_words(weeks)
    if bars and any(week.listening_share is not None for week in weeks):
        yield "\nListening share as bars, from 0% to 100%; the same figures as above"
        for week in weeks:
            if week.listening_share is not None:
                yield f"{week.monday.isoformat()}  {_bar(week.listening_share)}"


def _row(week: Week) -> tuple[str, ...]:
    answers = ", ".join(f"{ANSWERS.get(name, name)} {count}" for name, count in week.commitments)
    return (
        week.monday.isoformat(),
        str(week.calls),
        share_words(week.listening_share),
        share_words(week.open_share),
        " ".join(str(count) for count in week.reached),
        str(week.agreed),
        str(week.done),
        answers or "-",
    )


def _in_words(weeks: Sequence[Week]) -> Iterator[str]:
    calls = sum(week.calls for week in weeks)
    agreed, done = sum(week.agreed for week in weeks), sum(week.done for week in weeks)
    yield (
        f"{how_many(calls, 'call')} in {how_many(len(weeks), 'week')} with calls; "
        f"{agreed} with an agreed next step, {done} of these done."
    )
    yield "listening: the time in which you did not speak; open: open among all questions;"
    yield "steps 1 to 5: in how many of these calls each step was reached."
    few = [week for week in weeks if week.calls < FEW_IN_A_WEEK]
    if calls < FEW_IN_ALL:
        are = "is" if calls == 1 else "are"
        yield f"{how_many(calls, 'call')} {are} too few to see a direction; calls differ a lot."
    elif few:
        yield (
            f"{how_many(len(few), 'week')} had fewer than {FEW_IN_A_WEEK} calls; read those with "
            "care, for calls differ a lot."
        )


def _bar(share: float) -> str:
    filled = round(share * _BAR_SIGNS)
    return "=" * filled + "." * (_BAR_SIGNS - filled)
