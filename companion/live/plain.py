"""The live call as plain lines: for screen readers, for pipes, and for terminals that cannot more.

A line is printed for what changed and nothing is ever redrawn. The listening freeze holds here
too: a new card or step is read out at the end of the organizer's own turn, or waits for the
next one; only trouble and the safety state may speak while the microphone is quiet.
"""

from __future__ import annotations

from typing import TextIO

from companion.domain.call import CallPhase
from companion.domain.outline import RapOutline
from companion.domain.prompt import Prompt
from companion.live import wording
from companion.live.board import (
    Board,
    CardShown,
    Forgotten,
    GapMarked,
    LiveEvent,
    Notice,
    NoticeKind,
    PhaseChanged,
    Snapshot,
    StepChanged,
    UtteranceHeard,
)
from companion.live.commands import Commands, figures_line
from companion.live.controls import Controls
from companion.live.draft_lines import draft_lines
from companion.live.follow import BoardFollower, News, opening_phase
from companion.live.freeze import SETTLE_S
from companion.live.key_reader import KeyReader

_NOTICE_WORDS = {
    NoticeKind.INFO: "Note",
    NoticeKind.PROBLEM: "Problem",
    NoticeKind.MENDED: "Mended",
}


def run_plain(
    board: Board,
    controls: Controls,
    outline: RapOutline,
    out: TextIO,
    keys: KeyReader | None,
    transcript: bool = False,
    review_follows: bool = False,
) -> None:
    """Print the call until it is over; blocks. With `transcript` the organizer's words as well.

    Where a review follows, it shows the draft, and the lines for afterwards come behind it.

    The first Ctrl-C ends the call cleanly, the second is raised.
    """
    follower = BoardFollower(board)
    printer = LinePrinter(outline, out, transcript, review_follows)
    commands = Commands(controls, outline)
    printer.open(board.latest(), with_keys=keys is not None)
    ending = over = False
    while not over:
        try:
            news = follower.look()
            printer.take(news)
            over = news.over
            while keys is not None and not over and (line := keys.poll()) is not None:
                printer.say(*commands.take(line, news.snapshot).lines)
        except KeyboardInterrupt:  # noqa: PERF203 - it may come at any point of the loop
            if ending:
                raise
            ending = True
            printer.say("Ending the call. Press Ctrl-C again to stop at once.")
            controls.end()


class LinePrinter:
    """Turns news from the board into lines. Says each thing once."""

    def __init__(
        self,
        outline: RapOutline,
        out: TextIO,
        transcript: bool = False,
        review_follows: bool = False,
    ) -> None:
        self._outline = outline
        self._review_follows = review_follows
        self._out = out
        self._transcript = transcript
        self._voice_until_s = 0.0
        self._step_waiting: StepChanged | None = None
        self._card_waiting: CardShown | None = None
        self._card_said: Prompt | None = None
        self._step_said = ""

    def say(self, *lines: str) -> None:
        """Print lines at once."""
        for line in lines:
            self._out.write(line + "\n")
        self._out.flush()

    def open(self, snapshot: Snapshot, with_keys: bool) -> None:
        """The first lines: what the microphone does, and how to get help."""
        self._say_phase(opening_phase(snapshot))
        if with_keys:
            self.say("Type ? and Enter for the commands.")

    def take(self, news: News) -> None:
        """Print what is new; at the end of the call, the draft."""
        if news.missed:
            self.say(f"Note: {news.missed} messages were missed here.")
        for event in news.events:
            self._take_event(event, news.snapshot)
        if news.snapshot.speaking or news.over:
            self._release(news.snapshot)
        if news.over:
            self._say_end(news.snapshot)

    def _take_event(self, event: LiveEvent, snapshot: Snapshot) -> None:
        if isinstance(event, PhaseChanged):
            self._say_phase(event.phase)
        elif isinstance(event, Notice):
            self.say(f"{_NOTICE_WORDS[event.kind]}: {event.text}")
        elif isinstance(event, GapMarked):
            if wording.unwanted_gaps((event.gap,)):
                self.say(f"Gap: {wording.gap(event.gap)}")
        elif isinstance(event, UtteranceHeard):
            self._voice_until_s = event.utterance.end_s + SETTLE_S
            if self._transcript:
                self.say(f"You: {event.utterance.text}")
        elif isinstance(event, StepChanged):
            self._step_waiting = event
            if event.step.pinned or event.at_s <= self._voice_until_s or _by_hand(snapshot):
                self._release(snapshot)
        elif isinstance(event, CardShown):
            self._card_waiting = event
            asked = event.source == "organizer" or _by_hand(snapshot)
            if asked or event.at_s <= self._voice_until_s:
                self._release(snapshot)
        elif isinstance(event, Forgotten):
            # A card may be made of words that are to be forgotten: the one that stands now is not.
            self._step_waiting = self._card_waiting = None
            self._card_said = snapshot.state.card

    def _release(self, snapshot: Snapshot) -> None:
        """Say the latest step and card that waited for a moment to be said."""
        step, self._step_waiting = self._step_waiting, None
        card, self._card_waiting = self._card_waiting, None
        if step is not None:
            said = wording.step_line(step.step, self._outline)
            if said != self._step_said:
                self._step_said = said
                self.say(said)
        if card is not None and card.prompt is not None and card.prompt != self._card_said:
            self.say(f"Card: {card.prompt.text}")
            if snapshot.source is not None and snapshot.state.utterance_count:
                self.say(f"  {figures_line(snapshot)}")
        if card is not None:
            self._card_said = card.prompt

    def _say_phase(self, phase: CallPhase) -> None:
        word = wording.phase_word(phase).capitalize()
        self.say(f"{word}. {wording.phase_sentence(phase)}")

    def _say_end(self, snapshot: Snapshot) -> None:
        if snapshot.summary is None or self._review_follows:
            return
        self.say("", *draft_lines(snapshot.summary, self._outline))
        if self._outline.afterwards:
            self.say("For you, now", *(f"  {line}" for line in self._outline.afterwards))


def _by_hand(snapshot: Snapshot) -> bool:
    """In prompts-only mode everything that changes was asked for."""
    return snapshot.phase is CallPhase.PROMPTS_ONLY
