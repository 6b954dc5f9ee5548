"""What an organizer can hand on after a review: shown once, and written to a file only if asked.

Nothing is sent. A file lies outside of the encrypted store, so it is made readable for its owner
only, and the organizer is told.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from companion.after.papers import calendar, own_card, receipt, thank_you
from companion.cli.terminal_text import output_width
from companion.domain.outline import RapOutline
from companion.errors import CompanionError, InputError
from companion.live.review_desk import Approved
from companion.live.review_lines import EndOfLinesError, Lines
from companion.notes.private_file import write_private

_RULE = "-" * 20


def hand_on(approved: Approved, outline: RapOutline, lines: Lines) -> None:
    """Show the papers of a call that was just saved, and write those that are asked for.

    An end of the input, or Ctrl-C, ends it: what was saved is saved.
    """
    papers = _papers(approved, outline)
    card = own_card(outline)
    if card and approved.deletion_code is not None:  # just after the call, and not when editing
        lines.say("", "For you, now")
        lines.say(*(part for line in card for part in _wrapped(line)))
    # The receipt last: what stands there only this once is then in sight.
    for name in ("thanks", "receipt"):
        if name in papers:
            lines.say("", f"{_TITLES[name]}:", _RULE, *papers[name].splitlines(), _RULE)
    lines.say("")
    try:
        _write_those_asked_for(papers, lines)
    except (EndOfLinesError, KeyboardInterrupt):
        lines.say("")


_TITLES = {
    "receipt": "Receipt for the other person; its deletion code is shown only this once",
    "thanks": "Draft of a thank-you, to be finished by you",
}


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, output_width() - 2, initial_indent="  ", subsequent_indent="    ")


def _papers(approved: Approved, outline: RapOutline) -> dict[str, str]:
    """Texts by the word that asks for them."""
    summary, code = approved.approved.summary, approved.approved.code
    papers = {}
    if approved.deletion_code is not None:
        papers["receipt"] = receipt(summary, outline, approved.deletion_code)
        papers["thanks"] = thank_you(summary, outline)
    if summary.agreed and summary.next_step is not None:
        papers["calendar"] = calendar([(code, summary.next_step)], outline).decode()
    return papers


def _write_those_asked_for(papers: dict[str, str], lines: Lines) -> None:
    if not papers:
        return
    named = " or ".join(f"'{name} FILE'" for name in papers)
    lines.say("Nothing is sent. A file is not encrypted: delete it once it is handed on.")
    while True:
        word, _, path = lines.ask(f"{named} writes a file; Enter ends").partition(" ")
        if not word:
            return
        try:
            if word not in papers or not path.strip():
                raise InputError(f"type {named}, with a name for the file")
            target = Path(path.strip()).expanduser()
            write_private(target, [papers[word]])
            lines.say(f"Written for your eyes only: {target}")
        except CompanionError as error:
            lines.say(f"{error}.")
