"""Tests and their like for programs: JSON with stable names, and JUnit XML for build servers.

Neither quotes a call: stories are their writer's own words, and calls are named by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from xml.etree import ElementTree

from companion.trainer.bootstrap import Measured
from companion.trainer.certainty import reliability, risk_and_coverage
from companion.trainer.evaluate import Evaluation
from companion.trainer.rap_test import RapTest
from companion.trainer.story_checks import StoryOutcome
from companion.understanding.rap import Rap

Data: TypeAlias = dict[str, Any]


def data_of_test(test: RapTest) -> Data:
    """Everything of a test but the lines of calls."""
    found: Data = {
        "form": 1,
        "rap": rap_data(test.rap),
        "stories_file": test.stories_file,
        "stories": [story_data(outcome) for outcome in test.stories],
    }
    if test.written is None or test.bare is None:
        return found
    found |= {
        "calls": list(test.written.calls),
        "utterances": test.written.utterances,
        "written": evaluation_data(test.written),
        "bare": evaluation_data(test.bare),
        "advice": [{"what": item.what, "do": item.do} for item in test.advice],
    }
    return found


def rap_data(rap: Rap) -> Data:
    """Which rap it was."""
    return {"name": rap.name, "version": rap.version, "sha256": rap.sha256}


def evaluation_data(found: Evaluation) -> Data:
    """Figures, and what is drawn of them."""
    return {
        "figures": {name: figure_data(figure) for name, figure in found.figures.items()},
        "confusion": [list(row) for row in found.confusion],
        "reliability": [
            {
                "low": b.low,
                "high": b.high,
                "count": b.count,
                "mean_probability": b.mean_probability,
                "right_share": b.right_share,
            }
            for b in reliability(found.played)
        ],
        "risk_and_coverage": [
            {"from": p.from_probability, "coverage": p.coverage, "risk": p.risk}
            for p in risk_and_coverage(found.played)
        ],
    }


def figure_data(figure: Measured) -> Data:
    """One figure."""
    return {
        "value": figure.value,
        "count": figure.count,
        "low": figure.low,
        "high": figure.high,
    }


def story_data(outcome: StoryOutcome) -> Data:
    """One story."""
    story = outcome.story
    return {
        "name": story.name,
        "line": outcome.file_line,
        "must_pass": story.must_pass,
        "safety": story.safety,
        "passed": outcome.passed,
        "misses": [{"line": m.line, "what": m.what, "text": m.text} for m in outcome.misses],
    }


def junit(suites: Mapping[str, Sequence[StoryOutcome]]) -> str:
    """Stories as JUnit XML: those that are wishes and do not pass are skipped, not failed."""
    root = ElementTree.Element("testsuites")
    for name, outcomes in suites.items():
        failed = [o for o in outcomes if not o.passed and o.story.guards]
        skipped = [o for o in outcomes if not o.passed and not o.story.guards]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_xml(name),
            tests=str(len(outcomes)),
            failures=str(len(failed)),
            errors="0",
            skipped=str(len(skipped)),
        )
        for outcome in outcomes:
            kind = outcome.story.safety or ("must_pass" if outcome.story.must_pass else "wish")
            case = ElementTree.SubElement(
                suite, "testcase", name=_xml(outcome.story.name), classname=f"stories.{kind}"
            )
            if not outcome.passed:
                tag = "failure" if outcome.story.guards else "skipped"
                text = "\n".join(map(str, outcome.misses))
                ElementTree.SubElement(case, tag, message=_xml(str(outcome.misses[0]))).text = _xml(
                    text
                )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() and c < "\ufffe"))
