"""Planted words are found however they are spelled, and nothing else is."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.audit.identifiers import IdentifierKind, make_identifiers
from companion.audit.needles import Needles

IDENTIFIERS = make_identifiers(60, random.Random(11))
NEEDLES = Needles(IDENTIFIERS)

SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda word: word.encode(),
    "lower case": lambda word: word.lower().encode(),
    "capitals": lambda word: word.upper().encode(),
    "UTF-16, little end first": lambda word: word.encode("utf-16-le"),
    "UTF-16, big end first": lambda word: word.encode("utf-16-be"),
    "UTF-32": lambda word: word.encode("utf-32-be"),
    "hex": lambda word: word.encode().hex().encode(),
    "hex in capitals": lambda word: word.encode().hex().upper().encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64 for URLs": lambda word: base64.urlsafe_b64encode(b"??>" + word.encode()),
    "URL": lambda word: quote(word).encode(),
    "form": lambda word: quote_plus(word).encode(),
    "JSON": lambda word: json.dumps(word).encode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_needles_find_every_identifier_in_every_spelling(spelling: str) -> None:
    for identifier in IDENTIFIERS:
        for mark in identifier.marks:
            hits = NEEDLES.find(b"before " + SPELLINGS[spelling](mark) + b" after")
            assert identifier.number in {hit.number for hit in hits}, spelling


@given(
    number=st.integers(0, len(IDENTIFIERS) - 1),
    before=st.binary(max_size=40),
    after=st.binary(max_size=40),
)
def test_needles_find_words_in_the_midst_of_base64(
    number: int, before: bytes, after: bytes
) -> None:
    mark = IDENTIFIERS[number].marks[0]
    data = base64.b64encode(before + mark.encode() + after)
    assert number in {hit.number for hit in NEEDLES.find(data)}


@given(before=st.binary(max_size=200), after=st.binary(max_size=200))
def test_needles_find_words_between_any_bytes(before: bytes, after: bytes) -> None:
    for number in (0, 1, 2):
        data = before + IDENTIFIERS[number].marks[0].encode() + after
        assert number in {hit.number for hit in NEEDLES.find(data)}


@given(st.binary(max_size=2000))
def test_needles_find_nothing_in_other_bytes(data: bytes) -> None:
    assert NEEDLES.find(data) == frozenset()


def test_needles_find_nothing_of_another_run() -> None:
    others = make_identifiers(200, random.Random(12))
    whole = " ".join(identifier.text for identifier in others).encode()
    assert NEEDLES.find(whole) == frozenset()
    assert len({hit.number for hit in Needles(others).find(whole)}) == len(others)


@pytest.mark.parametrize("joint", ["-", " ", ".", ""])
def test_needles_find_a_number_however_it_is_grouped(joint: str) -> None:
    phone = next(i for i in IDENTIFIERS if i.kind is IdentifierKind.PHONE)
    written = joint.join(phone.text.split("-"))
    assert {hit.number for hit in NEEDLES.find(written.encode())} == {phone.number}


@pytest.mark.parametrize("data", [b"", b"a", b"abc", b"\0" * 10])
def test_needles_take_short_and_empty_bytes(data: bytes) -> None:
    assert NEEDLES.find(data) == frozenset()


def test_needles_know_their_longest_spelling() -> None:
    longest = max(
        len(SPELLINGS[spelling](mark))
        for i in IDENTIFIERS
        for mark in i.marks
        for spelling in SPELLINGS
    )
    # Quotes of JSON and the zeros at an end are no part of a spelling.
    assert longest - 4 <= NEEDLES.longest_bytes <= 4 * 30
