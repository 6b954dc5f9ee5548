"""How long cards and nudges wait: the rap's word where it has one, else the organizer's setting."""

from __future__ import annotations

from dataclasses import dataclass

from companion.settings import CallSettings
from companion.understanding.rap import Timing


@dataclass(frozen=True, slots=True)
class Cooldowns:
    """Least waits between two cards that nobody asked for."""

    card_s: float
    nudge_s: float
    speech_s: float
    """Of the organizer's own speech."""

    @classmethod
    def of(cls, timing: Timing, settings: CallSettings) -> Cooldowns:
        """The waits of a call with this rap and these settings."""
        return cls(
            card_s=_first(timing.card_cooldown_s, settings.card_cooldown_s),
            nudge_s=_first(timing.nudge_cooldown_s, settings.nudge_cooldown_s),
            speech_s=_first(timing.card_speech_s, settings.card_speech_s),
        )


def _first(of_the_rap: float | None, otherwise: float) -> float:
    return otherwise if of_the_rap is None else of_the_rap
