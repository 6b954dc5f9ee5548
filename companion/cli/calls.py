"""`companion calls`: look at what was kept of calls, change it, hand it on, delete it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from companion.cli import clock
from companion.cli.call_options import (
    PAGE_CALLS,
    Agreed,
    Code,
    Due,
    Issue,
    Json,
    Limit,
    Outcome,
    Page,
    Reached,
    Since,
    Until,
    Wanted,
    Yes,
    asked_for,
    confirmed,
)
from companion.cli.opening import PassphraseStdin, open_store
from companion.errors import InputError

if TYPE_CHECKING:
    from companion.store.stored_call import StoredCall


class ExportForm(str, Enum):
    """What `calls export` writes."""

    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Look at what was kept of calls, change it, hand it on, delete it.",
        no_args_is_help=True,
    )
    group.command("list")(list_calls)
    group.command("show")(show)
    group.command("search")(search)
    group.command("edit")(edit)
    group.command("export")(export)
    group.command("hold")(hold)
    group.command("release")(release)
    group.command("delete")(delete)
    app.add_typer(group, name="calls")


def list_calls(
    issue: Issue = None,
    step: Reached = None,
    outcome: Outcome = None,
    since: Since = None,
    until: Until = None,
    agreed: Agreed = None,
    due: Due = False,
    limit: Limit = PAGE_CALLS,
    page: Page = 1,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """List your calls, the newest first.

    'steps' are the steps reached, 'answer' is what they said to your ask, 'next step' is the day
    of what was agreed.
    """
    wanted = Wanted(issue, step, outcome, since, until, agreed, due)
    which = wanted.as_filter(clock.today())
    with open_store(passphrase_stdin) as store:
        calls = store.calls.list(which, limit, (page - 1) * limit)
        found = store.calls.count(which)
    if json_lines:
        _print_json(calls)
    elif calls:
        _print_table(calls)
        _print_place(len(calls), (page - 1) * limit, found)
    else:
        typer.echo(_none_found(found, page, wanted))


def show(code: Code, json_lines: Json = False, passphrase_stdin: PassphraseStdin = False) -> None:
    """Show everything that is kept of a call, and where each value comes from."""
    from companion.cli.call_sheet import printed
    from companion.cli.terminal_text import output_width
    from companion.notes.wording import outline_for_reading

    with open_store(passphrase_stdin) as store:
        call = store.calls.get(code)
    if json_lines:
        _print_json([call])
        return
    for line in printed(call, outline_for_reading(), output_width()):
        typer.echo(line)


def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="Words; a call has all of them.")
    ],
    limit: Limit = PAGE_CALLS,
    page: Page = 1,
    json_lines: Json = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Find calls by their code, values and notes. The beginning of a word is enough."""
    from companion.store.search import query_of

    text = " ".join(words)
    if query_of(text) is None:
        raise InputError("there is no word to look for; give one or more, such as 'wages'")
    with open_store(passphrase_stdin) as store:
        # One more than the page, to know whether there is another.
        calls = store.calls.search(text, limit=limit + 1, offset=(page - 1) * limit)
    more, calls = len(calls) > limit, calls[:limit]
    if json_lines:
        _print_json(calls)
    elif calls:
        _print_table(calls)
        if more:
            typer.echo(f"\nThere are more; --page {page + 1} shows the next.")
    else:
        typer.echo("No call has all of these words. Fewer or shorter words find more.")


def edit(
    code: Code,
    plain: Annotated[
        bool, typer.Option("--plain", help="Line by line, for screen readers and pipes.")
    ] = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Open a call in the review again, and change what is kept of it.

    What you approve then replaces the call; the other person's deletion code stays good.
    """
    from companion.cli.reviewing import desk_here, review_stored

    with open_store(passphrase_stdin) as store:
        review_stored(desk_here(store, plain), code)


def export(
    form: Annotated[
        ExportForm, typer.Option("--format", help="For spreadsheets, programs, or reading.")
    ] = ExportForm.CSV,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="A new file; standard output if left out."),
    ] = None,
    issue: Issue = None,
    step: Reached = None,
    outcome: Outcome = None,
    since: Since = None,
    until: Until = None,
    agreed: Agreed = None,
    due: Due = False,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Write calls for other programs. What is exported is not encrypted any more."""
    from companion.notes.exporting import chunks_of
    from companion.notes.private_file import write_private
    from companion.notes.wording import how_many

    which = Wanted(issue, step, outcome, since, until, agreed, due).as_filter(clock.today())
    with open_store(passphrase_stdin) as store:
        calls = store.calls.list(which)
    chunks = chunks_of(form.value, calls, clock.now(), to_file=output is not None)
    if output is None:
        for chunk in chunks:
            typer.echo(chunk.encode("utf-8"), nl=False)  # as it is, whatever the console's custom
    else:
        write_private(output, chunks)
    where = "" if output is None else f" to {output}"
    typer.echo(
        f"Wrote {how_many(len(calls), 'call')}{where}. This copy is not encrypted: whoever has it "
        "can read it, and deleting a call here does not delete it there.",
        err=True,
    )


def hold(
    code: Code,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Why it must be kept, without names; asked for if left out."),
    ] = None,
    passphrase_stdin: PassphraseStdin = False,
) -> None:
    """Keep a call when 'companion purge' deletes old ones."""
    from companion.cli.terminal_text import visible

    with open_store(passphrase_stdin) as store:
        store.calls.get(code)  # before asking for a reason
        call = store.calls.hold(code, asked_for("Why must it be kept?", "--reason", reason))
    kept = visible(call.hold.reason) if call.hold is not None else ""
    typer.echo(f"{call.code} is on hold: {kept}")
    typer.echo(f"'companion calls release {call.code}' ends the hold.")


def release(code: Code, passphrase_stdin: PassphraseStdin = False) -> None:
    """End the hold of a call."""
    with open_store(passphrase_stdin) as store:
        held = store.calls.get(code).hold is not None
        call = store.calls.release(code)
    typer.echo(f"{call.code} {'is not on hold any more' if held else 'was not on hold'}.")
    typer.echo(f"'companion calls hold {call.code} --reason WHY' puts it on hold.")


def delete(code: Code, yes: Yes = False, passphrase_stdin: PassphraseStdin = False) -> None:
    """Delete a call for good."""
    with open_store(passphrase_stdin) as store:
        call = store.calls.get(code)
        if call.hold is not None:
            raise InputError(
                f"{call.code} is on hold and is not deleted; "
                f"'companion calls release {call.code}' ends the hold"
            )
        day = call.summary.call_date.isoformat()
        if not confirmed(f"Delete {call.code}, the call of {day}, for good?", yes):
            typer.echo("Nothing was deleted.")
            return
        store.calls.delete(call.code)
    typer.echo(f"{call.code} is deleted for good. Nothing of it stays in the store.")
    typer.echo("Backups and exports that you made before still have it; delete them as well.")
    if call.shared_at is not None:
        typer.echo("The team has a copy; 'companion team sync' deletes it there.")


def _print_json(calls: list[StoredCall]) -> None:
    from companion.notes.json_form import call_values, json_line

    for call in calls:
        typer.echo(json_line(call_values(call)))


def _print_table(calls: list[StoredCall]) -> None:
    from companion.cli.calls_table import calls_table
    from companion.cli.terminal_text import output_width

    for line in calls_table(calls, output_width()):
        typer.echo(line)


def _print_place(shown: int, before: int, found: int) -> None:
    """Which of how many these were, where they were not all."""
    if shown == found:
        return
    more = "" if before + shown >= found else "; --page shows the others"
    typer.echo(f"\nCalls {before + 1} to {before + shown} of {found}{more}.")


def _none_found(found: int, page: int, wanted: Wanted) -> str:
    if found:
        return f"There is no page {page}: {found} calls fit. Take a lower --page."
    if wanted == Wanted():
        return (
            "No call is kept yet. 'companion call' begins one; at its end you decide whether a "
            "summary is kept."
        )
    text = "No call fits all of this. 'companion calls list' without options shows every call."
    return text if wanted.issue is None else f"{text}\n{_known_issues()}"


def _known_issues() -> str:
    from companion.notes.wording import outline_for_reading

    return "Issues are: " + ", ".join(choice.id for choice in outline_for_reading().issues) + "."
