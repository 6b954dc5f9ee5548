"""Raps by name, by version and by file; clear words where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.errors import RapError
from companion.understanding import rap_library
from companion.understanding.rap import find_rap, given_rap
from companion.understanding.rap_library import RapName
from tests.fakes.own_raps import SHIPPED, own_rap


def test_rap_library_finds_shipped_and_own_by_name() -> None:
    assert rap_library.rap_path("one-on-one.en") == SHIPPED
    path = own_rap()
    assert rap_library.rap_path("our-rap") == path
    assert "our-rap" in rap_library.rap_names()
    assert find_rap("our-rap").learned_as == "our-rap"


def test_rap_library_own_rap_comes_before_the_shipped_one() -> None:
    path = own_rap("one-on-one.en")
    assert rap_library.rap_path("one-on-one.en") == path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("our-rap", RapName("our-rap")),
        ("our-rap@1.10.0", RapName("our-rap", "1.10.0")),
        ("Mine and yours", RapName("Mine and yours")),
    ],
)
def test_rap_library_reads_names(text: str, expected: RapName) -> None:
    assert rap_library.read_name(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../x",
        "a/b",
        "a\\b",
        "our-rap@",
        "our-rap@1",
        "our-rap@01.0.0",
        "x@1.0.0@2.0.0",
        "our-rap@../1.0.0",
        "our-rap@latest",
        "a\nb",
        ".hidden",
        "a" * 90,
    ],
)
def test_rap_library_refuses_what_is_no_name(text: str) -> None:
    with pytest.raises(RapError):
        rap_library.rap_path(text)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("our-rap", True),
        ("a", True),
        ("night.shift-2", True),
        ("con", False),
        ("nul.en", False),
        ("Our", False),
        ("our rap", False),
        ("x.yaml", False),
        ("x.", False),
        ("published", False),
        ("-x", False),
        ("ü", False),
        ("com1", False),
        ("../x", False),
    ],
)
def test_rap_library_tells_which_names_a_new_rap_may_have(name: str, *, allowed: bool) -> None:
    assert (rap_library.name_problem(name) is None) is allowed


def test_rap_library_offers_what_was_meant() -> None:
    own_rap("night-shift")
    with pytest.raises(RapError, match=r"did you mean 'night-shift'\? There are .*one-on-one\.en"):
        rap_library.rap_path("nightshift")


def test_rap_library_takes_a_rap_by_file_or_by_name(tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(SHIPPED.read_bytes())
    assert given_rap(str(copy)).sha256 == given_rap("one-on-one.en").sha256


@pytest.mark.parametrize("text", ["missing.yaml", "folder/missing", "."])
def test_rap_library_says_what_is_wrong_with_a_file(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RapError, match=r"no such file|is a folder"):
        rap_library.given_rap(text)


def test_rap_library_orders_versions_as_numbers() -> None:
    for version in ("1.9.0", "1.10.0", "1.2.0", "not-one", "01.0.0"):
        (rap_library.published_folder("our-rap", version)).mkdir(parents=True)
    assert rap_library.published_versions("our-rap") == ("1.2.0", "1.9.0", "1.10.0")
