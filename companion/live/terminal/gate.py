"""Before the call: the preparation card and the consent gate. No microphone is open yet."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from companion.domain.call import ConsentHow
from companion.domain.outline import RapOutline
from companion.live.gate import (
    HOW_TEXTS,
    PROMPTS_ONLY_TEXT,
    QUIT_TEXT,
    SCOPE_QUESTION,
    SCOPE_TEXTS,
    GateAnswer,
    PromptsOnly,
    Quit,
    consent_now,
)
from companion.live.terminal.calm import CalmApp
from companion.live.terminal.options import ViewOptions

_GO_ON = [Binding("enter,space", "app.to_consent", show=False)]


class PreparationScreen(Screen[None]):
    """Breathe, arrive. Any of Enter and space goes on."""

    BINDINGS = [*_GO_ON, Binding("escape,q", "app.leave", show=False)]  # noqa: RUF012

    def __init__(self, outline: RapOutline) -> None:
        super().__init__()
        self._lines = outline.preparation

    def compose(self) -> ComposeResult:
        """One calm card."""
        with Container(id="page"):
            yield Static(Content("◇ THE MICROPHONE IS CLOSED"), classes="gate-state")
            with VerticalScroll(classes="gate-card", can_focus=False):
                yield Static(Content("Before you call"), classes="gate-title")
                yield Static(Content("\n\n".join(self._lines)), classes="gate-lines")
            yield Static(Content("Enter when you are ready · Esc leave"), classes="hint")


class ConsentScreen(Screen[None]):
    """A script to say aloud, and how consent was given. Nothing else opens the microphone."""

    BINDINGS = [  # noqa: RUF012
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, 6)),
        Binding("escape,q", "app.leave", show=False),
    ]

    def __init__(self, outline: RapOutline, ask_scope: bool = False) -> None:
        super().__init__()
        self._script = outline.consent_script
        self._ask_scope = ask_scope

    def compose(self) -> ComposeResult:
        """The script, large; the answers below."""
        texts = [text for _, text in HOW_TEXTS] + [PROMPTS_ONLY_TEXT, QUIT_TEXT]
        options = [
            Option(Content.assemble((f"{n}", "bold $accent"), f" {text}"))
            for n, text in enumerate(texts, 1)
        ]
        with Container(id="page"):
            yield Static(Content("◇ THE MICROPHONE IS CLOSED"), classes="gate-state")
            with VerticalScroll(classes="gate-card", can_focus=False):
                yield Static(Content("Ask for consent; you could say"), classes="gate-title")
                yield Static(Content("\n".join(self._script)), classes="gate-lines")
            yield OptionList(*options, id="answers")
            yield Static(Content("number, or arrows and Enter · Esc leave"), classes="hint")

    def on_mount(self) -> None:
        """Nothing is chosen by accident: the list starts on the answer that opens nothing."""
        answers = self.query_one(OptionList)
        answers.highlighted = len(HOW_TEXTS)
        answers.focus()

    def action_pick(self, number: int) -> None:
        """A number was pressed."""
        self._answer(number - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self._answer(event.option_index)

    def _answer(self, index: int) -> None:
        if index < len(HOW_TEXTS):
            how = HOW_TEXTS[index][0]
            if self._ask_scope:
                self.app.push_screen(ScopeScreen(how))
            else:
                self.app.exit(consent_now(how))
        else:
            self.app.exit(PromptsOnly() if index == len(HOW_TEXTS) else Quit())


class ScopeScreen(Screen[None]):
    """What they agreed to; asked where something of the call could be kept."""

    BINDINGS = [  # noqa: RUF012
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, len(SCOPE_TEXTS) + 1)),
        Binding("escape", "app.pop_screen", show=False),
    ]

    def __init__(self, how: ConsentHow) -> None:
        super().__init__()
        self._how = how

    def compose(self) -> ComposeResult:
        """Two answers; the one that keeps less comes first under the cursor."""
        options = [
            Option(Content.assemble((f"{n}", "bold $accent"), f" {text}"))
            for n, (_, text) in enumerate(SCOPE_TEXTS, 1)
        ]
        with Container(id="page"):
            yield Static(Content("◇ THE MICROPHONE IS CLOSED"), classes="gate-state")
            yield Static(Content(SCOPE_QUESTION), classes="gate-title")
            yield OptionList(*options, id="answers")
            yield Static(Content("number, or arrows and Enter · Esc back"), classes="hint")

    def on_mount(self) -> None:
        """Nothing is chosen by accident: the list starts on what keeps nothing."""
        answers = self.query_one(OptionList)
        answers.highlighted = len(SCOPE_TEXTS) - 1
        answers.focus()

    def action_pick(self, number: int) -> None:
        """A number was pressed."""
        self.app.exit(consent_now(self._how, SCOPE_TEXTS[number - 1][0]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        self.action_pick(event.option_index + 1)


class GateApp(CalmApp[GateAnswer]):
    """Runs before the session. `run()` returns the answer, and always one."""

    BINDINGS = [Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True)]  # noqa: RUF012

    def __init__(
        self,
        outline: RapOutline,
        skip_preparation: bool = False,
        options: ViewOptions | None = None,
        ask_scope: bool = False,
    ) -> None:
        super().__init__(options or ViewOptions())
        self._outline = outline
        self._skip_preparation = skip_preparation
        self._ask_scope = ask_scope

    def on_mount(self) -> None:
        """Preparation first, unless it is to be skipped."""
        if self._skip_preparation:
            self.push_screen(ConsentScreen(self._outline, self._ask_scope))
        else:
            self.push_screen(PreparationScreen(self._outline))

    def action_to_consent(self) -> None:
        """On to the gate itself."""
        self.switch_screen(ConsentScreen(self._outline, self._ask_scope))

    def action_leave(self) -> None:
        """Leave before the call."""
        self.exit(Quit())
