"""A story played as a live call: the same phases, forgetting, cards and draft as on a real one.

The only file of the trainer that composes a live call. What stories promise about going off the
record, about consent and about what is saved would prove nothing on anything less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time

from companion.after.provenance import provenance_of
from companion.after.redacted import redact_summary
from companion.after.review import Review, TextSlot
from companion.after.shipped_redactor import ShippedRedactor
from companion.after.summarize import summarize
from companion.asr.spec import RecognizerSpec
from companion.coach.conversation import Conversation
from companion.domain import actions
from companion.domain.call import CallPhase, CallState, Consent, ConsentHow, ConsentScope
from companion.domain.dialogue import Heard, NextStep, Origin, Step
from companion.domain.prompt import Prompt, PromptKind
from companion.domain.speech import Gap
from companion.domain.summary import Summary
from companion.errors import CompanionError, ConsentError
from companion.live.board import CardShown, UtteranceHeard
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.live.session import CallPlan, compose
from companion.settings import CallSettings, Settings
from companion.trainer.outcome import ENGINE
from companion.trainer.pace import ANSWER_S, spoken_for_s
from companion.trainer.replay import WORDS_LAG_S
from companion.trainer.story_form import Line, Story
from companion.trainer.written_voice import CHUNK_S, WrittenTurns, WrittenVoice, WrittenWords
from companion.understanding.language import language_of
from companion.understanding.rap import Rap

_CODE = "maple-17"
_SAVED_AT = time(20, 0)


@dataclass(frozen=True, slots=True)
class Moment:
    """How the call stood once a line was over."""

    state: CallState
    phase: CallPhase
    heard: Heard | None
    """What understanding made of what was said; None where nothing was heard."""
    card_changed: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """What the call left behind."""

    summary: Summary | None
    """The draft; None where there is none."""
    state: CallState
    record: str | None = field(repr=False)
    """What an organizer who confirms everything would save; None where nothing may be saved."""
    traces: str = field(repr=False)
    """Everything that a view, the draft and the record could still tell, as one text."""


@dataclass(frozen=True, slots=True)
class StoryRun:
    """A story as it was played."""

    moments: tuple[Moment, ...]
    """One for each line."""
    ended: Ended
    broken: tuple[tuple[int, str], ...]
    """Promises that hold for every call and were broken: at which line, and which."""


def play_story(story: Story, rap: Rap, settings: CallSettings) -> StoryRun:
    """Play one story from its first line to the end of the call."""
    return _Stage(story, rap, settings).play()


class _Stage:
    """One story's call in the making."""

    def __init__(self, story: Story, rap: Rap, settings: CallSettings) -> None:
        self._story = story
        self._rap = rap
        self._settings = settings
        self._voice = WrittenVoice()
        self._consent = _consent(story)
        self._call = self._new_call()
        self._next_event = 0
        self._last_end_s: float | None = None
        self._at_line = 0
        self._broken: dict[tuple[int, str], None] = {}
        self._resting = False
        """The card's moment is over: until you speak or tap it has to hold still."""
        self._heard: Heard | None = None
        self._card_changed = False

    def play(self) -> StoryRun:
        """The whole story."""
        if self._consent is None and not self._refuses_to_listen():
            self._break("a call could listen although nobody had agreed")
        self._look()
        moments = []
        for n, line in enumerate(self._story.lines):
            self._at_line = n
            self._heard, self._card_changed = None, False
            self._do(line)
            snapshot = self._call.board.latest()
            moments.append(Moment(snapshot.state, snapshot.phase, self._heard, self._card_changed))
        if not self._call.is_over():
            self._call.end()
            self._step()
        return StoryRun(tuple(moments), self._ended(), tuple(self._broken))

    def _new_call(self) -> LiveCall:
        voice, rap = self._voice, self._rap

        def draft(state: CallState, duration_s: float, gaps: tuple[Gap, ...]) -> Summary:
            return summarize(
                state,
                rap.outline(),
                duration_s=duration_s,
                consent=self._consent,
                gaps=gaps,
                engine=ENGINE,
            )

        language = language_of(rap.language)
        ears = Ears(voice, WrittenTurns(voice), WrittenWords(voice), language.mid_phrase)
        return LiveCall(
            None if self._consent is None else ears,
            lambda: Conversation(rap, self._story.date, self._settings),
            draft,
            CallOptions(
                consent=self._consent,
                off_record_s=self._settings.off_record_s,
                off_record_phrase=self._settings.off_record_phrase,
                off_record_phrases=language.off_record,
                show_transcript=True,  # so that what a view could show is looked at, too
            ),
            clock=lambda: voice.now_s,
        )

    def _refuses_to_listen(self) -> bool:
        """Whether the program's own way to a call refuses a source of sound without consent."""
        plan = CallPlan(
            settings=Settings(),
            rap=self._rap,
            call_date=self._story.date,
            consent=None,
            source=self._voice,
            recognizer=RecognizerSpec(ENGINE, ENGINE, factory=""),
        )
        try:
            compose(plan)
        except ConsentError:
            return True
        return False

    # ------------------------------------------------------------------ what happens

    def _do(self, line: Line) -> None:
        if line.say is not None:
            self._say(line, line.say)
        elif line.wait_s is not None:
            self._pass_time(self._voice.now_s + line.wait_s)
        else:
            self._resting = False
            self._tap(line)
            self._step()
            self._resting = True

    def _say(self, line: Line, text: str) -> None:
        listening_s = ANSWER_S if line.after_s is None else line.after_s
        if self._last_end_s is None:
            listening_s = line.after_s or 0.0
        start_s = max(self._voice.now_s, (self._last_end_s or 0.0) + listening_s)
        lasts_s = spoken_for_s(text) if line.lasts_s is None else line.lasts_s
        self._pass_time(start_s)
        end_s = start_s + lasts_s
        self._resting = False
        self._voice.say(text, start_s, end_s)
        settled_s = max(self._settings.card_window_s, WORDS_LAG_S)
        self._pass_time(end_s + settled_s + 2 * CHUNK_S)
        self._voice.discard()  # said while nobody listened
        self._resting = True
        self._last_end_s = end_s

    def _pass_time(self, until_s: float) -> None:
        while self._voice.now_s < until_s and not self._call.is_over():
            self._step()

    def _step(self) -> None:
        if self._consent is None:
            self._voice.read(0.0)  # the clock goes on; nobody listens
        self._call.step(0.0)
        self._look()

    def _tap(self, line: Line) -> None:
        call, value = self._call, line.value or ""
        by_phase: dict[str | None, Callable[[], None]] = {
            "off_record": call.off_record,
            "pause": call.pause,
            "resume": call.resume,
            "withdraw": call.withdraw,
            "end": call.end,
        }
        if line.tap in by_phase:
            by_phase[line.tap]()
            return
        step = NextStep(line.who, line.what, line.when, origin=Origin.TYPED)
        by_action: dict[str | None, Callable[[], actions.Action]] = {
            "fear": actions.MarkFear,
            "ready": actions.MarkReady,
            "another_card": actions.NextCard,
            "unpin": lambda: actions.PinStep(None),
            "pin": lambda: actions.PinStep(Step(int(value))),
            "step": lambda: actions.CorrectStep(Step(int(value))),
            "issue": lambda: actions.MarkIssue(value),
            "realization": lambda: actions.MarkRealization(value),
            "commitment": lambda: actions.MarkCommitment(value),
            "next_step": lambda: actions.ConfirmNextStep(step),
        }
        call.act(by_action[line.tap]())

    # ------------------------------------------------------------------ what is seen

    def _look(self) -> None:
        for numbered in self._call.board.events_since(self._next_event):
            self._next_event = numbered.number + 1
            event = numbered.event
            if isinstance(event, UtteranceHeard):
                self._heard = event.heard
            elif isinstance(event, CardShown) and event.at_s > 0:
                self._card_changed = True
                if self._resting and event.source == "companion":
                    self._break("the card changed by itself while they were speaking")
        state = self._call.board.latest().state
        if state.fear_open and _is_ask(state.card):
            self._break("an ask card stood there while fear was open")

    def _break(self, promise: str) -> None:
        self._broken.setdefault((self._at_line, promise))

    def _ended(self) -> Ended:
        last = self._call.board.latest()
        record, told = None, None
        if last.summary is not None:
            outline = self._rap.outline()
            redactor = ShippedRedactor(self._rap.language)
            redacted = redact_summary(
                last.summary,
                outline,
                call_date=self._story.date,
                provenance=provenance_of(self._rap, ENGINE),
                redactor=redactor,
            )
            review = Review(redacted, outline, redactor).all_confirmed()
            if self._story.note is not None:
                review = review.with_text(TextSlot.NOTE, self._story.note)
            told = review.record
            record = told if self._may_be_saved(review) else None
        events = [numbered.event for numbered in self._call.board.events_since(0)]
        utterances = [e.utterance.text for e in events if isinstance(e, UtteranceHeard)]
        cards = [e.prompt for e in events if isinstance(e, CardShown)] + [last.state.card]
        shown = [f"{card.text} / {card.because}" for card in cards if card is not None]
        parts = (*last.transcript, *utterances, *shown, repr(last.state), repr(last.summary), told)
        traces = " / ".join(part for part in parts if part)
        return Ended(last.summary, last.state, record, traces)

    def _may_be_saved(self, review: Review) -> bool:
        """Whether the program's own gate lets this through."""
        at = datetime.combine(self._story.date, _SAVED_AT).astimezone()
        try:
            review.approve(_CODE, at)
        except CompanionError:
            return False
        return True


def _consent(story: Story) -> Consent | None:
    if story.consent == "none":
        return None
    at = datetime.combine(story.date, time(18, 0)).astimezone()
    return Consent(ConsentHow.SPOKEN, at, ConsentScope(story.consent))


def _is_ask(card: Prompt | None) -> bool:
    return card is not None and card.kind is PromptKind.ASK
