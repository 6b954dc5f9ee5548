"""A search for better values as one page: what came of it first, then how it went.

The page needs nothing but itself: drawings are inline SVG, there is no script, and nothing is
fetched. It holds values and figures, and no word of a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from companion.trainer.bootstrap import Measured
from companion.trainer.knobs import Knob
from companion.trainer.rap_edit import as_written
from companion.trainer.tune import Proposal
from companion.trainer.tune_figures import Change
from companion.trainer.tune_study import Tried

_WIDTH, _HEIGHT, _LEFT, _TOP = 640.0, 260.0, 56.0, 14.0
_SMALL_WIDTH, _SMALL_HEIGHT = 220.0, 130.0
FEWEST_FOR_WEIGHT = 20
"""With fewer trials the weight of a value is guesswork."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fdfcf8; --soft: #6b6b6b;
  --line: #d8d4c8; --mark: #1f5f8b; --best: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #16181b; --soft: #a5a5a5;
  --line: #3a3d42; --mark: #7cb8e0; --best: #f0a06a; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: color-mix(in srgb, var(--line) 35%, transparent); padding: .8rem;
  overflow-x: auto; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); } .mark { fill: var(--mark); } .off { fill: none;
  stroke: var(--soft); } .best { fill: none; stroke: var(--best); stroke-width: 2; }
.bar { fill: var(--mark); } figure { margin: 0; }
.slices { display: flex; flex-wrap: wrap; gap: 1rem; }
.verdict { font-size: 1.15rem; font-weight: 600; } .soft { color: var(--soft); }
"""


def as_page(proposal: Proposal, diff: str, knobs: Sequence[Knob], rap_name: str) -> str:
    """The page, as HTML."""
    tried = proposal.tried
    allowed = sum(t.allowed for t in tried)
    parts = [
        f"<p class='verdict'>{escape(proposal.verdict)}</p>",
        f"<p>{escape(told_of_diff(proposal))}</p>" if diff else "",
        f"<pre>{escape(diff)}</pre>" if diff else "",
        "<h2>On the calls that were left for the end</h2>",
        "<p>The search never saw them, so these figures count.</p>",
        _table(proposal.holdout),
        "<h2>Across folds</h2>",
        "<p>Each fold with the values that were best on the other folds: what this way of "
        "choosing gains on calls that it did not choose on.</p>",
        _table(proposal.folds),
        "<h2>On the calls of the search</h2>",
        "<p class='soft'>The values were chosen on these calls, so this looks better than it "
        "is.</p>",
        _table(proposal.search),
        "<h2>How the search went</h2>",
        f"<p>{len(tried)} sets of values were tried; {allowed} of them lose nothing beyond "
        f"{proposal.tolerance:.0%}. A ring is one that does lose something.</p>",
        history(tried, proposal.baseline),
    ]
    weights = weight_of_values(tried, knobs)
    if weights:
        parts += [
            "<h2>Which values matter</h2>",
            "<p>How much of the difference between trials goes along with each value (the square "
            "of the rank correlation). Values that hardly matter can stay as they are.</p>",
            bars(weights),
        ]
    parts += [
        "<h2>Each value by itself</h2>",
        "<p>Every trial by the value it had. The line is the value that holds now.</p>",
        "<div class='slices'>",
        *(slice_of(tried, knob, proposal.before[knob.key]) for knob in knobs),
        "</div>",
    ]
    title = f"Tuning {rap_name}"
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>{escape(title)}</title>"
        f"<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
        f"style-src 'unsafe-inline'\"><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>\n"
    )


def weight_of_values(tried: Sequence[Tried], knobs: Sequence[Knob]) -> list[tuple[str, float]]:
    """How much of the scores' order goes along with each value's, in [0, 1]; most first."""
    if len(tried) < FEWEST_FOR_WEIGHT:
        return []
    scores = _ranks([t.score for t in tried])
    found = []
    for knob in knobs:
        own = _ranks([t.values[knob.key] for t in tried])
        if own.std() > 0 and scores.std() > 0:
            found.append((knob.key, float(np.corrcoef(own, scores)[0, 1] ** 2)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def history(tried: Sequence[Tried], baseline: float) -> str:
    """Every trial's faults in the order of the trials, and the best that is allowed so far."""
    if not tried:
        return ""
    top = max(baseline, *(min(t.score, 4 * baseline + 1) for t in tried)) * 1.05 or 1.0
    across = _Axis(0, max(1, len(tried) - 1), _LEFT, _WIDTH)
    up = _Axis(0, top, _TOP + _HEIGHT, -_HEIGHT)
    parts = list(_grid(up, top))
    best: list[tuple[float, float]] = []
    lowest = baseline
    for place, t in enumerate(tried):
        x, y = across.at(place), up.at(min(t.score, top))
        kind = "mark" if t.allowed else "off"
        parts.append(f"<circle class='{kind}' cx='{x:.1f}' cy='{y:.1f}' r='4'/>")
        if t.allowed:
            lowest = min(lowest, t.score)
        best.append((x, up.at(lowest)))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in best)
    parts.append(f"<polyline class='best' points='{line}'/>")
    parts.append(_label(_LEFT, _TOP + _HEIGHT + 18, "first trial"))
    parts.append(_label(_LEFT + _WIDTH, _TOP + _HEIGHT + 18, "last trial", "end"))
    told = (
        f"Faults in ten minutes over {len(tried)} trials: {baseline:.2f} now, {lowest:.2f} at best"
    )
    size = (_LEFT + _WIDTH + 12, _TOP + _HEIGHT + 30)
    return _svg("Faults in ten minutes, trial by trial", told, parts, size)


def bars(weights: Sequence[tuple[str, float]]) -> str:
    """The weight of each value as a bar."""
    left, height = 220.0, 22.0
    parts = []
    for n, (name, weight) in enumerate(weights):
        y = n * height
        parts.append(_label(left - 8, y + 15, name, "end"))
        width = 320 * weight
        parts.append(f"<rect class='bar' x='{left}' y='{y + 4}' width='{width:.1f}' height='14'/>")
        parts.append(_label(left + width + 6, y + 15, f"{weight:.0%}"))
    told = "; ".join(f"{name} {weight:.0%}" for name, weight in weights)
    return _svg("Which values matter", told, parts, (left + 380, height * len(weights) + 4))


def slice_of(tried: Sequence[Tried], knob: Knob, now: float) -> str:
    """Every trial's faults by the value it had of one knob."""
    low, high = min(knob.low, now), max(knob.high, now)
    top = max([t.score for t in tried], default=1.0) * 1.05 or 1.0
    across = _Axis(low, high, 30, _SMALL_WIDTH - 40)
    up = _Axis(0, top, _SMALL_HEIGHT - 24, -(_SMALL_HEIGHT - 34))
    x_now = across.at(now)
    parts = [
        f"<line class='best' x1='{x_now:.1f}' y1='10' x2='{x_now:.1f}' y2='{_SMALL_HEIGHT - 24}'/>"
    ]
    for t in tried:
        kind = "mark" if t.allowed else "off"
        x, y = across.at(t.values[knob.key]), up.at(t.score)
        parts.append(f"<circle class='{kind}' cx='{x:.1f}' cy='{y:.1f}' r='2.5'/>")
    parts.append(_label(30, _SMALL_HEIGHT - 8, as_written(low)))
    parts.append(_label(_SMALL_WIDTH - 10, _SMALL_HEIGHT - 8, as_written(high), "end"))
    drawing = _svg(knob.key, f"now {as_written(now)}", parts, (_SMALL_WIDTH, _SMALL_HEIGHT))
    return f"<figure><figcaption>{escape(knob.key)}</figcaption>{drawing}</figure>"


class _Axis:
    """Values to pixels."""

    def __init__(self, low: float, high: float, start: float, length: float) -> None:
        self._low, self._span = low, (high - low) or 1.0
        self._start, self._length = start, length

    def at(self, value: float) -> float:
        return self._start + self._length * (value - self._low) / self._span


def _grid(up: _Axis, top: float) -> Iterable[str]:
    for tick in range(5):
        value = top * tick / 4
        y = up.at(value)
        end = _LEFT + _WIDTH
        yield f"<line class='grid' x1='{_LEFT}' y1='{y:.1f}' x2='{end}' y2='{y:.1f}'/>"
        yield _label(_LEFT - 6, y + 4, f"{value:.2f}", "end")


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'>{escape(text)}</text>"


def _svg(title: str, told: str, parts: Iterable[str], size: tuple[float, float]) -> str:
    width, height = size
    return (
        f"<svg role='img' aria-label='{escape(title, quote=True)}: {escape(told, quote=True)}' "
        f"viewBox='0 0 {width:.0f} {height:.0f}' width='{width:.0f}' height='{height:.0f}'>"
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _table(rows: Sequence[Change]) -> str:
    head = "<tr><th>figure</th><th class='n'>now</th><th class='n'>proposed</th>"
    head += "<th class='n'>difference</th></tr>"
    body = "".join(
        f"<tr><td>{escape(c.words)}</td><td class='n'>{number(c, c.before)}</td>"
        f"<td class='n'>{number(c, c.after)}</td><td class='n'>{difference_of(c)}</td></tr>"
        for c in rows
    )
    return f"<table>{head}{body}</table>"


def number(change: Change, measured: Measured) -> str:
    """A figure: a rate with two digits, a share in percent."""
    if measured.value is None:
        return "-"
    return f"{measured.value:.2f}" if _is_rate(change) else f"{measured.value:.1%}"


def told_of_diff(proposal: Proposal) -> str:
    """What stands before the diff: it is a proposal only where there is a gain."""
    if proposal.is_gain:
        return "Nothing was changed by itself. This is what is proposed for your rap:"
    return "Nothing was changed. This is what the search came to; it is not worth taking over yet:"


def difference_of(change: Change) -> str:
    """How much a figure grew, with its interval."""
    grown = change.grown
    if grown.value is None:
        return "-"
    scale, form = (1.0, "+.2f") if _is_rate(change) else (100.0, "+.1f")
    value = f"{scale * grown.value:{form}}"
    if grown.low is None or grown.high is None:
        return value
    return f"{value} [{scale * grown.low:{form}}, {scale * grown.high:{form}}]"


def _is_rate(change: Change) -> bool:
    return change.name.endswith("in_10_min")


def _ranks(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Ranks with ties shared."""
    each = np.asarray(values, np.float64)
    _, place, counts = np.unique(each, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: np.ndarray[tuple[int], np.dtype[np.float64]] = (ends - (counts - 1) / 2.0)[place]
    return ranks
