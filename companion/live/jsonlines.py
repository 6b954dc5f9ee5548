"""Machine events of a live call: one JSON object a line. Names are stable.

Times are seconds of call time. Every line has a `type`:

- `phase`: `at`, `phase` (prompts only, listening, paused, off the record, ended, consent withdrawn)
- `utterance`: `i`, `start`, `end`, `lag` (end of speech to this event), `step`,
  `step_probability`, `sure`, `questions` (`kind`, `start_char`, `end_char`, `exempt`), `cues`,
  `goals`, `invitations`; and `text`, only where the transcript was asked for
- `partial`: `start`, `end`, `committed`, `tentative`; only where the transcript was asked for
- `step`: `at`, `step`, `step_probability`, `sure`, `pinned`
- `card`: `at`, `id`, `kind`, `step`, `source` (companion, organizer), `text`; `id` is null where
  the card was cleared. The text of a nudge may hold words of the organizer's own question, so
  it is null unless the transcript was asked for.
- `gap`: `start`, `end`, `reason`
- `notice`: `at`, `kind` (info, problem, mended), `text`
- `forgotten`: `at`, `from`: what told of call time `from` or later is gone; drop it too
- `missed`: `count`: events that were gone before they could be written
- `summary`: once, when the call has ended: `duration`, `listening_share`, `open_count`,
  `closed_count`, `agreed`, `consent` (`how`, `at`), `next_step` (`who`, `what`, `when`, `origin`,
  `confirmed`), `steps` (`step`, `reached`, and in the rap's words `goals_met` and `goals_open`),
  `gaps`, `engine`, `rap`, `hearing` (`playback`: headset, speakers, unclear, not_tested; `told`:
  measured, measured_earlier, said or null; `loopback_allowed`) or null without a microphone,
  and `issues`, `decision_maker`, `ask`, `commitment`, `self_care`, `follow_up` as `{"value",
  "origin"}` or null. A call whose consent was withdrawn ends with its `phase` and no summary.
- `saved`: the last line, after the summary, and only with `--save`: `code` (of the stored call),
  `deletion_code` (for the other person's receipt; shown only here), `store` (the encrypted file)
"""

from __future__ import annotations

import json
from typing import Any, TextIO, TypeAlias

from companion.domain.call import Consent
from companion.domain.dialogue import NextStep, Proposal, StepEstimate
from companion.domain.hearing import Hearing
from companion.domain.outline import RapOutline
from companion.domain.prompt import PromptKind
from companion.domain.speech import Gap
from companion.domain.summary import Summary
from companion.live.board import (
    Board,
    CardShown,
    Forgotten,
    GapMarked,
    LiveEvent,
    Notice,
    PartialHeard,
    PhaseChanged,
    StepChanged,
    UtteranceHeard,
)
from companion.live.controls import Controls
from companion.live.follow import BoardFollower, News, opening_phase

Line: TypeAlias = dict[str, Any]


def run_json(
    board: Board,
    outline: RapOutline,
    out: TextIO,
    transcript: bool,
    controls: Controls | None = None,
) -> None:
    """Write the call's events until it is over; blocks.

    The first Ctrl-C ends the call cleanly where `controls` are given, the second is raised.
    """
    follower = BoardFollower(board)
    _write(out, {"type": "phase", "at": 0.0, "phase": opening_phase(board.latest()).value})
    ending = controls is None
    over = False
    while not over:
        try:
            news = follower.look()
        except KeyboardInterrupt:
            if ending or controls is None:
                raise
            ending = True
            controls.end()
            continue
        _write_news(news, out, transcript)
        over = news.over
        if over and news.snapshot.summary is not None:
            _write(out, _summary(news.snapshot.summary, outline))


def write_saved(out: TextIO, code: str, deletion_code: str, store: str) -> None:
    """The line of a call that was saved."""
    _write(out, {"type": "saved", "code": code, "deletion_code": deletion_code, "store": store})


def _write_news(news: News, out: TextIO, transcript: bool) -> None:
    if news.missed:
        _write(out, {"type": "missed", "count": news.missed})
    for event in news.events:
        line = _line(event, transcript)
        if line is not None:
            _write(out, line)


def _write(out: TextIO, line: Line) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()


def _line(event: LiveEvent, transcript: bool) -> Line | None:
    if isinstance(event, UtteranceHeard):
        return _utterance(event, transcript)
    if isinstance(event, PartialHeard):
        return _partial(event) if transcript else None
    if isinstance(event, CardShown):
        return _card(event, transcript)
    if isinstance(event, StepChanged):
        return {
            "type": "step",
            "at": _s(event.at_s),
            **_step(event.step),
            "pinned": event.step.pinned,
        }
    if isinstance(event, PhaseChanged):
        return {"type": "phase", "at": _s(event.at_s), "phase": event.phase.value}
    if isinstance(event, GapMarked):
        return {"type": "gap", **_gap(event.gap)}
    if isinstance(event, Notice):
        return {
            "type": "notice",
            "at": _s(event.at_s),
            "kind": event.kind.value,
            "text": event.text,
        }
    if isinstance(event, Forgotten):
        return {"type": "forgotten", "at": _s(event.at_s), "from": _s(event.from_s)}
    raise TypeError(f"no machine form for {type(event).__name__}")


def _utterance(event: UtteranceHeard, transcript: bool) -> Line:
    utterance, heard = event.utterance, event.heard
    line: Line = {
        "type": "utterance",
        "i": utterance.i,
        "start": _s(utterance.start_s),
        "end": _s(utterance.end_s),
        "lag": _s(event.lag_s),
        **_step(heard.step),
        "questions": [
            {
                "kind": q.kind.value,
                "start_char": q.start_char,
                "end_char": q.end_char,
                "exempt": q.exempt,
            }
            for q in heard.questions
        ],
        "cues": [c.name for c in heard.cues],
        "goals": list(heard.goals),
        "invitations": heard.invitations,
    }
    if transcript:
        line["text"] = utterance.text
    return line


def _partial(event: PartialHeard) -> Line:
    h = event.hypothesis
    return {
        "type": "partial",
        "start": _s(h.start_s),
        "end": _s(h.end_s),
        "committed": h.committed,
        "tentative": h.tentative,
    }


def _card(event: CardShown, transcript: bool) -> Line:
    prompt = event.prompt
    line: Line = {"type": "card", "at": _s(event.at_s), "id": None, "source": event.source}
    if prompt is not None:
        spoken = prompt.kind is PromptKind.NUDGE and not transcript
        line |= {
            "id": prompt.id,
            "kind": prompt.kind.value,
            "step": prompt.step,
            "text": None if spoken else prompt.text,
        }
    return line


def _step(estimate: StepEstimate) -> Line:
    return {
        "step": int(estimate.step),
        "step_probability": round(estimate.probability, 3),
        "sure": estimate.sure,
    }


def _gap(gap: Gap) -> Line:
    return {"start": _s(gap.start_s), "end": _s(gap.end_s), "reason": gap.reason.value}


def _summary(summary: Summary, outline: RapOutline) -> Line:
    return {
        "type": "summary",
        "duration": _s(summary.duration_s),
        "listening_share": (
            None if summary.listening_share is None else round(summary.listening_share, 3)
        ),
        "open_count": summary.open_count,
        "closed_count": summary.closed_count,
        "issues": [_proposal(p) for p in summary.issues],
        "decision_maker": _proposal(summary.decision_maker),
        "ask": _proposal(summary.ask),
        "commitment": _proposal(summary.commitment),
        "self_care": _proposal(summary.self_care),
        "follow_up": _proposal(summary.follow_up),
        "next_step": _next_step(summary.next_step),
        "agreed": summary.agreed,
        "steps": [
            {
                "step": c.step,
                "reached": c.reached,
                "goals_met": list(c.goals_met),
                "goals_open": list(c.goals_open),
            }
            for c in summary.coverage
        ],
        "consent": _consent(summary.consent),
        "hearing": _hearing(summary.hearing),
        "gaps": [_gap(g) for g in summary.gaps],
        "engine": summary.engine,
        "rap": summary.rap or outline.name,
    }


def _proposal(proposal: Proposal | None) -> Line | None:
    if proposal is None:
        return None
    return {"value": proposal.value, "origin": proposal.origin.value}


def _next_step(step: NextStep | None) -> Line | None:
    if step is None:
        return None
    return {
        "who": step.who,
        "what": step.what,
        "when": step.when,
        "origin": step.origin.value,
        "confirmed": step.confirmed,
    }


def _consent(consent: Consent | None) -> Line | None:
    if consent is None:
        return None
    return {"how": consent.how.value, "at": consent.at.isoformat(timespec="seconds")}


def _hearing(hearing: Hearing | None) -> Line | None:
    if hearing is None:
        return None
    return {
        "playback": hearing.playback.value,
        "told": None if hearing.told is None else hearing.told.value,
        "loopback_allowed": hearing.loopback_allowed,
    }


def _s(at_s: float) -> float:
    return round(at_s, 2)
