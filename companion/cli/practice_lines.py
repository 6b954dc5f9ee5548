"""A rehearsal in lines: for people, in words that a screen reader can follow, and for programs."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Protocol

from companion.domain.dates import minutes
from companion.live.wording import certainty
from companion.practice.debrief import LISTENING_AIM, Debrief, outcome_words
from companion.practice.other_side import Answer
from companion.practice.rehearsal import Exchange, Rehearsal

COLUMNS = 78


class PracticeView(Protocol):
    """Where a rehearsal is shown."""

    def begin(self, rehearsal: Rehearsal, *, typed: bool) -> None:
        """Who it is, what is known, the first card, and their first words."""

    def ask(self) -> str | None:
        """The organizer's next line; None at the end of the input."""

    def exchange(self, rehearsal: Rehearsal, exchange: Exchange) -> None:
        """What came of a turn: the card, and the answer."""

    def theirs(self, rehearsal: Rehearsal, answer: Answer) -> None:
        """The other person's words."""

    def card(self, rehearsal: Rehearsal) -> None:
        """The card as it stands."""

    def note(self, text: str) -> None:
        """Something about the rehearsal itself."""

    def debrief(self, found: Debrief) -> None:
        """The end."""


class PlainLines:
    """For people. Every line says whose it is."""

    def __init__(self, cards: bool) -> None:
        self._cards = cards

    def begin(self, rehearsal: Rehearsal, *, typed: bool) -> None:
        """See `PracticeView`."""
        persona = rehearsal.persona
        print(f"Practice with {persona.name}. Nobody is called, and nothing is kept.\n")
        print(textwrap.fill(persona.about, COLUMNS))
        how = "Type what you would say; /help shows what else there is." if typed else (
            "Speak as you would on the phone; Ctrl-C ends the call."
        )  # fmt: skip
        print(f"\n{how}\n")
        self.card(rehearsal)
        self.theirs(rehearsal, rehearsal.first)

    def ask(self) -> str | None:
        """See `PracticeView`."""
        if sys.stdin.isatty():
            print("You: ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return None
        if not sys.stdin.isatty() and line.strip():
            print(textwrap.fill(f"You: {line.strip()}", COLUMNS, subsequent_indent="     "))
        return line.strip()

    def exchange(self, rehearsal: Rehearsal, exchange: Exchange) -> None:
        """See `PracticeView`."""
        if not sys.stdin.isatty():
            print()
        if self._cards and any(said.card is not None for said in exchange.said):
            self.card(rehearsal)
        self.theirs(rehearsal, exchange.answer)

    def theirs(self, rehearsal: Rehearsal, answer: Answer) -> None:
        """See `PracticeView`."""
        name = rehearsal.persona.name.split(",")[0].split(" ")[0]
        print(textwrap.fill(f"{name}: {answer.text}", COLUMNS, subsequent_indent="   "))
        print(flush=True)

    def card(self, rehearsal: Rehearsal) -> None:
        """See `PracticeView`."""
        card, estimate = rehearsal.state.card, rehearsal.state.step
        if self._cards and card is not None:
            step = rehearsal.rap.step(estimate.step)
            told = f"   [step {int(step.number)}, {certainty(estimate)}]  {card.text}"
            print(textwrap.fill(told, COLUMNS, subsequent_indent="   ") + "\n")

    def note(self, text: str) -> None:
        """See `PracticeView`."""
        print(f"   {text.strip()}\n" if "\n" not in text else f"{text}\n")

    def debrief(self, found: Debrief) -> None:
        """See `PracticeView`."""
        lines = (
            textwrap.fill(line, COLUMNS, subsequent_indent="  " if line.startswith("- ") else "")
            for line in debrief_lines(found, with_words=True)
        )
        print("\n".join(["", "How it went", "", *lines]))


class JsonLines:
    """For programs: an object a line."""

    def begin(self, rehearsal: Rehearsal, *, typed: bool) -> None:
        """See `PracticeView`."""
        persona = rehearsal.persona
        _print({"event": "begin", "persona": persona.name, "about": persona.about})
        self.card(rehearsal)
        self.theirs(rehearsal, rehearsal.first)

    def ask(self) -> str | None:
        """See `PracticeView`."""
        line = sys.stdin.readline()
        return line.strip() if line else None

    def exchange(self, rehearsal: Rehearsal, exchange: Exchange) -> None:
        """See `PracticeView`."""
        for said in exchange.said:
            kinds = [question.kind.value for question in said.questions]
            cues = [cue.name for cue in said.heard.cues]
            step = int(said.heard.step.step)
            _print({"event": "turn", "step": step, "questions": kinds, "cues": cues})
        if any(said.card is not None for said in exchange.said):
            self.card(rehearsal)
        self.theirs(rehearsal, exchange.answer)

    def theirs(self, rehearsal: Rehearsal, answer: Answer) -> None:
        """See `PracticeView`."""
        _print({"event": "answer", **asdict(answer)})

    def card(self, rehearsal: Rehearsal) -> None:
        """See `PracticeView`."""
        card = rehearsal.state.card
        if card is not None:
            _print({"event": "card", "id": card.id, "text": card.text, "because": card.because})

    def note(self, text: str) -> None:
        """See `PracticeView`."""
        print(f"companion: {text}", file=sys.stderr)

    def debrief(self, found: Debrief) -> None:
        """See `PracticeView`."""
        _print({"event": "debrief", **asdict(found)})


def debrief_lines(found: Debrief, *, with_words: bool) -> Iterator[str]:
    """The debrief for people. `with_words`: with the organizer's own questions."""
    share = f"{found.own_share:.0%} of the talking was yours"
    aim = f"the aim is {LISTENING_AIM:.0%} listening, as a direction"
    turns = "one turn" if found.turns == 1 else f"{found.turns} turns"
    yield f"- {outcome_words(found.outcome)} It took {minutes(found.duration_s)} and {turns}."
    yield f"- {share}; {aim}."
    yield f"- Open questions: {found.open_count}. Closed ones: {found.closed_count}."
    yield f"- Trust: {_trust(*found.trust)}"
    yield f"- Steps you came to: {', '.join(found.steps) or 'none yet'}."
    if found.goals_left:
        yield f"- Still on the checklist there: {'; '.join(found.goals_left[:3])}."
    if found.agreed:
        yield f"- Of a next step you said: {', '.join(found.agreed)}."
    yield ""
    if found.told:
        yield "You got to hear:"
        yield from (f"- {told}" for told in found.told)
        yield ""
    if found.untold:
        things = "was one more thing" if found.untold == 1 else f"were {found.untold} more things"
        yield f"There {things} to hear. What would have led there:"
        yield from (f"- {hint}" for hint in found.hints)
        yield ""
    if found.opened and with_words:
        yield "Your closed questions, opened:"
        for closed, better in found.opened:
            yield f"- {closed} -> {better}"
        yield ""
    yield f"Next time: {found.try_next}"


def _trust(before: int, after: int) -> str:
    if after > before:
        return f"it grew from {before} to {after}, of 10."
    if after < before:
        return f"it fell from {before} to {after}, of 10."
    return f"it stayed at {after}, of 10."


def _print(values: dict[str, object]) -> None:
    print(json.dumps(values), flush=True)
