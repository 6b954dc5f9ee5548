"""What a proof of survival counts: faults injected, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

NOTICED_WITHIN_S = 3.0


@dataclass(slots=True)
class Fault:
    """One kind of fault, injected again and again."""

    name: str
    how: str
    """How it was injected."""
    injected: int = 0
    survived: int = 0
    """The call went on afterwards, or the store was whole."""
    noticed_s: list[float] = field(default_factory=list)
    """Fault to the sentence on the screen, in seconds."""
    notice_limit_s: float | None = None
    """By when it has to be told; None where there is nothing to tell."""
    lost_s: float | None = None
    """Seconds of sound that could have been heard and were not: beyond the fault itself, while no
    microphone was there. None where no sound is at stake."""
    lost_limit_s: float = 0.0
    """So much may be lost each time, until it hears again."""
    summaries_lost: int | None = None
    """None where none is at stake."""
    wrong: list[str] = field(default_factory=list)
    """What did not hold, without a word of speech."""

    def take(self, problem: str | None = None) -> None:
        """Count one injection; `problem` where it was not survived."""
        self.injected += 1
        if problem is None:
            self.survived += 1
        else:
            self.wrong.append(problem)

    @property
    def noticed_late(self) -> int:
        """How many were told too late; one that was never told counts as not survived."""
        limit_s = self.notice_limit_s
        return 0 if limit_s is None else sum(s > limit_s for s in self.noticed_s)

    def lose(self, lost_s: float) -> None:
        """Count lost sound."""
        self.lost_s = (self.lost_s or 0.0) + lost_s

    @property
    def held(self) -> bool:
        """Everything that was promised, each time."""
        too_much = (self.lost_s or 0.0) > self.lost_limit_s * self.injected
        failed = self.survived < self.injected or self.noticed_late
        return self.injected > 0 and not (failed or too_much or self.summaries_lost)

    def row(self) -> str:
        """As a row of docs/trust.md."""
        found, wanted = [f"{self.survived} of {self.injected} survived"], ["all"]
        if self.notice_limit_s is not None:
            found.append(f"told after {_span(self.noticed_s)}")
            wanted.append(f"told within {self.notice_limit_s:g} s")
        if self.lost_s is not None:
            found.append(f"{self.lost_s:.1f} s of sound lost")
            wanted.append(f"≤ {self.lost_limit_s:g} s each")
        if self.summaries_lost is not None:
            found.append(f"{self.summaries_lost} summaries lost")
            wanted.append("0")
        return f"| {self.name} | {self.how} | {'; '.join(found)} | {'; '.join(wanted)} |"


def totals_row(faults: Sequence[Fault]) -> str:
    """All faults together."""
    injected = sum(f.injected for f in faults)
    survived = sum(f.survived for f in faults)
    lost_s = sum(f.lost_s or 0.0 for f in faults)
    summaries = sum(f.summaries_lost or 0 for f in faults)
    late = sum(f.noticed_late for f in faults)
    return (
        f"| **Survival, all faults** | `scripts/prove_survival` | {survived} of {injected} "
        f"survived; {late} told late; {lost_s:.1f} s of sound lost beyond the faults themselves; "
        f"{summaries} summaries lost | all; 0; as below; 0 |"
    )


def as_values(fault: Fault) -> dict[str, object]:
    """For JSON."""
    return {**asdict(fault), "held": fault.held}


def _span(seconds: Sequence[float]) -> str:
    if not seconds:
        return "never"
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.1f} s (at most {ordered[-1]:.1f} s)"
