"""The live view: looks at the board ten times a second, and hands keys to the call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from textual.binding import Binding

from companion.domain.actions import (
    Action,
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
from companion.domain.dialogue import Field, Step
from companion.domain.outline import Choice, RapOutline
from companion.live import wording
from companion.live.board import Board, CardShown, Forgotten, Snapshot
from companion.live.controls import Controls
from companion.live.draft_lines import draft_lines
from companion.live.frame import SHAPES, Frame, Wishes, frame_of
from companion.live.freeze import ListeningFreeze
from companion.live.terminal.calm import CalmApp
from companion.live.terminal.dialogs import ChoiceDialog, ConfirmDialog, ToggleDialog
from companion.live.terminal.keys import CARD_AND_STEP, NOTES, SAFETY, VIEW, bindings
from companion.live.terminal.live_screen import LiveScreen
from companion.live.terminal.next_step_questions import NextStepQuestions
from companion.live.terminal.options import ViewOptions
from companion.live.terminal.pages import BlankScreen, DraftScreen, HelpScreen

LOOK_EVERY_S = 0.1
STOPPED_AT_ONCE = 130
"""`return_code` after a second Ctrl-C."""

_COMMITMENTS = (
    Choice("yes", "Yes"),
    Choice("maybe", "Not yet, or maybe"),
    Choice("no", "No"),
    Choice("not_asked", "Not asked"),
)


class CallApp(CalmApp[None]):
    """Shows a call and takes its keys, from the first snapshot to the draft at the end.

    It polls the board and never waits for it; the pipeline never waits for this view. `run`
    returns once the organizer has left the draft; `return_code` is `STOPPED_AT_ONCE` after a
    second Ctrl-C.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        *bindings(SAFETY, CARD_AND_STEP, NOTES, VIEW),
    ]

    def __init__(
        self,
        board: Board,
        controls: Controls,
        outline: RapOutline,
        options: ViewOptions | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        options = options or ViewOptions()
        super().__init__(options)
        self._board = board
        self._controls = controls
        self._outline = outline
        self._newest = board.latest()
        self._freeze = ListeningFreeze(self._newest, clock_s)
        self._wishes = Wishes(
            quiet=options.quiet, transcript=options.transcript, large=options.large
        )
        self._next_event = 0
        self._live = LiveScreen()
        self._draft_shown = False
        self._review_follows = options.review_follows

    def on_mount(self) -> None:
        """Show the first frame, then look again and again."""
        self.push_screen(self._live)
        self.call_after_refresh(self.look)
        self.set_interval(LOOK_EVERY_S, self.look)

    def look(self) -> None:
        """Show what the board says now. A timer does so; a test may."""
        self._newest = self._board.latest()
        for numbered in self._board.events_since(self._next_event):
            self._next_event = numbered.number + 1
            event = numbered.event
            if isinstance(event, CardShown) and event.source == "organizer":
                self._wishes = replace(self._wishes, asked_card=event.prompt)
            elif isinstance(event, Forgotten):
                # A card may be made of words that are to be forgotten.
                self._wishes = replace(self._wishes, asked_card=None)
        shown = self._freeze.settle(self._newest)
        frame = frame_of(shown, self._newest.state.now_s, self._outline, self._wishes)
        self._show(frame)
        if self._newest.phase.is_over and not self._draft_shown:
            self._show_draft(self._newest)

    def _show(self, frame: Frame) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, LiveScreen):
                screen.show(frame, self._wishes.transcript)
            elif isinstance(screen, HelpScreen | BlankScreen):
                screen.show(frame)

    def _show_draft(self, last: Snapshot) -> None:
        self._draft_shown = True
        if self._review_follows and last.summary is not None:
            self.exit()
            return
        while self.screen is not self._live and len(self.screen_stack) > 1:
            self.pop_screen()
        lines: tuple[str, ...] = ()
        if last.summary is not None:
            lines = tuple(draft_lines(last.summary, self._outline))
        heading = f"{SHAPES[last.phase]} {wording.phase_word(last.phase)}"
        if last.summary is None:
            lines = (f"  {wording.phase_sentence(last.phase)}",)
        lines += tuple(f"  {notice.text}" for notice in last.notices)
        self.push_screen(DraftScreen(heading, lines, self._outline.afterwards))

    def _act(self, action: Action) -> None:
        self._freeze.key_pressed()
        self._controls.act(action)

    # The safety row.

    def action_pause_or_resume(self) -> None:
        """Space."""
        if self._newest.phase.is_deaf:
            self._controls.resume()
        else:
            self._controls.pause()

    def action_off_record(self) -> None:
        """Drop the last moments at once; coming back is by hand."""
        self._controls.off_record()

    def action_withdraw(self) -> None:
        """Ask once, then stop and drop everything."""
        self.push_screen(
            ConfirmDialog(
                "Was consent withdrawn?",
                "Yes closes the microphone and drops everything of this call, at once.",
            ),
            lambda sure: self._controls.withdraw() if sure else None,
        )

    def action_blank(self) -> None:
        """Hide everything from someone who looks over the shoulder."""
        self.push_screen(BlankScreen())

    def action_end_call(self) -> None:
        """Ask once, then end."""
        self.push_screen(
            ConfirmDialog("End the call?", "The draft comes next. Nothing is stored by itself."),
            lambda sure: self._end() if sure else None,
        )

    def action_interrupt(self) -> None:
        """Ctrl-C: the first ends the call cleanly, the second leaves at once."""
        if self._wishes.ending or self._draft_shown:
            self.exit(return_code=0 if self._draft_shown else STOPPED_AT_ONCE)
        else:
            self._end()

    def action_leave(self) -> None:
        """Leave the draft."""
        self.exit()

    def _end(self) -> None:
        self._wishes = replace(self._wishes, ending=True)
        self._controls.end()

    # Card and step.

    def action_next_card(self) -> None:
        """This one does not fit, or none is shown."""
        self._act(NextCard())

    def action_quiet(self) -> None:
        """Cards only when asked for, or as they come."""
        self._freeze.key_pressed()
        self._wishes = replace(self._wishes, quiet=not self._wishes.quiet, asked_card=None)

    def action_step(self, by: int) -> None:
        """One step on or back."""
        step = self._newest.state.step.step + by
        if Step.MAKE_SPACE <= step <= Step.ASK:
            self._act(CorrectStep(Step(step)))

    def action_set_step(self, number: int) -> None:
        """We are in this step."""
        self._act(CorrectStep(Step(number)))

    def action_pin(self) -> None:
        """Hold the step where it is, or let it follow again."""
        step = self._newest.state.step
        self._act(PinStep(None if step.pinned else step.step))

    # What the organizer noted.

    def action_issues(self) -> None:
        """Mark any number of the rap's issues."""
        state = self._newest.state
        self.push_screen(
            ToggleDialog(
                "Issues",
                self._outline.issues,
                frozenset(p.value for p in state.by_hand(Field.ISSUE)),
                frozenset(p.value for p in state.values(Field.ISSUE)),
                lambda chosen: self._act(MarkIssue(chosen)),
            )
        )

    def action_realizations(self) -> None:
        """Mark what you saw them realize; only you can tell."""
        self.push_screen(
            ToggleDialog(
                "Which of these did you see?",
                self._outline.realizations,
                frozenset(self._newest.state.realizations),
                frozenset(),
                lambda chosen: self._act(MarkRealization(chosen)),
            )
        )

    def action_fear(self) -> None:
        """Care first: coping tools, and no ask until `y`."""
        self._act(MarkFear())

    def action_ready(self) -> None:
        """An ask may be made now."""
        self._act(MarkReady())

    def action_commitment(self) -> None:
        """What they answered; nothing stands there already unless the organizer noted it."""
        noted = self._newest.state.by_hand(Field.COMMITMENT)
        chosen = noted[-1].value if noted else None
        self.push_screen(
            ChoiceDialog("What did they answer?", _COMMITMENTS, chosen),
            lambda chosen: self._act(MarkCommitment(chosen)) if chosen else None,
        )

    def action_confirm_next_step(self) -> None:
        """Who, what kind, when: three small questions that start from what was heard."""
        state = self._newest.state
        questions = NextStepQuestions(
            self,
            state.next_step,
            self._outline,
            state.call_date,
            lambda step: self._act(ConfirmNextStep(step)),
        )
        questions.ask()

    # The view.

    def action_transcript(self) -> None:
        """Show or hide the words."""
        self._freeze.key_pressed()
        wanted = not self._wishes.transcript
        self._wishes = replace(self._wishes, transcript=wanted)
        self._controls.show_transcript(wanted)

    def action_large(self) -> None:
        """Large or small letters on the card."""
        self._wishes = replace(self._wishes, large=not self._wishes.large)

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(HelpScreen())

    async def action_quit(self) -> None:
        """Textual's own way out: end the call instead."""
        self.action_end_call()
