"""How likely each of the five steps is: the figures that judges of the step hand on."""

from __future__ import annotations

from collections.abc import Sequence

from companion.domain.dialogue import Step

PerStep = tuple[float, float, float, float, float]
"""One figure for each of the steps 1 to 5."""

NO_EVIDENCE: PerStep = (0.0, 0.0, 0.0, 0.0, 0.0)


def per_step(values: Sequence[float]) -> PerStep:
    """Five figures, in the order of the steps."""
    return values[0], values[1], values[2], values[3], values[4]


def normalized(values: Sequence[float]) -> list[float]:
    """The same shares, coming to 1; a floor, so that no step is ever ruled out for good."""
    floored = [max(v, 1e-6) for v in values]
    total = sum(floored)
    return [v / total for v in floored]


def likeliest(belief: PerStep) -> Step:
    """The step with the largest figure; the earlier of equals."""
    return Step(max(range(len(Step)), key=lambda i: belief[i]) + 1)
