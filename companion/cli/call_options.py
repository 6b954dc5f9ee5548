"""Options that the commands about stored calls share, and how their values are read.

Imports only typer, errors and the standard library at the top.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from companion.errors import InputError

if TYPE_CHECKING:
    from companion.store.stored_call import CallFilter

PAGE_CALLS = 50
"""Calls on a page where nobody says how many."""

Code = Annotated[str, typer.Argument(metavar="CODE", help="The call's code, such as maple-17.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]
Issue = Annotated[
    str | None, typer.Option("--issue", metavar="ISSUE", help="Only with this issue, e.g. wages.")
]
Reached = Annotated[
    int | None,
    typer.Option("--step", min=1, max=5, help="Only calls that reached this step."),
]
Outcome = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="ANSWER", help="Only with this answer: yes, no, maybe, not_asked."
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DAY", help="Only of this day (2026-04-14) or later."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Only of this day or earlier.")
]
Agreed = Annotated[
    bool | None,
    typer.Option("--agreed/--no-agreement", help="Only with, or without, an agreed next step."),
]
Due = Annotated[bool, typer.Option("--due", help="Only with a next step that is due or overdue.")]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=1000, help="How many calls to show at once.")
]
Page = Annotated[int, typer.Option("--page", min=1, max=100_000, help="Which page of them.")]

OUTCOMES = ("yes", "no", "maybe", "not_asked")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls, as typed."""

    issue: str | None = None
    step: int | None = None
    outcome: str | None = None
    since: str | None = None
    until: str | None = None
    agreed: bool | None = None
    due: bool = False

    def as_filter(self, today: date) -> CallFilter:
        """For the store. `today`: what 'due' and 'yesterday' refer to. Raises: InputError."""
        from companion.store.stored_call import CallFilter

        since = None if self.since is None else read_day(self.since, today, "--since")
        until = None if self.until is None else read_day(self.until, today, "--until")
        if since is not None and until is not None and since > until:
            raise InputError("--since is after --until; no day lies between them, exchange the two")
        return CallFilter(
            since=since,
            until=until,
            issue=None if self.issue is None else self.issue.strip().lower(),
            step=self.step,
            commitment=None if self.outcome is None else _outcome(self.outcome),
            agreed=self.agreed,
            due_by=today if self.due else None,
        )


def read_day(text: str, today: date, option: str) -> date:
    """A day, past or to come: ISO, 'today' or 'yesterday'. Raises: InputError."""
    plain = text.strip().lower()
    near = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return near[plain] if plain in near else date.fromisoformat(plain)
    except ValueError:
        raise InputError(
            f"{option} takes a day such as {today.isoformat()}, today or yesterday"
        ) from None


def confirmed(question: str, yes: bool) -> bool:
    """Ask, unless `yes`; the answer of Enter is no. Raises: InputError where nobody can answer."""
    if yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError("there is nobody here to ask; say --yes if this is what you want")
    return typer.confirm(question, default=False)


def asked_for(question: str, option: str, given: str | None) -> str:
    """What an option says, or else a person at the terminal: what is typed there stays out of the
    shell's history. Raises: InputError where nobody can answer."""
    if given is not None:
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError(f"there is nobody here to ask; say it with {option}")
    return str(typer.prompt(question))


def _outcome(text: str) -> str:
    plain = "_".join(text.strip().lower().replace("-", " ").replace("_", " ").split())
    if plain not in OUTCOMES:
        raise InputError(f"--outcome takes one of {', '.join(OUTCOMES)}")
    return plain
