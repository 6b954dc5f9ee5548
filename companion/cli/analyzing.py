"""The two ways in which `companion analyze` prints a call: for programs and for people."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from companion.after.provenance import provenance_of
from companion.after.redacted import redact_summary
from companion.after.review import Review
from companion.after.shipped_redactor import ShippedRedactor
from companion.cli.terminal_text import visible
from companion.domain.dates import clock, when_words
from companion.domain.prompt import Prompt
from companion.domain.summary import Summary
from companion.trainer.outcome import Outcome
from companion.trainer.replay import Turn
from companion.trainer.spoken import SpokenCall
from companion.understanding.rap import Rap

Line: TypeAlias = dict[str, Any]


class JsonLines:
    """A line an utterance, then a line a file. Names are stable; see docs/measuring.md."""

    def __init__(self, rap: Rap) -> None:
        self._rap = rap

    def begin(self, call: SpokenCall) -> None:
        """Nothing is written before the first utterance."""

    def turn(self, call: SpokenCall, turn: Turn) -> None:
        """One utterance."""
        _write(utterance_line(call.file, turn))

    def end(self, call: SpokenCall, summary: Summary, outcome: Outcome) -> None:
        """What the call came to, and what of it would be stored."""
        saved = saved_values(call, summary, self._rap)
        _write({"file": call.file, "summary": summary_values(outcome), "saved": saved})


def _write(line: Line) -> None:
    # Plain ASCII: no console's encoding, lone surrogate or exotic line end can break a line.
    print(json.dumps(line, allow_nan=False), flush=True)


def utterance_line(file: str, turn: Turn) -> Line:
    """The machine form of one utterance."""
    estimate = turn.heard.step
    return {
        "file": file,
        "i": turn.utterance.i,
        "text": turn.utterance.text,
        "step": int(estimate.step),
        "step_probability": round(estimate.probability, 3),
        "sure": estimate.sure,
        "questions": [
            {
                "text": q.text,
                "start_char": q.start_char,
                "end_char": q.end_char,
                "kind": q.kind.value,
            }
            for q in turn.questions
        ],
        "cues": [cue.name for cue in turn.heard.cues],
        "prompt": _card(turn.prompt),
        "nudge": _card(turn.nudge),
    }


def _card(prompt: Prompt | None) -> Line | None:
    return None if prompt is None else {"id": prompt.id, "text": prompt.text}


def summary_values(outcome: Outcome) -> Line:
    """The proposals of a call, in the words of labelled calls."""
    step = {"what": outcome.next_what, "when": outcome.next_when, "who": outcome.next_who}
    return {
        "issues": list(outcome.issues),
        "decision_maker": outcome.decision_maker,
        "ask": outcome.ask,
        "commitment": outcome.commitment,
        "next_step": step if outcome.has_next_step else None,
        "closed_count": outcome.closed_count,
        "open_count": outcome.open_count,
        "self_care_offered": outcome.self_care_offered,
        "follow_up": outcome.follow_up,
        "steps_reached": list(outcome.steps_reached),
    }


def saved_values(call: SpokenCall, summary: Summary, rap: Rap) -> Line:
    """What an organizer who approves everything would store: the record itself, after redaction.

    A next step is stored where who, what and when are all there; otherwise there is none, and
    the call counts as having no agreement. A written call has no record of consent.
    """
    outline = rap.outline()
    redactor = ShippedRedactor(rap.language)
    redacted = redact_summary(
        summary,
        outline,
        call_date=call.call_date,
        provenance=provenance_of(rap, summary.engine),
        redactor=redactor,
    )
    record: Line = json.loads(Review(redacted, outline, redactor).all_confirmed().record)
    return record


class ReadableLines:
    """The same for people: an utterance with what came of it below."""

    def __init__(self, rap: Rap) -> None:
        self._rap = rap

    def begin(self, call: SpokenCall) -> None:
        """The file, and the day that dates refer to."""
        print(f"{visible(call.file)}, {when_words(call.call_date.isoformat())}\n")

    def turn(self, call: SpokenCall, turn: Turn) -> None:
        """One utterance."""
        estimate = turn.heard.step
        certainty = f"{estimate.probability:.0%}" + ("" if estimate.sure else ", not sure")
        at = clock(turn.utterance.start_s)
        print(f"{at:>6}  {visible(turn.utterance.text)}")
        print(f"{'':6}  step {int(estimate.step)} ({certainty})")
        for question in turn.questions:
            print(f"{'':6}  {question.kind.value} question: {visible(question.text)}")
        if turn.heard.cues:
            print(f"{'':6}  cues: {', '.join(cue.name for cue in turn.heard.cues)}")
        if turn.card is not None:
            print(f"{'':6}  {'nudge' if turn.nudge else 'card'}: {visible(turn.card.text)}")

    def end(self, call: SpokenCall, summary: Summary, outcome: Outcome) -> None:
        """What the call came to: proposals, which only the organizer can confirm."""
        print("\nProposals for the summary, for the organizer to check:")
        for name, value in _rows(outcome):
            print(f"  {name:<16}{visible(value)}")
        print()


def _rows(outcome: Outcome) -> list[tuple[str, str]]:
    when = when_words(outcome.next_when) if outcome.next_when else "no day"
    step = f"{outcome.next_who or 'nobody yet'}, {outcome.next_what or 'nothing yet'}, {when}"
    return [
        ("steps reached", ", ".join(map(str, outcome.steps_reached)) or "none"),
        ("issues", ", ".join(outcome.issues) or "none"),
        ("decision maker", outcome.decision_maker or "none"),
        ("ask", outcome.ask or "none"),
        ("commitment", outcome.commitment.replace("_", " ")),
        ("next step", step if outcome.has_next_step else "none"),
        ("self-care", "offered" if outcome.self_care_offered else "not offered"),
        ("follow-up", outcome.follow_up or "none"),
        ("questions", f"{outcome.open_count} open, {outcome.closed_count} closed"),
    ]
