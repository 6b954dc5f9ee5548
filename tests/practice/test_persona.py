"""Personas: those that ship are whole, and a mistake in one is told with its line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion import locations
from companion.errors import CompanionError, InputError
from companion.practice.persona import find_persona, load_persona, persona_files

GOOD = """\
schema: 1
name: Ola, who paints
about: Ola paints walls, and you met her once.
practices: A small example.
language: en
murmurs: ["Mm.", "Yes."]
moments:
  - id: hello
    says: ["Hello?"]
    then:
      - when: {question: open}
        go: story
      - when: {}
        says: ["Who is it?"]
  - id: story
    says: ["It is the fumes."]
    tells: "The fumes."
    then:
      - go: bye
  - id: bye
    says: ["Bye."]
    ends: maybe
"""


@pytest.mark.parametrize("name", persona_files())
def test_persona_those_that_ship_are_whole(name: str) -> None:
    persona = find_persona(name)
    assert len(persona.moments) >= 9
    telling = [m for m in persona.moments if m.tells]
    assert len(telling) >= 4
    assert all(m.hint for m in telling), "the debrief could not say what leads there"
    assert len({m.ends for m in persona.moments if m.ends}) >= 1


def test_persona_the_five_of_the_plan_are_there() -> None:
    assert {"eager", "afraid", "hostile", "too-busy", "grieving"} <= set(persona_files())
    ends = {name: {m.ends for m in find_persona(name).moments} for name in persona_files()}
    assert "yes" not in ends["grieving"], "grief is not talked into a yes"
    assert all("hung_up" in ends[name] for name in ("afraid", "hostile", "too-busy", "grieving"))


def test_persona_of_the_user_comes_first() -> None:
    own = locations.user_config() / "personas"
    own.mkdir(parents=True)
    (own / "eager.yaml").write_text(GOOD, encoding="utf-8")
    assert find_persona("eager").name == "Ola, who paints"
    assert find_persona("eager").moments[1].tells == "The fumes."


@pytest.mark.parametrize(
    ("name", "words"),
    [("egaer", "did you mean 'eager'?"), ("zzz", "companion practice --list")],
)
def test_persona_an_unknown_name_is_told(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        find_persona(name)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("go: story", "go: stroy", "moment hello: there is no moment 'stroy'; did you"),
        ("{question: open}", "{cue: [hard_aks]}", "'hard_aks' is no cue; did you mean 'hard_ask'"),
        ("{question: open}", "{question: opne}", "line 12"),
        ("  - id: bye\n", "  - id: story\n", "'story' stands twice"),
        ("    ends: maybe\n", "", "moment bye: leads nowhere"),
        ("    ends: maybe\n", "    ends: maybe\n    then: [{go: hello}]\n", "nothing comes of"),
        ("      - go: bye\n", "      - go: hello\n", "moment bye: is never reached"),
        ("      - go: bye\n", "      - {}\n", "needs either 'go' or 'says'"),
        ("name: Ola", "nmae: Ola", "did you mean 'name'"),
        ("trust: 3", "trust: 12", "trust"),
        ("{question: open}", "{says: ['tell me *']}", "ends with a star"),
        ("{question: open}", "{}", "comes after a branch that always fits"),
        ("schema: 1", "schema: 2", "schema"),
    ],
)
def test_persona_a_mistake_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = GOOD.replace("murmurs:", "trust: 3\nmurmurs:")
    assert old in text
    path = tmp_path / "ola.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CompanionError) as raised:
        load_persona(path)
    assert words in str(raised.value)
    assert str(path) in str(raised.value)


def test_persona_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ola.yaml"
    path.write_text(GOOD.replace("go: story", "go: a").replace("go: bye", "go: b"), "utf-8")
    with pytest.raises(InputError) as raised:
        load_persona(path)
    assert "'a'" in str(raised.value)
    assert "'b'" in str(raised.value)
    assert "none of them ends the call" in str(raised.value)
