"""Small labelled calls, and turns made by hand, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from companion.domain.dialogue import Cue, Heard, Question, QuestionKind, Step, StepEstimate
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Utterance
from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledCall, LabelledUtterance, Span, Truth
from companion.trainer.outcome import Outcome
from companion.trainer.played import Played
from companion.trainer.replay import Turn

DAY = date(2026, 3, 2)
CARD = Prompt("moves.issue/0", "Ask what is hardest.", PromptKind.GOAL, "Not heard yet.", 2)

CALL_TEXT = """\
setting: neighbor calls a neighbor, phone, average, yes
date: 2026-03-02
hand: T
issues: rent/eviction, other
decision maker: landlord
ask: come to the courtyard meeting
commitment: yes
next step: them | come to the courtyard meeting | 2026-03-05T18:30
self-care: yes
follow-up: text on Wednesday
---
1 | Hi {PERSON:Odile}, [c is now a good time?] | consent_asked
2 | [o What worries you about the lease?]

5 | [c Will you come on Thursday,] or [n when could you?] | hard_ask, next_step_stated
"""


def span(start: int, end: int, kind: str = "closed") -> Span:
    return Span(start, end, kind, "x" * (end - start))


def question(
    start: int, end: int, kind: QuestionKind = QuestionKind.CLOSED, probability: float = 1.0
) -> Question:
    return Question("x" * (end - start), start, end, kind, probability)


def labelled(
    step: int, i: int = 0, questions: tuple[Span, ...] = (), cues: tuple[str, ...] = ()
) -> LabelledUtterance:
    utterance = Utterance(i, 10.0 * i, 10.0 * i + 4.0, "x" * 40)
    return LabelledUtterance(utterance, Step(step), questions, (), cues)


def turn(
    utterance: Utterance,
    step: int,
    *,
    sure: bool = True,
    questions: tuple[Question, ...] = (),
    cues: tuple[str, ...] = (),
    card: Prompt | None = None,
    took_s: float = 0.001,
) -> Turn:
    estimate = StepEstimate(Step(step), 0.9, sure, (0.9, 0.025, 0.025, 0.025, 0.025))
    found = tuple(Cue(name, 0, 1, 0.9) for name in cues)
    return Turn(
        utterance, Heard(utterance.i, questions, found, estimate, ()), questions, card, took_s
    )


def truth(
    issues: tuple[str, ...] = (),
    decision_maker: str | None = None,
    commitment: str = "not_asked",
    next_step: tuple[str | None, str | None, str | None] = (None, None, None),
) -> Truth:
    return Truth(issues, decision_maker, None, commitment, *next_step, False, None)


def outcome(
    issues: tuple[str, ...] = (),
    decision_maker: str | None = None,
    commitment: str = "not_asked",
    next_step: tuple[str | None, str | None, str | None] = (None, None, None),
    steps_reached: tuple[int, ...] = (),
) -> Outcome:
    return Outcome(
        issues, decision_maker, None, commitment, *next_step, 0, 0, False, None, steps_reached
    )


def labelled_call(
    utterances: Sequence[LabelledUtterance], came_to: Truth | None = None, call_id: str = "a"
) -> LabelledCall:
    return LabelledCall(call_id, "", DAY, tuple(utterances), came_to)


def steps_call(steps: str, call_id: str = "a") -> LabelledCall:
    """A call of which only the steps matter: `steps_call("112345")`."""
    return labelled_call([labelled(int(s), i) for i, s in enumerate(steps)], call_id=call_id)


def played_steps(true: str, guessed: str, sure: str | None = None) -> Played:
    """A call with labelled and detected steps: `played_steps("1122", "1112", sure="ynny")`."""
    call = steps_call(true)
    sureness = sure or "y" * len(true)
    turns = tuple(
        turn(u.utterance, int(g), sure=s == "y")
        for u, g, s in zip(call.utterances, guessed, sureness, strict=True)
    )
    return Played(call, turns, outcome(), 0)


def played_once(said: LabelledUtterance, heard: Turn) -> Played:
    """A call of a single utterance."""
    return Played(labelled_call([said]), (heard,), outcome(), 0)


def played_outcome(came_to: Truth | None, proposed: Outcome) -> Played:
    """A call of which only the outcome matters."""
    said = labelled(1)
    return Played(labelled_call([said], came_to), (turn(said.utterance, 1),), proposed, 0)


_TINY_HEAD = """setting: test
date: 2026-05-04
hand: T
issues: wages
decision maker: none
ask: none
commitment: not_asked
next step: none
self-care: no
follow-up: none
---
"""
_TINY_LINES = (
    "1 | Hello {who}, zebra greeting. | agenda",
    "2 | [o What about the walrus, {who}?]",
    "2 | Walrus again, {who}. | reflection",
    "3 | My own giraffe story, {who}. | own_story",
    "4 | Penguins won last year, {who}. | success_example",
    "5 | [c Will you bring the otter, {who}?] | hard_ask",
    "5 | Otter it is, thanks {who}. | thanks_close",
)
NAMES = ["ann", "bob", "cyd", "dee", "eli", "fay", "gus", "hal", "ivy", "jon", "kit", "lea"]


def tiny_calls(count: int = len(NAMES)) -> list[LabelledCall]:
    """Calls to train on in no time: each says what only this corpus knows."""
    return [
        parse_call(_TINY_HEAD + "\n".join(_TINY_LINES).replace("{who}", name) + "\n", name, name)
        for name in NAMES[:count]
    ]
