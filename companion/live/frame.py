"""One frame of a live view as plain values: what to show, before how to show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from companion.domain.call import CallPhase, CallState
from companion.domain.dates import minutes
from companion.domain.dialogue import Step
from companion.domain.outline import RapOutline
from companion.domain.prompt import Prompt, PromptKind
from companion.live import wording
from companion.live.board import Snapshot

METER_CELLS = 8
_METER_FLOOR_DBFS = -60.0
_METER_SPAN_DB = 54.0

SHAPES = {
    CallPhase.PROMPTS_ONLY: "◇",
    CallPhase.LISTENING: "●",
    CallPhase.PAUSED: "‖",
    CallPhase.OFF_RECORD: "○",
    CallPhase.ENDED: "■",
    CallPhase.WITHDRAWN: "□",
}
"""A shape of its own for every safety state, so that none is told by color."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the live view shows at one moment."""

    phase: CallPhase
    meter: int | None
    """Lit cells, 0 to `METER_CELLS`; None where nothing is heard."""
    meter_word: str
    call_minutes: str
    step: Step
    step_name: str
    certainty: str
    sure: bool
    card: str
    """Empty: no card."""
    large: bool
    """Large type where it fits."""
    card_note: str
    """Why this card, or what to do where there is none."""
    goals: tuple[tuple[bool, str], ...]
    """Met or not, and the goal in words."""
    figures: tuple[str, ...]
    timers: tuple[str, ...]
    care: tuple[str, ...]
    troubles: tuple[str, ...]
    """Open problems, newest first."""
    gaps: str
    words: tuple[str, ...] = field(default=(), repr=False)
    committed: str = field(default="", repr=False)
    tentative: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the organizer set by key."""

    quiet: bool = False
    asked_card: Prompt | None = None
    """The last card that was asked for."""
    transcript: bool = False
    large: bool = True
    ending: bool = False
    card_key: str = "n"
    """What to press for another card, and for 'they are ready', as the view names it."""
    ready_key: str = "y"


def frame_of(shown: Snapshot, now_s: float, outline: RapOutline, wishes: Wishes) -> Frame:
    """The frame for a snapshot that went through the listening freeze.

    `now_s` is the call time of the newest snapshot: the minutes go on while all else holds.
    """
    state = shown.state
    card, note = _card(state, wishes)
    step = wording.step_of(outline, state.step.step)
    meter, meter_word = _meter(shown)
    return Frame(
        phase=shown.phase,
        meter=meter,
        meter_word=meter_word,
        call_minutes=minutes(now_s),
        step=state.step.step,
        step_name=step.name,
        certainty=wording.certainty(state.step),
        sure=state.step.sure or state.step.pinned,
        card=card,
        large=wishes.large,
        card_note=note,
        goals=tuple((goal.id in state.goal_ids, goal.text) for goal in step.goals),
        figures=_figures(shown),
        timers=_timers(state, outline),
        care=_care(state, outline, wishes),
        troubles=_troubles(shown, wishes),
        gaps=_gaps(shown),
        words=shown.transcript if wishes.transcript else (),
        committed=shown.partial.committed if shown.partial and wishes.transcript else "",
        tentative=shown.partial.tentative if shown.partial and wishes.transcript else "",
    )


def _card(state: CallState, wishes: Wishes) -> tuple[str, str]:
    card = state.card
    if card is None:
        return "", "No card. Just listen."
    if wishes.quiet and card.kind is not PromptKind.CARE and card != wishes.asked_card:
        return "", f"Quiet. Press {wishes.card_key} when you want a card."
    return card.text, card.because


def _meter(shown: Snapshot) -> tuple[int | None, str]:
    """The meter moves with the organizer's own voice only; while they listen it rests."""
    if shown.source is None or shown.phase is not CallPhase.LISTENING:
        return None, ""
    if not shown.speaking:
        return 0, "quiet"
    part = (shown.source.level_dbfs - _METER_FLOOR_DBFS) / _METER_SPAN_DB
    return round(min(1.0, max(0.0, part)) * METER_CELLS), wording.level(shown.source)


def _figures(shown: Snapshot) -> tuple[str, ...]:
    if shown.source is None:
        return ()
    share = wording.own_share(shown.state)
    return (
        wording.tally(shown.state),
        f"you ≈ {share}" if share else "you ≈ too early to tell",
    )


def _timers(state: CallState, outline: RapOutline) -> tuple[str, ...]:
    story = wording.story(state, outline.story_limit_s)
    # A story is the one long turn that is meant to be: its own timer stands for it.
    turn = None if story else wording.monologue(state, outline.monologue_limit_s)
    return tuple(words for words in (story, turn) if words)


def _care(state: CallState, outline: RapOutline, wishes: Wishes) -> tuple[str, ...]:
    if not state.fear_open:
        return ()
    return (f"Care first. No ask until you press {wishes.ready_key}.", *outline.coping)


def _troubles(shown: Snapshot, wishes: Wishes) -> tuple[str, ...]:
    waiting = wording.recognizer_note(shown.transcriber)
    found = [notice.text for notice in reversed(shown.notices)]
    if wishes.ending and not shown.phase.is_over:
        found.insert(0, "Ending the call. Press Ctrl-C again to stop at once.")
    if waiting:
        found.append(waiting.capitalize() + ".")
    return tuple(found)


def _gaps(shown: Snapshot) -> str:
    gaps = wording.unwanted_gaps(shown.gaps)
    if not gaps:
        return ""
    if len(gaps) == 1:
        return f"Not heard: {wording.gap(gaps[0])}"
    total_s = round(sum(g.end_s - g.start_s for g in gaps))
    return f"Not heard: {len(gaps)} gaps, {total_s} s in all; the last {wording.gap(gaps[-1])}"
