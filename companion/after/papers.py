"""What can be handed on after a call, as text: nothing here is sent or stored by itself."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from companion.domain.call import ConsentScope
from companion.domain.dates import when_words
from companion.domain.hearing import Hearing, Playback
from companion.domain.outline import RapOutline, words_of
from companion.domain.record import RecordedStep, RedactedSummary

if TYPE_CHECKING:
    from icalendar import Event

MEETING_LASTS = timedelta(hours=1)
_RECEIPT_COLUMNS = 76
"""Fits every terminal and most messages."""


def receipt(summary: RedactedSummary, outline: RapOutline, deletion_code: str) -> str:
    """For the other person: what was kept of the call, what was not, and how to have it deleted.

    It carries neither the call's code nor anybody's name, so that it tells a finder nothing.
    """
    lines = [
        f"Receipt for our call on {summary.call_date:%Y-%m-%d}",
        "",
        "What I kept, in my own encrypted notes:",
        *(line for item in _kept(summary, outline) for line in _wrapped(item, "- ")),
        "",
        *_wrapped(_not_kept(summary)),
        "",
        "You can have these notes deleted. Tell me this code, no reason needed:",
        f"  {deletion_code}",
        *_wrapped(
            "It deletes the notes for good; what stays is the code's fingerprint and the day."
        ),
        "",
    ]
    return "\n".join(lines)


def thank_you(summary: RedactedSummary, outline: RapOutline) -> str:
    """A draft of a message, to be edited; the blanks are the organizer's to fill."""
    step = summary.next_step
    lines = [
        "Hi ____,",
        "",
        "Thank you for talking with me. What you said about ____ stays with me.",
    ]
    if step is not None and step.agreed:
        what = step_words(step, outline)
        lines.append(_printable(f"As we said: {_doer(step)} {what}, {_when(step)}."))
    else:
        lines.append("There is no hurry with anything. I'm glad that we talked.")
    if summary.follow_up is not None:
        promised = words_of(summary.follow_up.value, outline.follow_ups)
        lines.append(_printable(f"I have not forgotten what I promised: {promised}."))
    lines += ["", "Take good care of yourself,", "____", ""]
    return "\n".join(lines)


def own_card(outline: RapOutline) -> tuple[str, ...]:
    """Lines of the organizer's own card for after the call."""
    return outline.afterwards


def calendar(entries: Sequence[tuple[str, RecordedStep]], outline: RapOutline) -> bytes:
    """An iCalendar file (RFC 5545, UTF-8) of agreed next steps, with their calls' codes.

    A step with a time becomes an hour in the organizer's local ("floating") time, one with a
    day only becomes an entry of the whole day. The same call always has the same UID, so that
    an import updates what was imported before.
    """
    from icalendar import Calendar  # takes a while to load, and no call needs it

    file = Calendar()
    file.add("prodid", "-//companion//next steps//EN")
    file.add("version", "2.0")
    for code, step in entries:
        if step.when is not None:
            file.add_component(_event(code, step, step.when, outline))
    return bytes(file.to_ical())


def _event(code: str, step: RecordedStep, when: str, outline: RapOutline) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{code}@companion.invalid")
    event.add("dtstamp", datetime.now(timezone.utc).replace(microsecond=0))
    event.add("summary", _title(f"{step_words(step, outline)} ({code})"))
    if "T" in when:
        start: date = datetime.fromisoformat(when)
        lasts = MEETING_LASTS
    else:
        start = date.fromisoformat(when)
        lasts = timedelta(days=1)
    event.add("dtstart", start)
    with suppress(OverflowError):  # at the end of the calendar; RFC 5545 does not ask for an end
        event.add("dtend", start + lasts)
    event.add("class", "PRIVATE")
    return event


def _title(text: str) -> str:
    """With a capital. RFC 5545 allows no control characters; the library escapes the rest."""
    plain = _printable(text)
    return plain[:1].upper() + plain[1:]


def _printable(text: str) -> str:
    """A receipt is read in terminals and messages: no control characters, nothing that turns
    the direction of the text around."""
    return "".join(char if char.isprintable() else " " for char in text)


def step_words(step: RecordedStep, outline: RapOutline) -> str:
    """What the next step is, to stand within a sentence."""
    detail = step.detail.text if step.detail is not None else ""
    if step.what is None:
        return detail or "the next step"
    text = words_of(step.what, outline.next_step_kinds)
    return f"{text}: {detail}" if detail else text


def _doer(step: RecordedStep) -> str:
    return {"them": "you", "organizer": "I", "both": "we both"}.get(step.who or "", "we")


def _when(step: RecordedStep) -> str:
    return f"on {when_words(step.when)}" if step.when is not None else "on a day to be found"


def _wrapped(text: str, lead: str = "") -> list[str]:
    indent = " " * len(lead)
    return textwrap.wrap(
        _printable(text), _RECEIPT_COLUMNS, initial_indent=lead, subsequent_indent=indent
    )


def _not_kept(summary: RedactedSummary) -> str:
    """That no name was kept is said only where no masked word was kept knowingly."""
    lead = (
        "What was not kept, at any time: a recording, your voice, a transcript of what you or I "
        "said"
    )
    return f"{lead}." if _kept_words(summary) else f"{lead}, your name, phone number or address."


def _own_side(hearing: Hearing) -> str:
    if hearing.loopback_allowed:
        return "that this was a test, with an input that can hear both sides"
    return {
        Playback.HEADSET: "that I used a headset, so that only my own side was heard",
        Playback.SPEAKERS: "that I used speakers, so that my microphone could hear you too",
    }.get(hearing.playback, "that it is not known whether my microphone could hear you too")


def _kept_words(summary: RedactedSummary) -> bool:
    detail = summary.next_step.detail if summary.next_step is not None else None
    texts = (detail, summary.follow_up_detail, summary.note)
    return any(text is not None and text.kept for text in texts)


def _kept(summary: RedactedSummary, outline: RapOutline) -> list[str]:
    lines = [
        "the day and length of the call, how many questions I asked, and which parts of my own "
        "plan for the talk I came to",
    ]
    if summary.listening_share is not None:
        lines.append("how much I talked and listened")
    if summary.hearing is not None:
        lines.append(_own_side(summary.hearing))
    if summary.issues:
        named = ", ".join(words_of(fact.value, outline.issues) for fact in summary.issues)
        lines.append(f"what it was about, in general words: {named}")
    if summary.decision_maker is not None:
        role = words_of(summary.decision_maker.value, outline.roles)
        lines.append(f"whose decision it is, as a role: {role}")
    if summary.ask is not None or summary.commitment is not None:
        lines.append("what I asked and how you answered, as yes, no or maybe")
    if summary.next_step is not None:
        step = summary.next_step
        lines.append(f"the next step: {_doer(step)}, {step_words(step, outline)}, {_when(step)}")
    if summary.self_care is not None or summary.follow_up is not None:
        lines.append("that I offered care, or promised to be in touch")
    if summary.note is not None or summary.follow_up_detail is not None:
        checked = "masked so that it names nobody" if not _kept_words(summary) else "in my words"
        lines.append(f"a short note of my own, {checked}")
    if summary.consent is not None and summary.consent.scope is ConsentScope.SUMMARY:
        lines.append("that you agreed to this, how, and when")
    return lines
