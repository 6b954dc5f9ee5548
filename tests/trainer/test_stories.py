"""Story files: what is read, and what is refused with its line and the remedy."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion import locations
from companion.documents import parse_document
from companion.errors import DocumentError, InputError
from companion.settings import CallSettings
from companion.trainer.stories import (
    PUBLISHED,
    check_stories,
    given_stories,
    load_stories,
    story_schema,
)
from companion.trainer.story_checks import try_stories, with_lines
from companion.trainer.story_expected import AtEnd, Expected
from companion.trainer.story_problems import holds_words
from companion.understanding.rap import Rap, find_rap
from tests.trainer.story_files import stories

SAY = '- say: "What is hard there?"\n  expect: {questions: open}\n'
SHIPPED = locations.shipped("configs", "stories", "one-on-one.en.yaml")


def test_stories_are_read_with_their_lines() -> None:
    found = stories(SAY + '- wait_s: 5\n- tap: step\n  value: "3"', story="date: 2026-05-01")
    (story,) = found.stories
    assert found.lines == (4,)
    assert [(n.say, n.wait_s, n.tap, n.value) for n in story.lines] == [
        ("What is hard there?", None, None, None),
        (None, 5.0, None, None),
        (None, None, "step", "3"),
    ]
    assert story.date.isoformat() == "2026-05-01"
    assert not story.guards


def test_stories_one_value_may_stand_where_a_list_may() -> None:
    text = '- say: "Hi."\n  expect: {cues: agenda, questions: none, card: [care, ask]}'
    (story,) = stories(text).stories
    expect = story.lines[0].expect
    assert expect.cues == ("agenda",)
    assert expect.questions == ()
    assert expect.card == ("care", "ask")


@pytest.mark.parametrize(
    ("lines", "story", "at_end", "complaint"),
    [
        ('- sey: "Hi."', "", "", "line 6, stories.0.lines.0.sey: unknown key; did you mean 'say'?"),
        ('- say: "Hi."\n  tap: fear', "", "", "line 6, stories.0.lines.0: must be one thing"),
        ("- expect: {step: 1}", "", "", "must be one thing: 'say', 'tap' or 'wait_s'"),
        ("- wait_s: ten", "", "", "line 6, stories.0.lines.0.wait_s: must be a number"),
        ("- tap: fright", "", "", "stories.0.lines.0.tap: must be 'fear'"),
        ("- tap: step", "", "", "'value' goes with these taps, and they need it: step"),
        ("- tap: fear\n  value: 1", "", "", "'value' goes with these taps"),
        ("- tap: next_step\n  who: them", "", "", "needs 'who', 'what' and 'when'"),
        ("- tap: fear\n  who: them", "", "", "go with 'tap: next_step'"),
        ("- wait_s: 4\n  lasts_s: 4", "", "", "'after_s' and 'lasts_s' go with 'say'"),
        (
            SAY + "- tap: step\n  value: 7",
            "",
            "",
            "its line 2, value: must be the number of a step",
        ),
        (SAY + "- tap: commitment\n  value: sure", "", "", "must be yes, no, maybe or not_asked"),
        (
            '- say: "Hi."\n  expect: {step: 6}',
            "",
            "",
            "expect.step: must be less than or equal to 5",
        ),
        ('- say: "Hi."\n  expect: {questions: opn}', "", "", "expect.questions.0: must be 'open'"),
        ('- say: "Hi."\n  expect: {silence: false}', "", "", "must be true; leave the line out"),
        ('- say: "Hi."', "", "", "nothing is expected in it; add 'expect' to a line, or 'at_end'"),
        ("- wait_s: 4\n  expect: {questions: open}", "", "", "belongs under a line that is said"),
        ("- tap: end\n" + SAY, "", "", "its line 2: comes after the end of the call"),
        (SAY, "", "{next_step: {when: tomorrow}}", "must be a day or a day and time"),
        (SAY, "", "{forgotten: Odile}", "at_end.forgotten: is never said or typed in this story"),
        (SAY, "safety: distress", "", "needs a line 'tap: fear'"),
        (SAY, "safety: off_record", "", "needs 'forgotten' under 'at_end'"),
        (SAY, "safety: redaction", "", "needs 'not_saved' under 'at_end'"),
        (SAY, "safety: consent", "", "needs 'consent: help', 'consent: none' or a line"),
        (SAY, "safety: consent\nconsent: help", "", "needs 'can_save: false' under 'at_end'"),
        (SAY, "safety: consent\nconsent: none", "", "needs 'heard: 0' under 'at_end'"),
        (SAY, "safety: care", "", "stories.0.safety: must be 'off_record', 'distress', 'consent'"),
        (
            "- tap: fear\n  expect: {card: care}",
            "safety: distress\nmust_pass: false",
            "",
            "a safety story always has to pass; take this line out",
        ),
    ],
)
def test_stories_refuse_with_the_line_and_the_remedy(
    lines: str, story: str, at_end: str, complaint: str
) -> None:
    with pytest.raises(InputError) as raised:
        stories(lines, story=story, at_end=at_end)
    assert str(raised.value).startswith("s.yaml has ")
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "at_end", "complaint"),
    [
        ('- say: "Hi."\n  expect: {cues: agende}', "", "no cue 'agende'; did you mean 'agenda'?"),
        ('- say: "Hi."\n  expect: {not_goals: space.tim}', "", "did you mean 'space.time'?"),
        ('- say: "Hi."\n  expect: {card: space.tim}', "", "the rap has no card 'space.tim'"),
        ("- tap: issue\n  value: wage\n  expect: {step: 1}", "", "no issue 'wage'; did you mean"),
        (SAY, "{issues: [wages, hour]}", "the rap has no issue 'hour'"),
        (SAY, "{decision_maker: ownr}", "the rap has no role 'ownr'; did you mean 'owner'?"),
        (SAY, "{follow_up: cal}", "the rap has no follow-up 'cal'; did you mean 'call'?"),
    ],
)
def test_stories_refuse_names_that_the_rap_does_not_have(
    lines: str, at_end: str, complaint: str
) -> None:
    with pytest.raises(InputError) as raised:
        stories(lines, find_rap("one-on-one.en"), at_end=at_end)
    assert complaint in str(raised.value)
    assert "line " in str(raised.value)


@pytest.mark.parametrize("card", ["care", "space.time", "space.time/0", "no", "bridge.connect"])
def test_stories_cards_are_named_by_kind_id_or_words(card: str) -> None:
    rap = find_rap("one-on-one.en")
    stories(f'- say: "Hi."\n  expect: {{card: "{card}"}}', rap)
    words = rap.steps[0].goals[0].prompts[0].text[:20]
    stories(f'- say: "Hi."\n  expect: {{card: "{words}"}}', rap)


def test_stories_tell_every_problem_at_once_in_the_order_of_lines() -> None:
    with pytest.raises(InputError, match=r"s\.yaml has 2 problems") as raised:
        stories('- say: "Hi."\n  expct: {}\n- wait_s: x')
    lines = [int(line.split()[1].rstrip(",")) for line in str(raised.value).splitlines()[1:]]
    assert lines == sorted(lines)


def test_stories_refuse_two_of_one_name() -> None:
    text = b"schema: 1\nrap: test\nstories:\n"
    text += 2 * b"  - name: Twice\n    lines: [{wait_s: 1, expect: {silence: true}}]\n"
    with pytest.raises(InputError, match=r"line 6, story 2 \(Twice\), name: another story has"):
        check_stories(parse_document(text, "s.yaml"))


def test_stories_of_a_newer_form_say_so_and_nothing_else() -> None:
    with pytest.raises(InputError, match=r"s\.yaml, line 1: is written in form 2, and this pro"):
        check_stories(parse_document(b"schema: 2\nraps: []\n", "s.yaml"))


def test_stories_refuse_what_is_no_plain_document(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("schema: 1\nrap: &a x\nstories: *a\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="anchors and aliases"):
        load_stories(file)


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("It was Rosa's mother.", "rosa", True),
        ("Rosalind came.", "Rosa", False),
        ("call  555\n0142 now", "555 0142", True),
        ("a+b", "a+b", True),
        ("anything", " ", False),
    ],
)
def test_stories_words_are_looked_for_as_whole_words(text: str, words: str, held: bool) -> None:
    assert holds_words(text, words) is held


def test_stories_published_schema_is_the_one_of_the_models() -> None:
    published = locations.shipped(*PUBLISHED.parts).read_text(encoding="utf-8")
    assert published == story_schema(), "renew it: scripts/make_schema"


def test_stories_schema_explains_every_key_and_knows_no_others() -> None:
    schema: dict[str, Any] = json.loads(story_schema())
    parts = {"StoryFile": schema, **schema["$defs"]}
    for name, part in parts.items():
        if part.get("type") == "object":
            assert part["additionalProperties"] is False, name
            for key, value in part["properties"].items():
                assert value.get("description") or value.get("$ref"), f"{name}.{key}"
    assert '"null"' not in story_schema()


def test_stories_schema_takes_what_the_loader_takes() -> None:
    parts = json.loads(story_schema())["$defs"]
    text = {"type": "string"}
    assert parts["Expected"]["properties"]["cues"]["anyOf"] == [
        text,
        {"type": "array", "items": text},
        {"const": "none"},
    ]
    assert parts["Expected"]["properties"]["nudge"]["type"] == ["boolean", "string"]
    assert parts["Line"]["properties"]["value"]["type"] == ["string", "integer"]


def test_stories_that_ship_fit_the_shipped_rap_and_name_the_schema() -> None:
    first = SHIPPED.read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("$schema=../schemas/stories.schema.json")
    found = load_stories(SHIPPED, find_rap("one-on-one.en"))
    assert len(found.stories) >= 40
    assert {s.safety for s in found.stories} == {
        None,
        "off_record",
        "distress",
        "consent",
        "redaction",
    }


def test_stories_in_the_documentation_are_read_and_pass() -> None:
    text = (Path(__file__).parents[2] / "docs" / "trainers.md").read_text(encoding="utf-8")
    (block,) = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.S) if "stories:" in b]
    rap = find_rap("one-on-one.en")
    found = check_stories(parse_document(block.encode(), "docs"), rap)
    outcomes = try_stories(with_lines(found), rap, CallSettings())
    assert [outcome.misses for outcome in outcomes] == [()]
    for key in (*Expected.model_fields, *AtEnd.model_fields):
        assert f"`{key}`" in text, key


def test_stories_are_named_by_file_or_by_name(tmp_path: Path) -> None:
    assert given_stories("one-on-one.en") == SHIPPED
    assert given_stories("mine.yaml") == Path("mine.yaml")
    with pytest.raises(InputError, match=r"no stories 'mine'; name a file, or one of .*one-on-one"):
        given_stories("mine")


KEYS = st.sampled_from(
    ["schema", "rap", "stories", "name", "lines", "say", "tap", "wait_s", "expect", "at_end"]
) | st.text(max_size=4)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["1", "fear", "open", "none", "", "9e999", "-1"]) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_stories_any_document_is_read_or_refused_in_words(data: Any) -> None:
    whole = {"schema": "1", "rap": "test", "stories": data}
    for refusal in (_refusal(data), _refusal(whole)):
        assert refusal == "" or refusal.startswith("s.yaml")


def _refusal(data: Any) -> str:
    """What is said of a document; empty where it is read."""
    try:
        check_stories(parse_document(json.dumps(data).encode(), "s.yaml"), find_rap_once())
    except (InputError, DocumentError) as error:
        return str(error)
    return ""


@lru_cache(maxsize=1)
def find_rap_once() -> Rap:
    """Reading the rap takes longer than reading a story."""
    return find_rap("one-on-one.en")
