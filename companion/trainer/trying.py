"""What the companion makes of lines that a trainer tries against a rap, and why.

The lines are heard as in a call, one after the other, at the pace of ordinary speech. Nothing of
them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from companion.domain.dialogue import StepEstimate
from companion.domain.prompt import Prompt
from companion.domain.speech import Utterance
from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.near_examples import ExampleIndex, NearExample
from companion.trainer.pace import after, spoken_for_s
from companion.trainer.reasons import Explained, explain
from companion.trainer.replay import Replay, Turn
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.evidence import Evidence, Group
from companion.understanding.learned_parts import learned_for
from companion.understanding.observe import Observation, Observer
from companion.understanding.rap import Rap

MAX_LINES = 200
MAX_CHARS = 20_000
MAX_LINE_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class PhraseFound:
    """A phrase of the rap that was found in a line."""

    words: str = field(repr=False)
    speaks_for: str
    """'step 2', 'goal: Asked what bothers them most', 'cue: agenda'."""


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One line, and what came of it."""

    text: str = field(repr=False)
    step_name: str
    """As the rap calls it."""
    estimate: StepEstimate
    """With all that was said before."""
    understood: bool
    """Whether enough of its words are known to judge it."""
    alone: Explained | None
    """The step by its words alone, and why; None where nothing was learned for the language."""
    phrases: tuple[PhraseFound, ...]
    examples: tuple[NearExample, ...]
    """The rap's examples that are most like it."""
    questions: tuple[tuple[str, str], ...] = field(repr=False)
    """(kind, words), in their order; the kind is 'may be closed' where a yes or no is wanted."""
    cues: tuple[str, ...]
    goals: tuple[str, ...]
    """Goals that it meets, as the checklist words them."""
    card: Prompt | None = field(repr=False)
    """The card that came up; None where the card stayed."""
    shown: Prompt | None = field(repr=False)
    """The card that is up after the line, new or not; None where there is none yet."""


class Trier:
    """Lines tried one after the other, as one call."""

    def __init__(self, rap: Rap, on: date, settings: CallSettings) -> None:
        self._rap = rap
        self._on = on
        self._settings = settings
        self._model = learned_for(rap)
        self._observer = Observer(rap)
        self._index = ExampleIndex(rap)
        self._goals = {goal.id: goal.text for part in rap.steps for goal in part.goals}
        self.begin()

    def begin(self) -> None:
        """Begin the call anew."""
        analyzer = CallAnalyzer(
            self._rap, self._on, learned_model=self._model, observer=self._observer
        )
        self._replay = Replay(self._rap, self._on, self._settings, analyzer=analyzer)
        self._last: Utterance | None = None

    def hear(self, line: str) -> TriedLine:
        """Hear the next line.

        Raises: InputError where it is longer than anybody speaks in one go.
        """
        if len(line) > MAX_LINE_CHARS:
            raise InputError(
                f"a line of more than {MAX_LINE_CHARS} characters is no sentence; cut it up"
            )
        start_s = after(self._last) if self._last is not None else 0.0
        number = self._last.i + 1 if self._last is not None else 0
        utterance = Utterance(number, start_s, start_s + spoken_for_s(line), line)
        self._last = utterance
        return self._tried(self._replay.hear(utterance))

    def _tried(self, turn: Turn) -> TriedLine:
        seen = self._observer.look(turn.utterance.text, self._on)
        model = self._model
        understood = model is None or model.understands(seen.tokens)
        alone = None
        if model is not None and understood:
            dense = self._observer.dense(seen, model.weights.cues)
            alone = explain(model, seen.tokens, dense)
        estimate = turn.heard.step
        return TriedLine(
            text=turn.utterance.text,
            step_name=self._rap.step(estimate.step).name,
            estimate=estimate,
            understood=understood,
            alone=alone,
            phrases=self._phrases(seen, seen.evidence),
            examples=self._index.nearest(seen.tokens),
            questions=tuple(
                ("may be closed" if q.exempt else q.kind.value, q.text) for q in turn.questions
            ),
            cues=tuple(dict.fromkeys(cue.name for cue in turn.heard.cues)),
            goals=tuple(self._goals[goal] for goal in turn.heard.goals),
            card=turn.card,
            shown=self._replay.state.card,
        )

    def _phrases(self, seen: Observation, evidence: Evidence) -> tuple[PhraseFound, ...]:
        found: dict[PhraseFound, None] = {}
        for match in evidence.matches:
            group, key = match.key
            words = " ".join(seen.spoken.norms[match.first : match.end])
            found[PhraseFound(words, self._speaks_for(group, key))] = None
        return tuple(found)

    def _speaks_for(self, group: Group, key: str) -> str:
        if group in (Group.STEP_PHRASE, Group.STEP_WORD):
            return f"step {key}" + (", weakly" if group is Group.STEP_WORD else "")
        if group is Group.GOAL:
            return f"goal: {self._goals.get(key, key)}"
        return f"{group.value}: {key.replace('_', ' ')}" if key else group.value


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something.

    Raises: InputError where there are none, or too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError("write a line or more of what an organizer says, each on its own line")
    if len(lines) > MAX_LINES or len(text) > MAX_CHARS:
        raise InputError(
            f"at most {MAX_LINES} lines fit here; 'companion analyze FILE' takes whole calls"
        )
    return lines


def try_lines(
    lines: Sequence[str], rap: Rap, on: date, settings: CallSettings
) -> tuple[TriedLine, ...]:
    """Hear lines one after the other, as in a call."""
    trier = Trier(rap, on, settings)
    return tuple(trier.hear(line) for line in lines)
