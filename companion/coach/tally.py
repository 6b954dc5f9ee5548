"""What is counted and timed over a call: questions, the organizer's turns, their own story."""

from __future__ import annotations

from companion.domain.dialogue import Heard, Question, QuestionKind
from companion.domain.speech import Utterance
from companion.understanding.rap import Timing

TURN_GAP_S = 2.0
"""A shorter pause between two utterances does not end a turn."""
STORY_GAP_S = 8.0
"""Listening for so long ends the organizer's own story."""


class Tally:
    """Counts of one call, folded utterance by utterance."""

    def __init__(self, timing: Timing) -> None:
        self._run_limit = timing.closed_run
        self._counted_from = timing.question_from
        self._run_at_nudge = 0
        self._last_closed: Question | None = None
        self._turn_began_s = 0.0
        self.open_count = 0
        self.closed_count = 0
        self.narrow_count = 0
        self.rhetorical_count = 0
        self.closed_run = 0
        self.utterance_count = 0
        self.spoken_s = 0.0
        self.heard_until_s = float("-inf")
        """Call time up to which the organizer's words are known."""
        self.story_since_s: float | None = None

    @property
    def turn_s(self) -> float:
        """How long the turn of the last utterance was."""
        return max(0.0, self.heard_until_s - self._turn_began_s) if self.utterance_count else 0.0

    @property
    def closed_question(self) -> str | None:
        """The last closed question of a run that is long enough for a (new) nudge."""
        due = self.closed_run - self._run_at_nudge >= self._run_limit
        return self._last_closed.text if due and self._last_closed is not None else None

    def nudged(self) -> None:
        """The nudge was shown: the next one needs a new run."""
        self._run_at_nudge = self.closed_run

    def hear(self, utterance: Utterance, heard: Heard) -> None:
        """Count one utterance."""
        pause_s = utterance.start_s - self.heard_until_s
        if pause_s > TURN_GAP_S:
            self._turn_began_s = utterance.start_s
        if pause_s > STORY_GAP_S:
            self.story_since_s = None
        self.utterance_count += 1
        self.spoken_s += max(0.0, utterance.duration_s)
        self.heard_until_s = max(self.heard_until_s, utterance.end_s)
        self._count(heard)
        if any(cue.name == "own_story" for cue in heard.cues) and self.story_since_s is None:
            self.story_since_s = utterance.start_s
        handed_over = any(q.kind is not QuestionKind.RHETORICAL for q in heard.questions)
        if handed_over or heard.invitations:
            self.story_since_s = None

    def pass_time(
        self, now_s: float, talking_since_s: float | None, turn_ended_s: float | None
    ) -> None:
        """A story is over once the organizer has listened for a while."""
        listening = talking_since_s is None and turn_ended_s is not None
        if listening and turn_ended_s is not None and now_s - turn_ended_s > STORY_GAP_S:
            self.story_since_s = None

    def _count(self, heard: Heard) -> None:
        if heard.invitations:
            self._end_run()
        for question in heard.questions:
            if question.probability < self._counted_from:
                continue
            if question.kind is QuestionKind.OPEN:
                self.open_count += 1
                self._end_run()
            elif question.kind is QuestionKind.CLOSED:
                self.closed_count += 1
                if not question.exempt:
                    self.closed_run += 1
                    self._last_closed = question
            elif question.kind is QuestionKind.NARROW:
                self.narrow_count += 1
            else:
                self.rhetorical_count += 1

    def _end_run(self) -> None:
        self.closed_run = 0
        self._run_at_nudge = 0
        self._last_closed = None
