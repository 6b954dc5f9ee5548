"""The gate before a call: what it can answer, and the gate as plain lines.

The gate comes before the microphone is opened. Only a `Consent` opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TextIO, TypeAlias

from companion.domain.call import Consent, ConsentHow, ConsentScope
from companion.domain.outline import RapOutline


@dataclass(frozen=True, slots=True)
class PromptsOnly:
    """No consent: the microphone stays closed, and the cards are turned by hand."""


@dataclass(frozen=True, slots=True)
class Quit:
    """The organizer left before the call."""


GateAnswer: TypeAlias = Consent | PromptsOnly | Quit

HOW_TEXTS = (
    (ConsentHow.SPOKEN, "They agreed just now, aloud"),
    (ConsentHow.WRITTEN, "They agreed in writing"),
    (ConsentHow.EARLIER, "They agreed earlier"),
)
SCOPE_QUESTION = "What did they agree to?"
SCOPE_TEXTS = (
    (ConsentScope.SUMMARY, "The helper, and a short summary without names afterwards"),
    (ConsentScope.HELP, "The helper only: no draft, and nothing can be saved"),
)
PROMPTS_ONLY_TEXT = "No consent: keep the microphone closed, cards by hand"
QUIT_TEXT = "Not now: leave"

_ANSWERS: dict[str, ConsentHow] = {
    "1": ConsentHow.SPOKEN,
    "2": ConsentHow.WRITTEN,
    "3": ConsentHow.EARLIER,
} | {how.value: how for how in ConsentHow}


def consent_now(how: ConsentHow, scope: ConsentScope = ConsentScope.SUMMARY) -> Consent:
    """A record that consent was given, as of this minute, with the local time zone."""
    return Consent(how, datetime.now().astimezone(), scope)


def ask_gate_plain(
    outline: RapOutline,
    input_stream: TextIO,
    out: TextIO,
    skip_preparation: bool = False,
    ask_scope: bool = False,
) -> GateAnswer:
    """Preparation and consent as plain lines. The end of the input means to leave.

    With `ask_scope` also what they agreed to: asked where something of the call could be kept.
    """
    if not skip_preparation:
        _say(out, "Before the call", *(f"  {line}" for line in outline.preparation))
        _ask(out, "Press Enter when you are ready: ")
        if not input_stream.readline():
            return Quit()
    _say(
        out,
        "Ask for consent. You could say:",
        *(f"  {line}" for line in outline.consent_script),
        "Only your own microphone is heard. Nothing is recorded and nothing raw is kept.",
        *(f"  {number}  {text}" for number, (_, text) in enumerate(HOW_TEXTS, 1)),
        f"  4  {PROMPTS_ONLY_TEXT}",
        f"  5  {QUIT_TEXT}",
    )
    while True:
        _ask(out, "Type a number and press Enter: ")
        line = input_stream.readline()
        answer = line.strip().lower()
        if not line or answer in ("5", "q", "quit"):
            return Quit()
        if answer in _ANSWERS:
            how = _ANSWERS[answer]
            return _ask_scope(how, input_stream, out) if ask_scope else consent_now(how)
        if answer in ("4", "no", "n"):
            return PromptsOnly()
        _say(out, "Please type a number from 1 to 5.")


def _ask_scope(how: ConsentHow, input_stream: TextIO, out: TextIO) -> GateAnswer:
    _say(
        out,
        SCOPE_QUESTION,
        *(f"  {number}  {text}" for number, (_, text) in enumerate(SCOPE_TEXTS, 1)),
    )
    answers = {str(n): scope for n, (scope, _) in enumerate(SCOPE_TEXTS, 1)}
    answers |= {scope.value: scope for scope in ConsentScope}
    while True:
        _ask(out, "Type a number and press Enter: ")
        line = input_stream.readline()
        if not line:
            return Quit()
        scope = answers.get(line.strip().lower())
        if scope is not None:
            return consent_now(how, scope)
        _say(out, "Please type 1 or 2.")


def _say(out: TextIO, *lines: str) -> None:
    out.write("".join(f"{line}\n" for line in lines))
    out.flush()


def _ask(out: TextIO, question: str) -> None:
    out.write(question)
    out.flush()
