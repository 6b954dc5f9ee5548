"""Full-text search inside the encrypted file (SQLite's FTS5).

The index holds the call's code, the ids of its values and its redacted texts. Two settings
matter for deletion: the index keeps its own content (overwritten when it is deleted), and
'secure-delete' takes a deleted word out of the index at once in place of marking it.
"""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from companion.domain.record import RedactedSummary

MAX_WORDS = 20
_MIN_PREFIX_CHARS = 3
_MASK = re.compile(r"\[(?:name|place|number|word)\]")
_WORD = re.compile(r"[^\W_]+")

MATCHING = "SELECT rowid FROM call_words WHERE call_words MATCH :query"


def words_of(code: str, summary: RedactedSummary) -> str:
    """What a call can be found by; masks are left out."""
    step = summary.next_step
    facts = (
        *summary.issues,
        summary.decision_maker,
        summary.ask,
        summary.commitment,
        summary.self_care,
        summary.follow_up,
    )
    details = (step.detail if step else None, summary.follow_up_detail, summary.note)
    parts = [code, *(fact.value for fact in facts if fact is not None)]
    if step is not None and step.what is not None:
        parts.append(step.what)
    parts += [_MASK.sub(" ", detail.text) for detail in details if detail is not None]
    return " ".join(_WORD.findall(" ".join(parts)))


def query_of(words: str) -> str | None:
    """What to look for, as a query of FTS5; None where there is no word in it.

    Every word must be there; a word of three letters or more also finds longer ones. Quotes,
    stars, brackets and operators are no syntax here: only letters and digits are taken over, and
    each word is quoted.
    """
    found = _WORD.findall(words)[:MAX_WORDS]
    terms = [f'"{word}"' + ("*" if len(word) >= _MIN_PREFIX_CHARS else "") for word in found]
    return " ".join(terms) or None


def index_call(session: Session, call_id: int, words: str) -> None:
    """Add a call to the index, in place of what stood there for it."""
    unindex_call(session, call_id)
    insert = text("INSERT INTO call_words(rowid, words) VALUES (:id, :words)")
    session.connection().execute(insert, {"id": call_id, "words": words})


def unindex_call(session: Session, call_id: int) -> None:
    """Take a call out of the index."""
    delete = text("DELETE FROM call_words WHERE rowid = :id")
    session.connection().execute(delete, {"id": call_id})


def compact(session: Session) -> None:
    """Build the index anew from its own content, so that nothing of deleted words is left."""
    session.connection().execute(text("INSERT INTO call_words(call_words) VALUES ('rebuild')"))


def clear(session: Session) -> None:
    """Empty the index."""
    session.connection().execute(text("DELETE FROM call_words"))
    compact(session)


def disagreement(session: Session) -> str | None:
    """What is wrong between the calls and the index, or None."""
    counts = text(
        "SELECT (SELECT count(*) FROM call WHERE id NOT IN (SELECT rowid FROM call_words)), "
        "(SELECT count(*) FROM call_words WHERE rowid NOT IN (SELECT id FROM call))"
    )
    missing, too_many = session.connection().execute(counts).one()
    if missing or too_many:
        return f"the search index lacks {missing} calls and has {too_many} too many"
    try:
        session.connection().execute(
            text("INSERT INTO call_words(call_words, rank) VALUES ('integrity-check', 1)")
        )
    except DBAPIError:
        return "the search index is damaged"
    return None
