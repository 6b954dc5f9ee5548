"""What is planted: made-up names, numbers and addresses that stand nowhere else in the world.

They are made at random for each run, so that finding one is proof, and they name nobody.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

PLANTED = 200

_BEGINNINGS = "br ch cr dr fl gl gr kl kr pl pr qu sk sl st str sw tr tw vr z zv"
_VOWELS = "a e i o u ae ei oa"
_ENDINGS = "bd dz ft gz kv lb lg lm lv mb mv nd ng nz rb rf rk rv rz sk tz vd zd zz"
_STREETS = ("Street", "Avenue", "Road", "Lane")
_FIRMS = ("Logistics", "Foods", "Care", "Cleaning")


class IdentifierKind(str, Enum):
    """What an identifier points with."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "e-mail"
    ADDRESS = "address"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One made-up identifier. Its text stays out of `repr`, as if it were real."""

    number: int
    kind: IdentifierKind
    text: str = field(repr=False)
    """As it is spoken."""
    marks: tuple[str, ...] = field(repr=False)
    """Its unmistakable parts: each of them found is the identifier found."""


def make_identifiers(count: int, rng: random.Random) -> tuple[Identifier, ...]:
    """So many identifiers, their kinds in turn; no mark stands in two of them."""
    kinds = tuple(IdentifierKind)
    words = _Words(rng)
    return tuple(_identifier(n, kinds[n % len(kinds)], words, rng) for n in range(count))


def as_speech(identifiers: Sequence[Identifier], utterances: int) -> tuple[str, ...]:
    """The identifiers spread over so many utterances, each in a sentence of its own."""
    groups = [identifiers[n::utterances] for n in range(utterances)]
    return tuple(" ".join(_FRAMES[i.kind].format(i.text) for i in group) for group in groups)


_FRAMES = {
    IdentifierKind.NAME: "I talked with {} about the schedule.",
    IdentifierKind.PHONE: "Could you call {} tonight?",
    IdentifierKind.EMAIL: "Do you still write to {} these days?",
    IdentifierKind.ADDRESS: "Is {} where the meeting was?",
    IdentifierKind.EMPLOYER: "What is it like to work for {} in the winter?",
}


class _Words:
    """Makes words that are in no dictionary, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._made: set[str] = set()

    def word(self) -> str:
        """Nine letters at the least."""
        rng = self._rng
        while True:
            made = "".join(
                rng.choice(parts.split()) for parts in (_BEGINNINGS, _VOWELS, _ENDINGS) * 2
            )
            if len(made) >= 9 and made not in self._made:
                self._made.add(made)
                return made


def _identifier(number: int, kind: IdentifierKind, words: _Words, rng: random.Random) -> Identifier:
    if kind is IdentifierKind.NAME:
        first, last = words.word(), words.word()
        if number % 2:
            last += "é"  # so that forms which spell letters differently are looked for too
        return Identifier(number, kind, f"{first.capitalize()} {last.capitalize()}", (first, last))
    if kind is IdentifierKind.PHONE:
        digits = str(rng.randrange(2, 10)) + "".join(str(rng.randrange(10)) for _ in range(9))
        spoken = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        marks = tuple(
            joint.join((digits[:3], digits[3:6], digits[6:])) for joint in ("-", " ", ".", "")
        )
        return Identifier(number, kind, spoken, marks)
    if kind is IdentifierKind.EMAIL:
        local, host = words.word(), words.word()
        return Identifier(number, kind, f"{local}@{host}.example", (local, host))
    if kind is IdentifierKind.ADDRESS:
        street = words.word()
        house = rng.randrange(100, 10_000)
        return Identifier(
            number, kind, f"{house} {street.capitalize()} {rng.choice(_STREETS)}", (street,)
        )
    firm = words.word()
    return Identifier(number, kind, f"{firm.capitalize()} {rng.choice(_FIRMS)}", (firm,))
