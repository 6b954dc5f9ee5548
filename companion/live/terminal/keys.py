"""The keys of a call, once: the bindings, the footer and the help screen are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the live view."""

    keys: str
    """As Textual names them, by commas."""
    action: str
    shown: str
    help: str
    footer: str = ""
    """A word or two for the footer; empty: not there."""
    rank: int = 99
    """The footer drops the highest ranks first when it is narrow."""


SAFETY = (
    Key("space", "app.pause_or_resume", "space", "pause, or listen again", "pause", 0),
    Key("o", "app.off_record", "o", "off the record: drop the last moments", "off record", 1),
    Key("w", "app.withdraw", "w", "consent withdrawn: stop and drop everything", "withdraw", 9),
    Key("b", "app.blank", "b", "blank the screen", "blank", 8),
    Key("e,ctrl+q", "app.end_call", "e", "end the call, see the draft", "end", 3),
)
CARD_AND_STEP = (
    Key("n", "app.next_card", "n", "another card", "card", 4),
    Key("q", "app.quiet", "q", "quiet: cards only when asked for"),
    Key("right_square_bracket,right", "app.step(1)", "] →", "next step", "", 99),
    Key("left_square_bracket,left", "app.step(-1)", "[ ←", "step back", "", 99),
    *(
        Key(str(n), f"app.set_step({n})", "1–5" if n == 1 else "", "we are in this step")
        for n in range(1, 6)
    ),
    Key("p", "app.pin", "p", "hold the step, or let it follow", "pin", 6),
)
NOTES = (
    Key("i", "app.issues", "i", "mark issues", "issue", 5),
    Key("r", "app.realizations", "r", "realizations that you saw", "", 99),
    Key("f", "app.fear", "f", "fear came up: care first, no ask", "fear", 7),
    Key("y", "app.ready", "y", "they are ready to be asked", "", 99),
    Key("m", "app.commitment", "m", "what they answered", "", 99),
    Key("c", "app.confirm_next_step", "c", "confirm the next step", "next step", 5),
)
VIEW = (
    Key("t", "app.transcript", "t", "show or hide your words"),
    Key("l", "app.large", "l", "large or small letters on the card"),
    Key("question_mark", "app.help", "?", "this help", "keys", 2),
)
GROUPS = (
    ("Always within reach", SAFETY),
    ("Card and step", CARD_AND_STEP),
    ("What you noted", NOTES),
    ("View", VIEW),
)
_FOOTER_ORDER = ("space", "o", "n", "i", "c", "p", "f", "b", "w", "?", "e")


def bindings(*groups: tuple[Key, ...]) -> list[Binding]:
    """Textual's bindings for groups of keys."""
    return [Binding(k.keys, k.action, k.help, show=False) for group in groups for k in group]


def footer_keys(width: int, gap: int = 2) -> list[Key]:
    """The keys that fit into a footer of `width` cells, the most needed ones first to stay."""
    every = {k.shown: k for _, group in GROUPS for k in group if k.footer}
    keys = [every[shown] for shown in _FOOTER_ORDER]

    def cells(chosen: list[Key]) -> int:
        return sum(len(k.shown) + 1 + len(k.footer) + gap for k in chosen)

    while keys and cells(keys) > width:
        keys.remove(max(keys, key=lambda k: k.rank))
    return keys
