"""Who, what kind, when: the next step in three small questions that start from what was heard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from textual.app import App

from companion.domain.dialogue import NextStep, Origin
from companion.domain.outline import Choice, RapOutline, text_of
from companion.live import wording
from companion.live.terminal.dialogs import ChoiceDialog
from companion.live.terminal.when_dialog import WhenDialog

_WHO = (Choice("them", "They do it"), Choice("organizer", "You do it"), Choice("both", "Both"))


class NextStepQuestions:
    """Each is asked once the one before is answered; Esc at any of them leaves all as it was."""

    def __init__(
        self,
        app: App[None],
        known: NextStep | None,
        outline: RapOutline,
        today: date,
        confirm: Callable[[NextStep], None],
    ) -> None:
        """Prepare them.

        Args:
            app: shows the dialogs.
            known: the next step so far, heard or confirmed.
            outline: the rap's, for its kinds of next steps.
            today: the day of the call.
            confirm: takes the next step, once all three are answered.
        """
        self._app = app
        self._known = known or NextStep(None, None, None)
        self._outline = outline
        self._today = today
        self._confirm = confirm

    def ask(self) -> None:
        """Begin with the first."""
        self._app.push_screen(
            self._choice("Next step: who?", _WHO, self._known.who), self._ask_what
        )

    def _ask_what(self, who: str | None) -> None:
        if who is not None:
            kinds = self._outline.next_step_kinds
            self._app.push_screen(
                self._choice("Next step: what?", kinds, self._known.what),
                partial(self._ask_when, who),
            )

    def _ask_when(self, who: str, what: str | None) -> None:
        if what is not None:
            kind = text_of(what, self._outline.next_step_kinds)
            title = f"Next step for {wording.who(who)}: {kind}. When?"
            known = self._known
            self._app.push_screen(
                WhenDialog(title, self._today, known.when, known.when_options),
                partial(self._answered, who, what),
            )

    def _answered(self, who: str, what: str, when: str | None) -> None:
        if when is not None:
            origin = Origin.TAPPED if when == self._known.when else Origin.TYPED
            self._confirm(NextStep(who, what, when, origin=origin, confirmed=True))

    def _choice(self, title: str, choices: tuple[Choice, ...], value: str | None) -> ChoiceDialog:
        if self._known.confirmed:
            return ChoiceDialog(title, choices, chosen=value)
        return ChoiceDialog(title, choices, heard=value)
