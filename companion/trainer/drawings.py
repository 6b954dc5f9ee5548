"""Drawings for reports as inline SVG: no script, no request, readable without them.

Colors come from the page's style sheet by class, so that a dark page and a printed one have their
own. Every drawing has a title and a description for people who listen to the page; the figures
themselves stand in tables beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from companion.trainer.bootstrap import Measured
from companion.trainer.certainty import Bin, CurvePoint

SIDE = 260.0
_LEFT, _TOP, _BOTTOM = 58.0, 14.0, 40.0
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_NARROW = 0.05


@dataclass(frozen=True, slots=True)
class _Plot:
    """A square whose axes run over ranges; y grows upward."""

    x_low: float = 0.0
    x_high: float = 1.0
    y_low: float = 0.0
    y_high: float = 1.0

    def x(self, value: float) -> float:
        """Across, in pixels."""
        return _LEFT + SIDE * (value - self.x_low) / (self.x_high - self.x_low)

    def y(self, value: float) -> float:
        """Down, in pixels."""
        return _TOP + SIDE * (1 - (value - self.y_low) / (self.y_high - self.y_low))


def reliability_diagram(bins: Sequence[Bin], drawing_id: str) -> str:
    """How often the steps shown with a probability were right; the diagonal is what was said."""
    plot = _Plot()
    most = max((b.count for b in bins), default=1)
    parts = [*_frame(plot, "how sure it was", "how often it was right")]
    parts.append(_line(plot, [(0, 0), (1, 1)], "ideal"))
    for b in bins:
        size = 3 + 7 * (b.count / most) ** 0.5
        parts.append(
            f'<circle class="mark" cx="{plot.x(b.mean_probability):.1f}" '
            f'cy="{plot.y(b.right_share):.1f}" r="{size:.1f}"/>'
        )
    told = "; ".join(f"{b.mean_probability:.0%} sure, {b.right_share:.0%} right" for b in bins)
    return _svg(drawing_id, "Certainty and being right", told, parts)


def risk_curve(curve: Sequence[CurvePoint], sure_from: float, drawing_id: str) -> str:
    """How often the companion would be wrong, for the share of lines at which it is sure."""
    top = max(0.1, *(point.risk for point in curve)) if curve else 0.1
    plot = _Plot(y_high=top)
    parts = [*_frame(plot, "share of lines at which it is sure", "share wrong among these")]
    parts.append(_line(plot, [(p.coverage, p.risk) for p in curve], "curve"))
    here = [point for point in curve if point.from_probability >= sure_from]
    told = "no line is sure"
    if here:
        last = here[-1]
        parts.append(
            f'<circle class="mark" cx="{plot.x(last.coverage):.1f}" '
            f'cy="{plot.y(last.risk):.1f}" r="6"/>'
        )
        told = f"sure at {last.coverage:.0%} of the lines, and wrong at {last.risk:.1%} of these"
    return _svg(drawing_id, "What being sure costs", f"From {sure_from:.0%} on: {told}.", parts)


def confusion_map(confusion: Sequence[Sequence[int]], names: Sequence[str], drawing_id: str) -> str:
    """Labelled steps in rows, shown ones in columns; the darker, the more of the row."""
    cell = SIDE / len(names)
    parts = []
    for row, counts in enumerate(confusion):
        total = sum(counts) or 1
        y = _TOP + row * cell
        parts.append(_text(_LEFT - 8, y + cell / 2 + 4, str(row + 1), "end"))
        for column, count in enumerate(counts):
            x = _LEFT + column * cell
            kind = "right" if row == column else "wrong"
            share = count / total
            parts.append(
                f'<rect class="cell {kind}" x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" '
                f'height="{cell:.1f}" fill-opacity="{0.08 + 0.47 * share if count else 0:.2f}"/>'
            )
            parts.append(_text(x + cell / 2, y + cell / 2 + 4, str(count), "middle"))
    for column in range(len(names)):
        x = _LEFT + column * cell + cell / 2
        parts.append(_text(x, _TOP + SIDE + 16, str(column + 1), "middle"))
    parts.append(_text(_LEFT + SIDE / 2, _TOP + SIDE + 34, "step that was shown", "middle"))
    parts.append(_turned("labelled step"))
    wrong = sum(n for r, row in enumerate(confusion) for c, n in enumerate(row) if r != c)
    told = f"{wrong} of {sum(map(sum, confusion))} lines were taken for another step."
    return _svg(drawing_id, "Which step was taken for which", told, parts)


def intervals(rows: Sequence[tuple[str, Measured]], drawing_id: str, title: str) -> str:
    """Figures between 0 and 1 as dots, each on a bar for its interval."""
    height = 26.0
    left, width = 150.0, 300.0
    parts = []
    for tick in _TICKS:
        x = left + width * tick
        bottom = _TOP + height * len(rows)
        parts.append(
            f'<line class="grid" x1="{x:.0f}" y1="{_TOP}" x2="{x:.0f}" y2="{bottom:.0f}"/>'
        )
        parts.append(_text(x, bottom + 16, f"{tick:.0%}", "middle"))
    told = []
    for n, (name, measured) in enumerate(rows):
        y = _TOP + height * (n + 0.5)
        parts.append(_text(left - 8, y + 4, name, "end"))
        if measured.value is None:
            continue
        told.append(f"{name} {measured.value:.0%}")
        if measured.low is not None and measured.high is not None:
            low, high = left + width * measured.low, left + width * measured.high
            parts.append(f'<line class="bar" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>')
        parts.append(
            f'<circle class="mark" cx="{left + width * measured.value:.1f}" cy="{y}" r="5"/>'
        )
    size = (left + width + 20, _TOP + height * len(rows) + 26)
    return _svg(drawing_id, title, "; ".join(told), parts, size)


def _frame(plot: _Plot, across: str, up: str) -> Iterable[str]:
    for tick in _TICKS:
        x = _LEFT + SIDE * tick
        y = _TOP + SIDE * (1 - tick)
        value_x = plot.x_low + tick * (plot.x_high - plot.x_low)
        value_y = plot.y_low + tick * (plot.y_high - plot.y_low)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y}" x2="{_LEFT + SIDE}" y2="{y}"/>'
        yield f'<line class="grid" x1="{x}" y1="{_TOP}" x2="{x}" y2="{_TOP + SIDE}"/>'
        yield _text(x, _TOP + SIDE + 16, f"{value_x:.0%}", "middle")
        digits = 1 if plot.y_high - plot.y_low <= 4 * _NARROW else 0
        yield _text(_LEFT - 6, y + 4, f"{value_y:.{digits}%}", "end")
    yield _text(_LEFT + SIDE / 2, _TOP + SIDE + 34, across, "middle")
    yield _turned(up)


def _line(plot: _Plot, points: Iterable[tuple[float, float]], kind: str) -> str:
    places = " ".join(f"{plot.x(x):.1f},{plot.y(y):.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{places}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _turned(text: str) -> str:
    middle = _TOP + SIDE / 2
    return (
        f'<text x="10" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 10 {middle})">{escape(text)}</text>'
    )


def _svg(
    drawing_id: str,
    title: str,
    told: str,
    parts: Iterable[str],
    size: tuple[float, float] = (_LEFT + SIDE + 24, _TOP + SIDE + _BOTTOM),
) -> str:
    width, height = size
    return (
        f'<svg role="img" aria-labelledby="{drawing_id}-t {drawing_id}-d" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
        f'<title id="{drawing_id}-t">{escape(title)}</title>'
        f'<desc id="{drawing_id}-d">{escape(told)}</desc>{"".join(parts)}</svg>'
    )
