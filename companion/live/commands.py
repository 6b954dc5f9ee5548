"""What an organizer can type during a call in the plain view: one short line, then Enter."""

from __future__ import annotations

from dataclasses import dataclass

from companion.domain.actions import (
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.dates import WHEN_EXAMPLES, minutes, read_when
from companion.domain.dialogue import Field, NextStep, Origin, Step
from companion.domain.outline import Choice, RapOutline
from companion.live import wording
from companion.live.board import Snapshot
from companion.live.controls import Controls

HELP = (
    "Type a command and press Enter.",
    "  p        pause, or resume",
    "  o        off the record: drop the last moments, stay deaf until you type p",
    "  c        another card",
    "  n, b     next step, step back; 1 to 5 names the step",
    "  pin      hold the step, or let it follow again",
    "  issue    list the issues; 'issue 2' marks the second, or takes the mark away",
    "  real     list the realizations; 'real 1' marks the first",
    "  fear     fear or distress came up: care first, no ask",
    "  ready    they are ready to be asked",
    "  answer   'answer yes', 'answer no', 'answer maybe', 'answer none'",
    "  next     list the kinds of next step; 'next them 2 tomorrow 6 pm' confirms one",
    "  s        say where the call is",
    "  withdraw consent was withdrawn: stop and drop everything; asks once more",
    "  e        end the call",
    "  ?        this help",
)

_ANSWERS = {"yes": "yes", "no": "no", "maybe": "maybe", "none": "not_asked"}
_WHO = {"them": "them", "me": "organizer", "both": "both"}
_UNKNOWN = "Not understood. Type ? for the commands."


@dataclass(frozen=True, slots=True)
class Reply:
    """What to print after a command; may be empty."""

    lines: tuple[str, ...] = ()


class Commands:
    """Understands typed lines and hands them to the call. For one thread."""

    def __init__(self, controls: Controls, outline: RapOutline) -> None:
        self._controls = controls
        self._outline = outline
        self._withdraw_asked = False

    def take(self, line: str, snapshot: Snapshot) -> Reply:
        """Do what a line says."""
        word, _, rest = line.strip().lower().partition(" ")
        rest = rest.strip()
        asked, self._withdraw_asked = self._withdraw_asked, False
        if not word:
            return Reply()
        if word == "withdraw":
            return self._withdraw(confirmed=asked)
        if word in ("issue", "real", "answer", "next"):
            return {
                "issue": self._issue,
                "real": self._realization,
                "answer": self._answer,
                "next": self._next_step,
            }[word](rest, snapshot)
        return Reply((_UNKNOWN,)) if rest else self._single(word, snapshot)

    def _single(self, word: str, snapshot: Snapshot) -> Reply:
        controls, state = self._controls, snapshot.state
        step = state.step.step
        if word in ("?", "h", "help"):
            return Reply(HELP)
        if word == "s":
            return Reply(where(snapshot, self._outline))
        if word == "p":
            controls.resume() if snapshot.phase.is_deaf else controls.pause()
        elif word == "o":
            controls.off_record()
        elif word == "e":
            controls.end()
        elif word == "c":
            controls.act(NextCard())
        elif word == "n":
            controls.act(CorrectStep(Step(min(step + 1, Step.ASK))))
        elif word == "b":
            controls.act(CorrectStep(Step(max(step - 1, Step.MAKE_SPACE))))
        elif word in {"1", "2", "3", "4", "5"}:
            controls.act(CorrectStep(Step(int(word))))
        elif word == "pin":
            controls.act(PinStep(None if state.step.pinned else step))
        elif word == "fear":
            controls.act(MarkFear())
            return Reply(("Care first. No ask until you type 'ready'.", *self._outline.coping))
        elif word == "ready":
            controls.act(MarkReady())
            return Reply(("Noted: they are ready to be asked.",))
        else:
            return Reply((_UNKNOWN,))
        return Reply()

    def _withdraw(self, confirmed: bool) -> Reply:
        if confirmed:
            self._controls.withdraw()
            return Reply()
        self._withdraw_asked = True
        return Reply(("This stops the call and drops all of it. Type 'withdraw' again to do so.",))

    def _issue(self, rest: str, snapshot: Snapshot) -> Reply:
        chosen = _numbered(rest, self._outline.issues)
        if chosen is None:
            return _listing("Issues", self._outline.issues)
        self._controls.act(MarkIssue(chosen.id))
        return _toggled(chosen, {p.value for p in snapshot.state.by_hand(Field.ISSUE)})

    def _realization(self, rest: str, snapshot: Snapshot) -> Reply:
        chosen = _numbered(rest, self._outline.realizations)
        if chosen is None:
            return _listing("Realizations", self._outline.realizations)
        self._controls.act(MarkRealization(chosen.id))
        return _toggled(chosen, set(snapshot.state.realizations))

    def _answer(self, rest: str, snapshot: Snapshot) -> Reply:
        if rest not in _ANSWERS:
            return Reply(("Type 'answer yes', 'answer no', 'answer maybe' or 'answer none'.",))
        self._controls.act(MarkCommitment(_ANSWERS[rest]))
        noted = "not asked" if rest == "none" else rest
        return Reply((f"Their answer, as you noted it: {noted}.",))

    def _next_step(self, rest: str, snapshot: Snapshot) -> Reply:
        kinds = self._outline.next_step_kinds
        who, _, after = rest.partition(" ")
        number, _, when_text = after.strip().partition(" ")
        kind = _numbered(number, kinds)
        when = read_when(when_text, snapshot.state.call_date)
        if who not in _WHO or kind is None or when is None:
            return Reply(
                (
                    *_listing("Kinds of next step", kinds).lines,
                    "Type 'next', who (them, me, both), the number of the kind, and when "
                    f"({WHEN_EXAMPLES}).",
                )
            )
        step = NextStep(_WHO[who], kind.id, when, origin=Origin.TYPED, confirmed=True)
        self._controls.act(ConfirmNextStep(step))
        return Reply((f"Next step confirmed. {wording.next_step(step, self._outline)}.",))


def where(snapshot: Snapshot, outline: RapOutline) -> tuple[str, ...]:
    """Where the call is, in a few lines: what a person would ask for who cannot glance."""
    state = snapshot.state
    lines = [f"{wording.phase_word(snapshot.phase)}. {wording.phase_sentence(snapshot.phase)}"]
    lines.append(wording.step_line(state.step, outline))
    lines.append(f"Card: {state.card.text}" if state.card else "No card right now.")
    if snapshot.source is not None:
        lines.append(figures_line(snapshot))
    met = state.goal_ids
    goals = wording.step_of(outline, state.step.step).goals
    lines += [f"  {'done' if goal.id in met else 'open'}: {goal.text}" for goal in goals]
    lines += [f"Problem: {notice.text}" for notice in snapshot.notices]
    return tuple(lines)


def figures_line(snapshot: Snapshot) -> str:
    """'Questions: 3 open, 2 closed. You spoke a third of 12 minutes.'"""
    state = snapshot.state
    share = wording.own_share(state)
    spoke = f" You spoke {share} of {_so_far(state.now_s)}." if share else ""
    return f"Questions: {wording.tally(state)}.{spoke}"


def _so_far(call_s: float) -> str:
    return "the call so far" if call_s < 60 else minutes(call_s)


def _numbered(text: str, choices: tuple[Choice, ...]) -> Choice | None:
    if not text.isdecimal() or not 1 <= int(text) <= len(choices):
        return None
    return choices[int(text) - 1]


def _toggled(chosen: Choice, marked_before: set[str]) -> Reply:
    if chosen.id in marked_before:
        return Reply((f"The mark was taken away: {chosen.text}.",))
    return Reply((f"Marked: {chosen.text}.",))


def _listing(title: str, choices: tuple[Choice, ...]) -> Reply:
    return Reply((f"{title}:", *(f"  {n}  {c.text}" for n, c in enumerate(choices, 1))))
