"""YAML read with care: hostile bytes give one clear error, and problems name line and remedy."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from companion.documents import (
    MAX_BYTES,
    MAX_DEPTH,
    Document,
    parse_document,
    read_document,
    validate_document,
)
from companion.errors import DocumentError


@pytest.fixture(params=["C", "Python"], autouse=True)
def _both_readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML has no C reader on every system; both must behave alike."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


class _Flavor(str, Enum):
    MINT = "mint"
    SAGE = "sage"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Cup(_Strict):
    flavor: _Flavor = _Flavor.MINT
    size_ml: int = Field(200, ge=50, le=500)
    sweet: bool = False
    notes: list[str] = []


class _Tray(_Strict):
    owner: str
    cups: list[_Cup] = []
    best: _Cup | None = None
    labels: dict[str, _Cup] = {}


def _parse(text: str) -> Document:
    return parse_document(text.encode(), "tray.yaml")


def _problems(text: str) -> list[str]:
    return [str(p) for p in validate_document(_parse(text), _Tray)[1]]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing but a comment\n", None),
        ("a: no", {"a": "no"}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: 2026-04-14", {"a": "2026-04-14"}),
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: ''", {"a": ""}),
        ("a: 'null'", {"a": "null"}),
        ("- a\n- b: c\n", ["a", {"b": "c"}]),
        ("1: x", {"1": "x"}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("\ufeffa: b", {"a": "b"}),
        ("a: b\r\nc:\r\n  - d\r\n", {"a": "b", "c": ["d"]}),
        ("a: é, 漢字", {"a": "é, 漢字"}),
    ],
)
def test_documents_scalars_stay_text(text: str, data: object) -> None:
    assert _parse(text).data == data


def test_documents_know_the_line_of_every_key_and_item() -> None:
    document = _parse("a: 1\n\nb:\n  - x\n  -\n    c: y\n")
    assert document.line(("a",)) == 1
    assert document.line(("b",)) == 3
    assert document.line(("b", 0)) == 4
    assert document.line(("b", 1, "c")) == 6
    assert document.line(("b", 1, "nowhere", "at", "all")) in (5, 6)
    assert document.line(("nowhere",)) == 1


def test_documents_repr_shows_no_content() -> None:
    assert "secret" not in repr(_parse("a: secret"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "'a' stands twice"),
        ("x:\n  b: 1\n  b: 1\n", 3, "'b' stands twice"),
        ("a: &x 1\n", 1, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: &a [*a]\n", 1, "anchors and aliases"),
        ("a: !!python/object:os.system x\n", 1, "tags"),
        ("a: 1\nb: !!str x\n", 2, "tags"),
        ("a: !mine [1]\n", 1, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("? [a, b]\n: c\n", 1, "one word or phrase"),
        ("a: [1, 2\n", 2, "check indentation"),
        ("a: 1\n\tb: 2\n", 2, "check indentation"),
        ("a: 'open\n", 2, "check indentation"),
        ("a: b: c\n", 1, "check indentation"),
    ],
)
def test_documents_refuse_and_name_the_line(text: str, line: int, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as caught:
        _parse(text)
    message = str(caught.value)
    assert message.startswith("tray.yaml")
    assert f"line {line}" in message


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"a: \xff\xfe", "not UTF-8"),
        ("a: b".encode("utf-16"), "not UTF-8"),
        (b"a: \x00", "characters"),
        (b"a: \x07", "characters"),
        (b'a: "\\UFFFFFFFF"', "tray.yaml"),
        (b"[" * 100_000, "nested"),
        (b"- " * 50_000, "nested"),
        (b"{a: " * 1_000, "nested"),
        (b"a:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 60)), "nested"),
        (b"#" * (MAX_BYTES + 1), "larger than 4 MB"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_documents_refuse_hostile_bytes(raw: bytes, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        parse_document(raw, "tray.yaml")


def test_documents_allow_nesting_up_to_the_limit() -> None:
    assert _parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).data is not None


_yaml_like = st.text(
    st.sampled_from("ab:-?[]{}#&*!|>'\"%@`,~ \n\t\r\\x0\ufeff\u2028é=<"), max_size=60
)


@given(st.one_of(st.binary(max_size=200), _yaml_like.map(str.encode)))
def test_documents_any_bytes_give_a_document_or_a_document_error(raw: bytes) -> None:
    try:
        document = parse_document(raw, "x.yaml")
    except DocumentError as error:
        message = str(error)
    else:
        message = ""
        validate_document(document, _Tray)
    assert "\n" not in message


def test_documents_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tray.yaml"
    path.write_bytes(b"owner: Ann\n")
    assert read_document(path).data == {"owner": "Ann"}


def test_documents_a_missing_file_or_a_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        read_document(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match=r"cannot be read|no such file"):
        read_document(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="only on systems with /dev/zero")
def test_documents_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(DocumentError, match="larger than"):
        read_document(Path(os.devnull).with_name("zero"))


def test_documents_a_valid_document_becomes_the_model() -> None:
    tray, problems = validate_document(
        _parse("owner: no\ncups:\n  - {flavor: sage, size_ml: 90, sweet: yes}\n"), _Tray
    )
    assert problems == []
    assert tray == _Tray(owner="no", cups=[_Cup(flavor=_Flavor.SAGE, size_ml=90, sweet=True)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ownr: x\nowner: y\n", "line 1, ownr: unknown key; did you mean 'owner'?"),
        ("owner: y\nzzz: 1\n", "line 2, zzz: unknown key"),
        ("owner: y\ncups:\n- flavour: mint\n", "did you mean 'flavor'?"),
        ("owner: y\nbest:\n  sise_ml: 90\n", "did you mean 'size_ml'?"),
        ("owner: y\nlabels:\n  l:\n    swet: true\n", "did you mean 'sweet'?"),
        ("cups: []\n", "owner: is missing"),
        ("", "owner: is missing"),
        ("owner: y\nbest:\n  size_ml: 90ml\n", "line 3, best.size_ml: must be a whole number"),
        ("owner: y\nbest:\n  size_ml: 9\n", "line 3, best.size_ml: must be greater than or equal"),
        ("owner: y\nbest: {sweet: maybe}\n", "best.sweet: must be true or false"),
        ("owner: y\nbest: {flavor: rum}\n", "best.flavor: must be 'mint' or 'sage'"),
        ("owner: y\nbest: {notes: one}\n", "best.notes: must be a list"),
        ("owner: [a]\n", "owner: must be text"),
        ("owner: y\ncups:\n- just words\n", "line 3, cups.0: must hold keys with values"),
        ("- a\n", "line 1: must hold keys with values"),
        ("just words\n", "line 1: must hold keys with values"),
    ],
)
def test_documents_problems_name_line_key_and_remedy(text: str, expected: str) -> None:
    problems = _problems(text)
    assert any(expected in p for p in problems), problems


def test_documents_all_problems_at_once_in_the_order_of_lines() -> None:
    problems = _problems("zzz: 1\nbest:\n  size_ml: x\n  swet: 1\ncups: 3\n")
    assert [p.split(",")[0] for p in problems] == ["line 1", "line 1", "line 3", "line 4", "line 5"]
