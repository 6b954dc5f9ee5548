"""Everything that is kept of one call, as named lines for people: on screen and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from companion.domain.dates import MONTHS, WEEKDAYS, minutes, time_of_day
from companion.domain.hearing import hearing_words
from companion.domain.outline import WHO_WORDS, RapOutline, text_of
from companion.domain.record import RecordedStep, RedactedSummary, SafeText
from companion.notes.wording import ANSWERS, CONSENT_HOW, CONSENT_SCOPE, ORIGINS, with_origin
from companion.store.stored_call import StoredCall
from companion.understanding.rap_library import published_as


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Some named values under a title."""

    title: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)


def sheet(call: StoredCall, outline: RapOutline) -> tuple[SheetPart, ...]:
    """What is kept of a call, in parts. `outline`: the words for ids."""
    summary = call.summary
    return (
        SheetPart("The call", tuple(_figures(summary, outline))),
        SheetPart("What it was about", tuple(_matter(summary, outline))),
        SheetPart("What comes next", tuple(_next(call, outline))),
        SheetPart("About this record", tuple(_record(call))),
    )


def day_words(day: date) -> str:
    """'Tuesday, April 14, 2026'."""
    return f"{WEEKDAYS[day.weekday()]}, {MONTHS[day.month - 1]} {day.day}, {day.year}"


def moment_words(moment: datetime) -> str:
    """A stored moment in local time: 'Tuesday, April 14, 2026, 6:05 pm'."""
    local = moment.astimezone()
    return f"{day_words(local.date())}, {time_of_day(local)}"


def due_words(when: str) -> str:
    """The ISO date or datetime of a next step, with its year."""
    moment = datetime.fromisoformat(when)
    return f"{day_words(moment.date())}" + (f", {time_of_day(moment)}" if "T" in when else "")


def share_words(share: float | None) -> str:
    """A share as percent; '-' where there was nothing to take a share of."""
    return "-" if share is None else f"{share:.0%}"


def open_share(summary: RedactedSummary) -> float | None:
    """Open questions over open and closed ones, in [0, 1]; None where there were none."""
    asked = summary.open_count + summary.closed_count
    return round(summary.open_count / asked, 2) if asked else None


def _figures(summary: RedactedSummary, outline: RapOutline) -> Iterator[tuple[str, str]]:
    names = {int(part.step): part.name for part in outline.steps}
    yield "day", day_words(summary.call_date)
    yield "length", minutes(summary.duration_s)
    if summary.unheard_s:
        yield "not heard", f"{minutes(summary.unheard_s)} (missed, or off the record)"
    if summary.hearing is not None:
        yield "listened with", hearing_words(summary.hearing)
    yield "listening", _listening(summary.listening_share)
    yield "questions", f"{summary.open_count} open, {summary.closed_count} closed"
    reached = ", ".join(f"{n} {names.get(n, '')}".strip() for n in summary.steps_reached)
    yield "steps reached", reached or "none"
    goals = {goal.id: goal.text for part in outline.steps for goal in part.goals}
    if summary.goals_met:
        yield "goals met", "; ".join(goals.get(goal, goal) for goal in summary.goals_met)


def _listening(share: float | None) -> str:
    return "nothing was heard" if share is None else f"{share:.0%} of the call (the aim: about 80%)"


def _matter(summary: RedactedSummary, outline: RapOutline) -> Iterator[tuple[str, str]]:
    issues = "; ".join(with_origin(fact, outline.issues) for fact in summary.issues)
    yield "issues", issues or "none"
    if summary.decision_maker is not None:
        yield "who decides", with_origin(summary.decision_maker, outline.roles)
    if summary.note is not None:
        yield "note", _typed(summary.note)


def _next(call: StoredCall, outline: RapOutline) -> Iterator[tuple[str, str]]:
    summary = call.summary
    if summary.ask is not None:
        yield "asked for", with_origin(summary.ask, outline.next_step_kinds)
    if summary.commitment is not None:
        value = ANSWERS.get(summary.commitment.value, summary.commitment.value)
        yield "their answer", f"{value} ({ORIGINS[summary.commitment.origin]})"
    if summary.next_step is None:
        yield "next step", "no agreement"
    else:
        yield from _step(summary.next_step, outline)
    if summary.self_care is not None:
        yield "self-care", f"offered ({ORIGINS[summary.self_care.origin]})"
    if summary.follow_up is not None:
        yield "you promised", with_origin(summary.follow_up, outline.follow_ups)
    if summary.follow_up_detail is not None:
        yield "about that", _typed(summary.follow_up_detail)
    if call.done_at is not None:
        yield "done", moment_words(call.done_at)
    if call.snoozed_to is not None:
        yield "put off to", day_words(call.snoozed_to)


def _step(step: RecordedStep, outline: RapOutline) -> Iterator[tuple[str, str]]:
    parts = [text_of(step.what, outline.next_step_kinds)] if step.what is not None else []
    parts += [step.detail.text] if step.detail is not None else []
    state = "you confirmed it" if step.confirmed else "not confirmed"
    yield "next step", f"{': '.join(parts) or '-'} ({ORIGINS[step.origin]}; {state})"
    yield "who", WHO_WORDS.get(step.who or "", "-")
    yield "when", due_words(step.when) if step.when is not None else "-"


def _typed(text: SafeText) -> str:
    kept = ", ".join(text.kept)
    return f"{text.text} (kept knowingly: {kept})" if kept else text.text


def _record(call: StoredCall) -> Iterator[tuple[str, str]]:
    consent, made = call.summary.consent, call.summary.provenance
    if consent is None:
        yield "consent", "none was asked for: prompts by hand, nothing was heard"
    else:
        yield "consent", f"{CONSENT_HOW[consent.how]}, {moment_words(consent.at)}"
        yield "agreed to", CONSENT_SCOPE[consent.scope]
    yield "approved", moment_words(call.approved_at)
    if call.edited_at is not None:
        yield "edited", moment_words(call.edited_at)
    if call.hold is not None:
        yield "on hold", f"since {moment_words(call.hold.since)}: {call.hold.reason}"
    if call.shared_at is not None:
        yield "with the team", f"since {moment_words(call.shared_at)}"
    yield "made by", f"companion {made.companion}, recognizer {made.engine}"
    published = published_as(made.rap_sha256)
    rap = made.rap if published is None else f"{published}, published on this computer"
    version = f"version {made.rap_version}, " if published is None else ""
    yield "rap", f"{rap}, {version}SHA-256 {made.rap_sha256[:16]}..."
