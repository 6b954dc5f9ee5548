"""What is planted is unmistakable, new in each run, and spoken once."""

from __future__ import annotations

import random

from companion.audit.identifiers import PLANTED, IdentifierKind, as_speech, make_identifiers

FEW_WORDS = ("schedule", "winter", "meeting", "street", "warehouse", "tonight", "example")


def test_identifiers_are_of_every_kind_and_share_no_mark() -> None:
    identifiers = make_identifiers(PLANTED, random.Random(1))
    marks = [mark.lower() for identifier in identifiers for mark in identifier.marks]
    assert len(identifiers) == PLANTED
    assert {identifier.kind for identifier in identifiers} == set(IdentifierKind)
    assert len(set(marks)) == len(marks)
    for mark in marks:
        assert sum(mark in other for other in marks) == 1, "a mark stands within another one"
        assert len(mark) >= 9
        assert not any(word in mark for word in FEW_WORDS)


def test_identifiers_are_others_in_each_run() -> None:
    one, other = (make_identifiers(PLANTED, random.Random(seed)) for seed in (1, 2))
    assert not {m for i in one for m in i.marks} & {m for i in other for m in i.marks}
    assert one == make_identifiers(PLANTED, random.Random(1))


def test_identifiers_marks_stand_in_what_is_spoken() -> None:
    for identifier in make_identifiers(PLANTED, random.Random(3)):
        spoken = identifier.text.lower()
        assert any(mark.lower() in spoken for mark in identifier.marks)


def test_identifiers_are_spoken_once_each() -> None:
    identifiers = make_identifiers(50, random.Random(4))
    utterances = as_speech(identifiers, 7)
    assert len(utterances) == 7
    whole = " ".join(utterances)
    assert all(whole.count(identifier.text) == 1 for identifier in identifiers)
    for identifier in identifiers:
        assert identifier.text in utterances[identifier.number % 7]


def test_identifiers_stay_out_of_repr() -> None:
    identifier = make_identifiers(1, random.Random(5))[0]
    assert not any(part in repr(identifier) for part in (identifier.text, *identifier.marks))
