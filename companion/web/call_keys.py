"""The keys of a call in the browser, once: buttons, help and settings are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from companion.settings import KeySettings


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the help."""

    action: str
    shown: str
    """What stands on the key; empty where there is none."""
    help: str


GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Always within reach", ("pause", "off_record", "withdraw", "blank", "end")),
    ("Card and step", ("card", "quiet", "step_on", "step_back", "pin")),
    (
        "What you noted",
        ("issues", "realizations", "fear", "ready", "answer", "next_step"),
    ),
    ("View", ("transcript", "large", "on_top", "help")),
)


def keys_of(settings: KeySettings) -> dict[str, str]:
    """The key of each action, as the browser names it: ' ' for space, '' for none."""
    return {
        action: " " if key.lower() == "space" else key.lower()
        for action, key in settings.model_dump().items()
    }


def help_of(settings: KeySettings) -> list[tuple[str, list[KeyLine]]]:
    """The help, by groups."""
    values = settings.model_dump()
    fields = KeySettings.model_fields
    groups = [
        (title, [KeyLine(a, values[a], fields[a].description or "") for a in actions])
        for title, actions in GROUPS
    ]
    groups[1][1].append(KeyLine("step", "1 to 5", "We are in this step."))
    return groups
