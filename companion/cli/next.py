"""`companion next`: what was agreed or promised and is still to do."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.cli import clock
from companion.cli.call_options import PAGE_CALLS, Code, Json, Limit
from companion.cli.opening import PassphraseStdin, open_store
from companion.errors import InputError

if TYPE_CHECKING:
    from companion.store.stored_call import StoredCall

SOON_DAYS = 7
_NOTHING_YET = "What is agreed or promised in a call, and kept in its review, stands here."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="See what was agreed or promised and is still to do; alone: the list.",
        invoke_without_command=True,
    )
    group.callback()(list_follow_ups)
    group.command("done")(done)
    group.command("reopen")(reopen)
    group.command("snooze")(snooze)
    group.command("ics")(ics)
    app.add_typer(group, name="next")


def list_follow_ups(
    context: typer.Context,
    days: Annotated[
        int, typer.Option("--days", min=0, max=3650, help="How many days to look ahead.")
    ] = SOON_DAYS,
    limit: Limit = PAGE_CALLS,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """See what was agreed or promised and is still to do.

    Shows what is overdue, due today, due soon, and what you promised without a day.
    """
    if context.invoked_subcommand is not None:
        return
    from companion.cli.follow_up_list import follow_up_lines
    from companion.cli.terminal_text import output_width
    from companion.notes.due import FARTHEST_DAYS
    from companion.notes.json_form import follow_up_values, json_line
    from companion.notes.wording import outline_for_reading
    from companion.store.stored_call import CallFilter

    today = clock.today()
    until, farthest = today + timedelta(days=days), today + timedelta(days=FARTHEST_DAYS)
    with open_store(passphrase_stdin) as store:
        dated = store.follow_ups.due(today, days, limit)
        undated = store.follow_ups.undated()
        due = store.calls.count(CallFilter(due_by=until))
        later = store.calls.count(CallFilter(due_by=farthest)) - due
    shown = undated[:limit]
    if json_lines:
        for follow_up in (*dated, *shown):
            typer.echo(json_line(follow_up_values(follow_up)))
        return
    for line in follow_up_lines(dated, shown, today, outline_for_reading(), output_width()):
        typer.echo(line)
    typer.echo(_closing(len(dated) + len(shown), due + len(undated), later))


def done(code: Code, passphrase_stdin: PassphraseStdin = False) -> None:
    """Mark the next step of a call as done."""
    with open_store(passphrase_stdin) as store:
        before = store.calls.get(code)
        call = before if before.done_at is not None else store.follow_ups.done(code)
    already = " already" if before.done_at is not None else ""
    typer.echo(f"{call.code} is done{already}. 'companion next reopen {call.code}' takes it back.")


def reopen(code: Code, passphrase_stdin: PassphraseStdin = False) -> None:
    """Take back 'done'; for what was put off: go back to the agreed day."""
    with open_store(passphrase_stdin) as store:
        before = store.calls.get(code)
        if before.done_at is not None:
            call = store.follow_ups.reopen(code)
            undo = f"'companion next done {call.code}' marks it as done again."
        elif before.snoozed_to is not None:
            call = store.follow_ups.snooze(code, None)
            day = before.snoozed_to.isoformat()
            undo = f"'companion next snooze {call.code} {day}' puts it off again."
        else:
            call = store.follow_ups.reopen(code)
            undo = f"'companion next done {call.code}' marks it as done."
    typer.echo(f"{call.code} is open, {_due(call)}. {undo}")


def snooze(
    code: Code,
    day: Annotated[
        list[str], typer.Argument(metavar="DAY...", help="Such as tuesday, April 14, 2026-04-14.")
    ],
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Put the next step of a call off to a day; a promise gets its day this way."""
    until = _read_day_ahead(" ".join(day), clock.today())
    with open_store(passphrase_stdin) as store:
        call = store.follow_ups.snooze(code, until)
    typer.echo(
        f"{call.code} is open, {_due(call)}. 'companion next reopen {call.code}' takes this back."
    )


def ics(
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="A new file; standard output if left out."),
    ] = None,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Write everything that has a day as a calendar file (.ics).

    Calendar programs open it. It holds codes and no names, and it is not encrypted. Importing a
    newer one updates the entries.
    """
    from companion.notes.due import FARTHEST_DAYS, calendar_of
    from companion.notes.private_file import write_private
    from companion.notes.wording import how_many, outline_for_reading

    with open_store(passphrase_stdin) as store:
        follow_ups = store.follow_ups.due(clock.today(), FARTHEST_DAYS)
    if not follow_ups:
        raise InputError(
            "nothing to do has a day, so there is no calendar to write; 'companion next' shows "
            "what there is"
        )
    content = calendar_of(follow_ups, outline_for_reading())
    if output is None:
        typer.echo(content, nl=False)
    else:
        write_private(output, [content.decode("utf-8")])
    wrote = how_many(len(follow_ups), "entry", "entries")
    where = "" if output is None else f" to {output}"
    typer.echo(f"Wrote {wrote}{where}. This file is not encrypted.", err=True)


def _read_day_ahead(text: str, today: date) -> date:
    from companion.domain.dates import read_when
    from companion.notes.due import FARTHEST_DAYS

    when = read_when(text, today)
    if when is None or "T" in when:
        raise InputError(
            "say a day from today on, without a time, such as tomorrow, tuesday, April 14 or "
            "2026-04-14"
        )
    day = date.fromisoformat(when)
    if (day - today).days > FARTHEST_DAYS:
        raise InputError("that day is too far away to be seen again; say one within ten years")
    return day


def _due(call: StoredCall) -> str:
    from companion.notes.sheet import day_words, due_words

    step = call.summary.next_step
    if call.snoozed_to is not None:
        return f"put off to {day_words(call.snoozed_to)}"
    if step is not None and step.agreed and step.when is not None:
        return f"agreed for {due_words(step.when)}"
    return "without a day"


def _closing(shown: int, there: int, later: int) -> str:
    from companion.notes.wording import how_many

    if shown < there:
        more = f"{there - shown} more of these; --limit shows more."
    elif later:
        more = (
            f"{how_many(later, 'entry', 'entries')} later; 'companion next --days 365' shows more."
        )
    else:
        more = "'companion next done CODE' marks one as done." if shown else _NOTHING_YET
    return f"\n{more}" if shown else f"Nothing is due, and no promise is without a day. {more}"
