"""How the states of a call are worded for people. Shared by all views, so that they agree.

Everything here is a plain function from a value to words: no color, no cursor, no mark that a
screen reader stumbles over. Views add their own shapes.
"""

from __future__ import annotations

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
from companion.domain.call import CallPhase, CallState
from companion.domain.dates import clock, when_words
from companion.domain.dialogue import NextStep, Origin, Step, StepEstimate
from companion.domain.outline import WHO_WORDS, RapOutline, StepOutline, text_of
from companion.domain.speech import Gap, GapReason

SHARE_FROM_S = 30.0
"""Before this much call time a share of it says nothing."""
LIKELY_FROM = 0.65
"""An estimate that is not sure is 'likely' from this probability on."""
LEVEL_FLOOR_DBFS = -55.0
"""Below this, speech is quiet: probably too far from the microphone."""
LEVEL_CEILING_DBFS = -9.0
"""Above this, speech is too loud and will distort."""
LAG_FROM_S = 2.0
"""Less speech than this waiting to be decoded is nobody's concern."""

_PHASES = {
    CallPhase.PROMPTS_ONLY: ("PROMPTS ONLY", "The microphone is closed. You turn the cards."),
    CallPhase.LISTENING: ("LISTENING", "Only your microphone is heard."),
    CallPhase.PAUSED: ("PAUSED", "Nothing is heard until you resume."),
    CallPhase.OFF_RECORD: (
        "OFF THE RECORD",
        "Nothing is heard, and the last moments were dropped.",
    ),
    CallPhase.ENDED: ("ENDED", "The microphone is closed."),
    CallPhase.WITHDRAWN: (
        "CONSENT WITHDRAWN",
        "The microphone is closed and everything of this call was dropped.",
    ),
}

# Upper bound of the organizer's own share of the call, and the words for it.
_SHARES = (
    (0.05, "hardly any"),
    (0.15, "a tenth"),
    (0.225, "a fifth"),
    (0.29, "a quarter"),
    (0.42, "a third"),
    (0.58, "half"),
    (0.71, "two thirds"),
    (0.85, "three quarters"),
    (1.0, "nearly all"),
)

_GAP_REASONS = {
    GapReason.DEVICE_LOST: "the microphone was gone",
    GapReason.DEVICE_STALLED: "the microphone sent nothing",
    GapReason.RING_FULL: "the computer was too busy",
    GapReason.BACKLOG_FULL: "the recognizer was too slow",
    GapReason.RECOGNIZER_FAILED: "the recognizer failed",
    GapReason.ASLEEP: "the computer was asleep",
    GapReason.PAUSED: "paused by you",
    GapReason.OFF_RECORD: "off the record",
    GapReason.OTHER_VOICE: "another voice",
}


def phase_word(phase: CallPhase) -> str:
    """The safety state in one or two words, in capitals."""
    return _PHASES[phase][0]


def phase_sentence(phase: CallPhase) -> str:
    """What the safety state means."""
    return _PHASES[phase][1]


def certainty(estimate: StepEstimate) -> str:
    """How sure the companion is of the step: 'sure', 'likely' or 'not sure'; or who set it."""
    if estimate.pinned:
        return "pinned by you"
    if estimate.sure:
        return "sure"
    return "likely" if estimate.probability >= LIKELY_FROM else "not sure"


def step_of(outline: RapOutline, step: Step) -> StepOutline:
    """The outline of one step; a nameless one where the rap leaves the step out."""
    for found in outline.steps:
        if found.step is step:
            return found
    return StepOutline(step, f"step {int(step)}", ())


def step_line(estimate: StepEstimate, outline: RapOutline) -> str:
    """'Step 2 of 5: What moves you (likely).'"""
    name = step_of(outline, estimate.step).name
    return f"Step {int(estimate.step)} of 5: {name} ({certainty(estimate)})."


def own_share(state: CallState) -> str | None:
    """The organizer's share of the call as a band, such as 'a third'; None while it is early."""
    listening = state.listening_share
    if listening is None or state.now_s < SHARE_FROM_S:
        return None
    return share_words(1.0 - listening)


def share_words(own: float) -> str:
    """The organizer's own share of a call, in [0, 1], as a band such as 'a third'."""
    return next(words for bound, words in _SHARES if own <= bound + 1e-9)


def tally(state: CallState) -> str:
    """The questions so far: '3 open, 2 closed'."""
    return f"{state.open_count} open, {state.closed_count} closed"


def monologue(state: CallState, limit_s: float) -> str | None:
    """How long the organizer has been talking, from half the limit on, in steps of ten seconds."""
    if state.talking_since_s is None:
        return None
    talking_s = state.now_s - state.talking_since_s
    if talking_s < limit_s / 2:
        return None
    return f"you have been talking for {clock(talking_s // 10 * 10)}"


def story(state: CallState, limit_s: float) -> str | None:
    """How long the organizer's own story has lasted, in steps of ten seconds."""
    if state.story_since_s is None:
        return None
    lasted_s = max(0.0, state.now_s - state.story_since_s) // 10 * 10
    return f"your story: {clock(lasted_s)} of about {clock(limit_s)}"


def level(status: SourceStatus) -> str:
    """How loud the organizer is: 'quiet', 'good' or 'too loud'."""
    if status.state is SourceState.CLIPPING or status.level_dbfs > LEVEL_CEILING_DBFS:
        return "too loud"
    return "quiet" if status.level_dbfs < LEVEL_FLOOR_DBFS else "good"


def recognizer_note(status: TranscriberStatus | None) -> str | None:
    """What the recognizer is doing, where the organizer should know; None while it keeps up.

    Trouble comes as notices; this is only about having to wait. In steps of five seconds.
    """
    if status is None:
        return None
    if status.state is TranscriberState.LOADING:
        return "recognizer getting ready, your words are kept"
    if status.lag_s < LAG_FROM_S:
        return None
    behind_s = max(5, round(status.lag_s / 5.0) * 5)
    return f"words about {behind_s} s behind"


def gap(marked: Gap) -> str:
    """One stretch that could not be heard: '4 s at 3:12: the computer was too busy'."""
    length_s = max(1, round(marked.end_s - marked.start_s))
    return f"{length_s} s at {clock(marked.start_s)}: {_GAP_REASONS[marked.reason]}"


def unwanted_gaps(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The gaps in which the organizer was not heard, and did not ask for that."""
    by_hand = (GapReason.PAUSED, GapReason.OFF_RECORD)
    return tuple(g for g in gaps if g.reason.loses_speech and g.reason not in by_hand)


def left_out(gaps: tuple[Gap, ...]) -> str | None:
    """How often another voice was left out: '3 times, 12 s in all'; None where it never was."""
    lengths_s = [g.end_s - g.start_s for g in gaps if g.reason is GapReason.OTHER_VOICE]
    if not lengths_s:
        return None
    times = "once" if len(lengths_s) == 1 else f"{len(lengths_s)} times"
    return f"{times}, {max(1, round(sum(lengths_s)))} s in all"


def origin(value: Origin) -> str:
    """Where a fact comes from, for people."""
    return {Origin.HEARD: "heard", Origin.TAPPED: "tapped", Origin.TYPED: "typed"}[value]


def who(value: str | None) -> str:
    """Whose next step it is, as the organizer would say it."""
    return "not said" if value is None else WHO_WORDS.get(value, value)


def when(iso: str | None) -> str:
    """An ISO date or datetime as people say it; 'not said' where there is none."""
    return "not said" if iso is None else when_words(iso)


def next_step(step: NextStep, outline: RapOutline) -> str:
    """Who, what and when in one line."""
    what = text_of(step.what, outline.next_step_kinds) if step.what else "not said"
    return f"who: {who(step.who)}; what: {what}; when: {when(step.when)}"
