"""Every problem at once with line, place, reason and remedy; then advice on what works already."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from companion.errors import DocumentError
from companion.understanding.rap_review import Level, RapReview, review_rap
from tests.fakes.own_raps import SHIPPED, TEXT, changed, own_rap, with_examples


def reviewed(text: str) -> RapReview:
    return review_rap(own_rap(text=text))


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def found(review: RapReview, level: Level) -> list[tuple[str, str, str]]:
    return [(f.place, f.reason, f.remedy) for f in review.of(level)]


def test_rap_review_of_the_shipped_rap_finds_no_problem() -> None:
    review = review_rap(SHIPPED)
    assert review.of(Level.PROBLEM) == ()
    assert (review.name, review.version) == ("1-on-1 in five steps", "1.1.0")


def test_rap_review_tells_problems_of_all_kinds_at_once_by_their_names() -> None:
    text = changed(
        {
            'version: "1.1.0"': "version: one",
            "    pace_s: 180": "    pase_s: 180",
            "        cues: [agenda]": "        cues: [agendo]",
            "Ask whether now is a good time, and how long.": "They agree with you, so go on.",
            "  - step: plan": "  - step: plans",
        }
    )
    told = found(reviewed(text), Level.PROBLEM)
    assert ("version", "is not of the form that is needed here", "write three numbers, such as "
            "1.0.0") in told  # fmt: skip
    assert ("steps > make_space > pace_s", "is missing", "add it") in told
    assert ("steps > make_space > pase_s", "unknown key", "did you mean 'pace_s'?") in told
    place = "steps > make_space > goals > space.purpose > cues > 1"
    assert (place, "there is no cue 'agendo'", "did you mean 'agenda'?") in told
    place = "steps > plans > step"
    assert (place, "there is no step 'plans'", "did you mean 'plan'?") in told
    assert any("claims what the other person feels" in reason for _, reason, _ in told)
    assert all(remedy for _, _, remedy in told)
    lines = [f.line for f in reviewed(text).findings]
    assert lines == sorted(lines)
    assert line_of(text, "    pase_s") in lines


CARD = """          - text: "Offer another time if there's a rush. There's no hurry."
            purpose: "no pressure from the start"
"""
ADVICE = [
    ({CARD: ""}, "steps > make_space > goals > space.time", "has one card only", "add a second"),
    (
        {'      - "take your time"\n': '      - "take your time"\n      - "take your time now"\n'},
        "steps > make_space > phrases > 18",
        "adds nothing, since 'take your time' is found wherever it is",
        "remove the longer one",
    ),
    (
        {"  story_limit_s: 90": "  story_limit_s: 5"},
        "timing > story_limit_s",
        "is 5 seconds, which cuts every story short",
        "20 to 300 is usual",
    ),
    (
        {"  monologue_limit_s: 60": "  monologue_limit_s: 900"},
        "timing > monologue_limit_s",
        "is 900 seconds, which hardly ever comes up",
        "15 to 300 is usual",
    ),
    (
        {"    pace_s: 180": "    pace_s: 4"},
        "steps > make_space > pace_s",
        "is 4 seconds, so its bridge comes up at once",
        "a step takes minutes",
    ),
    (
        {"    pace_s: 180": "    pace_s: 7000"},
        "steps",
        "take 136 minutes together by their pace_s",
        "5 to 90 is usual",
    ),
    (
        {"  sure: 0.95": "  sure: 0.3"},
        "tracking > sure",
        "is 0.3, so the companion would be often wrong",
        "0.7 to 0.97 is usual",
    ),
    (
        {"Leave room for a no. You can talk without it.": "Say back in your words what you just "
         "heard."},
        "steps > make_space > goals > space.listen > prompts > 1",
        "has the words of another card",
        "say it in another way",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "place", "reason", "remedy"), ADVICE, ids=lambda v: v if isinstance(v, str) else ""
)
def test_rap_review_gives_advice(
    changes: dict[str, str], place: str, reason: str, remedy: str
) -> None:
    before = {a[:2] for a in found(reviewed(TEXT), Level.ADVICE)}
    review = reviewed(changed(changes))
    assert review.of(Level.PROBLEM) == ()
    new = [a for a in found(review, Level.ADVICE) if a[:2] not in before]
    assert (place, reason) in [a[:2] for a in new]
    assert any(remedy in a[2] for a in new)


def test_rap_review_advises_against_cards_that_are_never_shown() -> None:
    last = TEXT.rindex("  - step: ask\n")
    at = TEXT.index("    examples:\n", last)
    text = (
        TEXT[:at]
        + '    bridges:\n      - text: "Go on."\n        purpose: "going on"\n'
        + TEXT[at:]
    )
    rewrite = '  - closed: "do you agree"\n    open: "Where do you stand?"\n'
    told = found(reviewed(text + rewrite), Level.ADVICE)
    assert ("steps > ask > bridges", "are never shown, since no step follows") in [
        a[:2] for a in told
    ]
    assert any("is never shown, since rewrite" in a[1] for a in told)


def test_rap_review_advises_more_examples() -> None:
    at = TEXT.index("    examples:\n") + len("    examples:\n")
    end = TEXT.index("\n\n", at)
    few = "\n".join(TEXT[at:end].split("\n")[:3])
    told = found(reviewed(TEXT[:at] + few + TEXT[end:]), Level.ADVICE)
    assert any(a[0] == "steps > make_space > examples" and "has 3 examples" in a[1] for a in told)


def test_rap_review_tells_steps_apart_by_name_and_by_what_is_said() -> None:
    same_name = reviewed(changed({'name: "A plan to rise up"': 'name: "make Space"'}))
    assert ("steps > plan > name", "is the name of step 1 as well") in [
        a[:2] for a in found(same_name, Level.ADVICE)
    ]
    one = "The man at the gate counts every crate twice."
    near = reviewed(
        with_examples({"plan": [one], "ask": ["Every crate the man at the gate counts."]})
    )
    place, reason = "steps > ask > examples > 1", "is nearly example 1 of step 4"
    assert (place, reason) in [a[:2] for a in found(near, Level.ADVICE)]
    things = [
        "lamp",
        "door",
        "key",
        "cart",
        "bell",
        "rope",
        "nail",
        "tile",
        "hook",
        "sack",
        "drum",
        "fan",
        "vent",
        "mop",
        "jar",
        "lid",
    ]
    lines = [f"The {t} man at the {t} gate counts every {t} crate" for t in things]
    many = reviewed(with_examples({"plan": lines, "ask": [f"And {line} here" for line in lines]}))
    assert many.of(Level.PROBLEM) == ()
    told = [a[:2] for a in found(many, Level.ADVICE)]
    reason = "are nearly those of step 4, so that the two cannot be told apart"
    assert ("steps > ask > examples", reason) in told


def test_rap_review_of_an_empty_file_tells_how_to_begin() -> None:
    (finding,) = reviewed("").findings
    assert (finding.line, finding.place, finding.reason) == (1, "", "the file is empty")


@pytest.mark.parametrize("content", [b"name: [", "schema: é".encode("utf-16"), b"a: &x 1"])
def test_rap_review_of_what_is_no_yaml_says_so(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=re.escape(str(path))):
        review_rap(path)
