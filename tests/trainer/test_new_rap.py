"""A rap of one's own: a whole copy with comments and first words, never over another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.errors import CompanionError, RapError
from companion.trainer.new_rap import SCHEMA_FILE, make_rap, with_schema_line, with_value
from companion.understanding import rap_library
from companion.understanding.adapt import marks_of
from companion.understanding.rap import find_rap
from companion.understanding.rap_schema import rap_schema
from tests.fakes.own_raps import TEXT, own_rap


def test_new_rap_is_a_copy_with_its_comments_and_first_words() -> None:
    made = make_rap("our-rap")
    text = made.path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=./rap.schema.json"
    assert "what to change first" in lines[1]
    assert "companion rap validate our-rap" in text
    for comment in (line for line in TEXT.splitlines()[1:] if line.startswith("#")):
        assert comment in lines
    assert made.origin == "one-on-one.en"
    assert not made.needs_translating


def test_new_rap_can_be_used_at_once_and_says_the_same() -> None:
    make_rap("our-rap")
    copy, shipped = find_rap("our-rap"), find_rap("one-on-one.en")
    assert (copy.name, copy.version) == ("Our rap", "0.1.0")
    assert copy.model_dump(exclude={"name", "version"}) == shipped.model_dump(
        exclude={"name", "version"}
    )
    assert marks_of(copy) == marks_of(shipped)


def test_new_rap_has_the_schema_for_editors_beside_it() -> None:
    made = make_rap("our-rap")
    text = (made.path.parent / SCHEMA_FILE).read_text(encoding="utf-8")
    assert text == rap_schema()
    json.loads(text)


def test_new_rap_of_another_own_one_has_one_block_of_first_words() -> None:
    make_rap("our-rap")
    made = make_rap("night-shift", origin="our-rap")
    text = made.path.read_text(encoding="utf-8")
    assert text.count("what to change first ---") == 2  # where it begins and where it ends
    assert "This is night-shift, a copy of our-rap 0.1.0." in text
    assert find_rap("night-shift").name == "Night shift"


def test_new_rap_of_a_file_with_other_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    make_rap("our-rap", origin=str(path))
    assert find_rap("our-rap").name == "Our rap"


def test_new_rap_of_a_language_comes_from_the_rap_of_that_language() -> None:
    assert make_rap("nuestro", language="es").origin == "one-on-one.es"
    assert find_rap("nuestro").language == "es"


@pytest.mark.parametrize("name", ["our-rap", "one-on-one.en"])
def test_new_rap_never_takes_the_place_of_another(name: str) -> None:
    path = own_rap("our-rap", "mine\n")
    with pytest.raises(RapError, match="choose another name"):
        make_rap(name)
    assert path.read_text(encoding="utf-8") == "mine\n"
    assert [p.name for p in path.parent.iterdir()] == ["our-rap.yaml"]


@pytest.mark.parametrize(
    ("name", "origin", "language", "told"),
    [
        ("Our rap", None, None, "small letters"),
        ("../x", None, None, "small letters"),
        ("ours", "nonsense", None, "there is no rap 'nonsense'"),
        ("ours", "missing.yaml", None, "no such file"),
        ("ours", None, "xyz", "nothing is known of the language 'xyz'"),
        ("ours", None, "Spanish", "write two or three letters"),
    ],
)
def test_new_rap_says_what_is_wrong_and_writes_nothing(
    name: str, origin: str | None, language: str | None, told: str
) -> None:
    with pytest.raises(CompanionError, match=told):
        make_rap(name, origin, language)
    assert rap_library.own_raps() == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('version: "1.0.0"\n', 'version: "2.0.0"\n'),
        ("version: 1.0.0  # raise it\n", 'version: "2.0.0"  # raise it\n'),
        ("a: 1\nversion: '1.0.0'\nb: 2\n", 'a: 1\nversion: "2.0.0"\nb: 2\n'),
        ("version:\n", 'version: "2.0.0"\n'),
        ("# version: x\nversion: 1.0.0", '# version: x\nversion: "2.0.0"'),
    ],
)
def test_new_rap_replaces_a_value_and_leaves_the_rest(text: str, expected: str) -> None:
    assert with_value(text, "version", '"2.0.0"') == expected


@pytest.mark.parametrize("text", ["", "  version: 1\n", "versions: 1\n", "{version: 1}\n"])
def test_new_rap_does_not_guess_where_a_value_stands(text: str) -> None:
    with pytest.raises(RapError, match="on a line of its own"):
        with_value(text, "version", '"2.0.0"')


def test_new_rap_drops_lines_that_would_send_an_editor_elsewhere() -> None:
    text = "# YAML-Language-Server: $schema=http://evil.example/x\n# kept\nschema: 1\n"
    assert with_schema_line(text) == (
        "# yaml-language-server: $schema=./rap.schema.json\n# kept\nschema: 1\n"
    )
