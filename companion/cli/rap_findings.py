"""How the review of a rap is printed: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from companion.cli.terminal_text import output_width, visible, wrapped
from companion.understanding.rap_review import Finding, Level, RapReview

_TITLES = {
    Level.PROBLEM: ("one problem", "{} problems", "to be mended before the rap can be used"),
    Level.ADVICE: ("one piece of advice", "{} pieces of advice", "the rap can be used as it is"),
}


def as_object(review: RapReview) -> str:
    """One JSON object; names are stable, see docs/trainers.md."""
    return json.dumps(
        {
            "rap": str(review.path),
            "name": review.name,
            "version": review.version,
            "sha256": review.sha256,
            "problems": len(review.of(Level.PROBLEM)),
            "advice": len(review.of(Level.ADVICE)),
            "findings": [
                {
                    "level": finding.level.value,
                    "line": finding.line,
                    "place": finding.place,
                    "reason": finding.reason,
                    "remedy": finding.remedy,
                }
                for finding in review.findings
            ],
        }
    )


def as_text(review: RapReview) -> str:
    """Each finding with its line: the place, the reason and the remedy."""
    name = visible(f"{review.path}: {review.name} {review.version}".rstrip())
    if not review.findings:
        return f"{name}, no problems found."
    lines = [name]
    for level in Level:
        findings = review.of(level)
        if findings:
            one, many, meaning = _TITLES[level]
            count = one if len(findings) == 1 else many.format(len(findings))
            lines += ["", f"{count[:1].upper()}{count[1:]}, {meaning}:"]
            lines += [line for finding in findings for line in _shown(finding)]
    if not review.of(Level.PROBLEM):
        lines += ["", "No problems found."]
    return "\n".join(lines)


def _shown(finding: Finding) -> Iterator[str]:
    width = output_width()
    lead = f"  line {finding.line:<5} "
    where = f"{finding.place}: " if finding.place else ""
    yield from wrapped(lead, f"{where}{finding.reason}", width, len(lead))
    yield from wrapped("", f"-> {finding.remedy}", width, len(lead))
