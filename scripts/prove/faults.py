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
    lost_s: float = 0.0
    """Own speech, in seconds, that could have been heard and was not."""
    summaries_lost: int = 0
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

    @property
    def held(self) -> bool:
        """Everything that was promised, each time."""
        lost = self.summaries_lost or self.lost_s > 0
        return (
            self.injected > 0 and self.survived == self.injected and not (lost or self.noticed_late)
        )

    def row(self) -> str:
        """As a row of docs/trust.md."""
        told = ""
        if self.notice_limit_s is not None:
            told = f"; told after {_span(self.noticed_s)}"
        figure = f"{self.survived} of {self.injected} survived{told}"
        figure += f"; {self.lost_s:.1f} s of speech and {self.summaries_lost} summaries lost"
        limit = self.notice_limit_s
        target = "all, nothing lost" if limit is None else f"all, told within {limit:g} s"
        return f"| {self.name} | {self.how} | {figure} | {target} |"


def totals_row(faults: Sequence[Fault]) -> str:
    """All faults together."""
    injected = sum(f.injected for f in faults)
    survived = sum(f.survived for f in faults)
    lost_s = sum(f.lost_s for f in faults)
    summaries = sum(f.summaries_lost for f in faults)
    late = sum(f.noticed_late for f in faults)
    return (
        f"| **Survival, all faults** | `scripts/prove_survival` | {survived} of {injected} "
        f"survived; {lost_s:.1f} s of speech lost; {summaries} summaries lost; {late} told late "
        "| all; 0; 0; 0 |"
    )


def as_values(fault: Fault) -> dict[str, object]:
    """For JSON."""
    return {**asdict(fault), "held": fault.held}


def _span(seconds: Sequence[float]) -> str:
    if not seconds:
        return "never"
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.1f} s (at most {ordered[-1]:.1f} s)"
