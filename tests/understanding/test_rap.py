"""The shipped rap is good, and a bad one is refused with line, reason and remedy, all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from companion import locations
from companion.documents import parse_document
from companion.domain.dialogue import Step
from companion.domain.prompt import MAX_WORDS
from companion.errors import CompanionError, RapError
from companion.understanding.cards import claims_about_them
from companion.understanding.rap import Rap, check_rap, find_rap, load_rap
from companion.understanding.vocabulary import CUES, ISSUES, ROLES

SHIPPED = locations.shipped("configs", "raps", "one-on-one.en.yaml")
TEXT = SHIPPED.read_text(encoding="utf-8")


def problems(text: str) -> list[str]:
    """The lines of the error for a rap with this text."""
    with pytest.raises(RapError) as caught:
        check_rap(parse_document(text.encode(), "my.yaml"))
    return str(caught.value).splitlines()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture(scope="module")
def rap() -> Rap:
    return load_rap(SHIPPED)


def test_rap_shipped_has_five_steps_with_goals_and_cards(rap: Rap) -> None:
    assert [part.number for part in rap.steps] == list(Step)
    for part in rap.steps:
        assert 4 <= len(part.goals) <= 7
        for goal in part.goals:
            assert 2 <= len(goal.prompts) <= 4
            assert all(card.purpose for card in goal.prompts)
    assert {c.name for c in rap.cues} == set(CUES)
    assert {c.id for c in rap.issues} == set(ISSUES)
    assert {c.id for c in rap.roles} == set(ROLES)
    assert len(rap.realizations) == 3


def test_rap_shipped_cards_are_short_and_honest(rap: Rap) -> None:
    cards = [c for part in rap.steps for g in part.goals for c in g.prompts]
    cards += [c for part in rap.steps for c in part.bridges]
    cards += [*rap.cards.story, *rap.cards.monologue, *rap.cards.care, *rap.cards.close]
    assert len({c.text for c in cards}) == len(cards)
    for card in cards:
        assert len(card.text.split()) <= MAX_WORDS
        assert not claims_about_them(card.text)


def test_rap_shipped_teaches_every_step_and_cue(rap: Rap) -> None:
    for part in rap.steps:
        assert len(part.examples) >= 40
    for cue in rap.cues:
        assert 6 <= len(cue.examples) <= 12


def test_rap_shipped_examples_are_not_taken_from_the_training_calls(rap: Rap) -> None:
    taught = [part.examples for part in rap.steps] + [cue.examples for cue in rap.cues]
    examples = {example for group in taught for example in group}
    calls = [
        re.sub(r"\[[conr] |\]|\{[A-Z]+:|\}", "", path.read_text(encoding="utf-8"))
        for path in sorted(locations.shipped("configs", "corpus").rglob("*.call"))
    ]
    assert calls
    said = {
        line.split("|")[1].strip() for text in calls for line in text.splitlines() if "|" in line
    }
    assert examples.isdisjoint(said)


@pytest.mark.parametrize(
    "purpose",
    [
        "80/20: silence makes room",
        "gentle pace around triggers",
        "permission to be angry",
        "harassment and discrimination, gently",
        "name divide and conquer",
        "name coercion",
        "name victim-blaming and gaslighting",
        "their own hope",
        "everyone has a superpower",
        "no surprise later",
        "the way out: know your rights",
        "self-care belongs to the work",
        "an assignment that fits",
    ],
)
def test_rap_shipped_has_a_card_for_each_part_of_the_training(rap: Rap, purpose: str) -> None:
    cards = [c for part in rap.steps for g in part.goals for c in g.prompts]
    assert purpose in {c.purpose for c in cards}


def test_rap_outline_holds_what_views_need(rap: Rap) -> None:
    outline = rap.outline()
    assert [s.step for s in outline.steps] == list(Step)
    assert outline.preparation
    assert outline.consent_script
    assert outline.afterwards
    assert outline.coping
    assert outline.story_limit_s == rap.timing.story_limit_s
    assert {c.id for c in outline.issues} == set(ISSUES)


def test_rap_the_users_own_goes_before_the_shipped_one() -> None:
    own = locations.user_config() / "raps" / "one-on-one.en.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(re.sub(r"^version: .*$", 'version: "9.9.9"', TEXT, flags=re.M), encoding="utf-8")
    assert find_rap("one-on-one.en").version == "9.9.9"


LONG_CARD = "Say one two three four five six seven eight nine ten eleven twelve"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("language: en", "language: en\nlanguag: en", "unknown key; did you mean 'language'?"),
        ("    done_after: 3\n", "    done_afte: 3\n", "did you mean 'done_after'?"),
        ("schema: 1", "schema: 2", "schema"),
        ("  - step: connect", "  - step: conect", "did you mean 'connect'?"),
        ("id: space.time", "id: space.consent", "the goal 'space.consent' stands twice"),
        ("Leave room for a no. You can talk without it.", LONG_CARD, "at most 12"),
        ("Leave room for a no. You can talk without it.", "They agree with you now.", "claims"),
        ("Leave room for a no. You can talk without it.", "She feels angry.", "claims"),
        ("cues: [own_story]", "cues: [my_story]", "did you mean 'own_story'?"),
        ("        cues: [agenda]\n", "", "can never be met"),
        ("  - id: staffing\n", "  - id: stafing\n", "did you mean 'staffing'?"),
        ("  - id: mayor\n", "  - id: boss of it all\n", "there is no role"),
        ("closed_run: 3", "closed_run: many", "whole number"),
        ('"it is okay to cry"', '"it is (okay to cry"', "close it"),
        ('"it is okay to cry"', '"here is what we are"', "also stands under step 2"),
        ('open: "What do you like about {it}?"', 'open: "What about {that}?"', "{that}"),
        ("forward: 0.14", "forward: 0.5", "lower one of them"),
        ("done_after: 6", "done_after: 60", "asks for 60 goals"),
        (
            "You have every right to be furious about that.",
            "Is that a rooster I hear?",
            "make_space",
        ),
        ("You've got a lovely laugh, by the way.", "Is that a rooster I hear?", "is also example"),
        (
            "And nobody from the office ever called you back.",
            "So you skip your own dinner so the residents get theirs.",
            "hardly differs from example 38 of 'what_moves_you'",
        ),
        ('"so they won"]', '"sounds like"]', "rules it out"),
        ("  - id: be in touch\n", "  - id: in touch\n", "lacks 'be in touch'"),
        ('  - id: "no"\n', '  - id: "nope"\n', "must be 'yes', 'no' or 'maybe'"),
    ],
)
def test_rap_problem_names_line_reason_and_remedy(old: str, new: str, reason: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    lines = problems(text)
    assert "my.yaml" in lines[0]
    assert "mend it" in lines[0]
    assert any(reason in line and line.strip().startswith("line ") for line in lines[1:]), lines


def test_rap_problem_points_to_its_line() -> None:
    text = TEXT.replace("Leave room for a no. You can talk without it.", "They agree.", 1)
    (line,) = problems(text)[1:]
    assert line.strip().startswith(f"line {line_of(text, 'They agree.')}, ")


def test_rap_all_problems_are_told_at_once() -> None:
    text = TEXT.replace("schema: 1", "schema: 1\ncolour: blue", 1)
    text = text.replace("id: space.time", "id: space.consent", 1)
    text = text.replace("Leave room for a no. You can talk without it.", LONG_CARD, 1)
    text = text.replace("cues: [own_story]", "cues: [my_story]", 1)
    assert len(problems(text)) == 1 + 4


def test_rap_missing_step_and_goal_without_cards_are_refused() -> None:
    start, end = TEXT.index("  - step: plan\n"), TEXT.index("  - step: ask\n")
    assert any("lacks plan; add it" in line for line in problems(TEXT[:start] + TEXT[end:]))
    start = TEXT.index("        prompts:\n")
    end = TEXT.index("      - id: space.time")
    assert any("no prompts; add" in line for line in problems(TEXT[:start] + TEXT[end:]))


def test_rap_steps_out_of_order_are_refused() -> None:
    text = TEXT.replace("- step: make_space", "- step: plan_", 1).replace(
        "- step: plan\n", "- step: make_space\n", 1
    )
    text = text.replace("- step: plan_", "- step: plan", 1)
    assert any("out of order" in line for line in problems(text))


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words", "steps: 3", "steps: [1, 2]"])
def test_rap_anything_else_is_one_clear_error(text: str) -> None:
    with pytest.raises(RapError, match=r"my\.yaml"):
        check_rap(parse_document(text.encode(), "my.yaml"))


def test_rap_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CompanionError, match="no such file"):
        load_rap(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("They agreed to come.", True),
        ("She feels unsafe.", True),
        ("They are really angry now.", True),
        ("He wants this too.", True),
        ("Good: they trust you.", True),
        ("Ask what they feel.", False),
        ("Ask how she feels about it.", False),
        ("If they agree, say the day.", False),
        ("Say they may skip any question.", False),
        ("They are on the line.", False),
        ("Let them finish.", False),
    ],
)
def test_rap_card_claims_about_the_other_person(text: str, claims: bool) -> None:
    assert claims_about_them(text) is claims
