"""Only role-play may be labelled: nobody on a real call agreed to have their words read by others.

Software cannot tell a real call from a played one. So it asks the labeller, once for each call,
and looks for what an invented call would not hold: numbers and addresses that could be somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.speech import Utterance

BANNER = (
    "This is for ROLE-PLAY only: conversations that were made up or acted for practice. Never "
    "label a real call. Nobody in one agreed to be read, and the words are kept in a file."
)
SAY_SO = "role play"
"""What a labeller types to say that it is."""

_EMAIL = re.compile(r"\b[\w.+-]+@(?!example\.)[\w-]+\.\w+", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?(\d{3})\)?[ .-]?(\d{3})[ .-]?(\d{4})(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){9,19}(?!\d)")
_INVENTED_EXCHANGE = "555"
"""Telephone numbers that begin so (after the area) are kept free for stories."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that could be a real person's."""

    utterance_i: int
    what: str


def suspicions(utterances: Iterable[Utterance]) -> list[Suspicion]:
    """What an invented call would hardly hold; never the words themselves."""
    found: list[Suspicion] = []
    for utterance in utterances:
        for what, held in (
            ("an e-mail address outside of example.org", bool(_EMAIL.search(utterance.text))),
            ("a telephone number without 555", _real_phone(utterance.text)),
            ("a long number, such as of an account", _long_number(utterance.text)),
        ):
            if held:
                found.append(Suspicion(utterance.i, what))
    return found


def _real_phone(text: str) -> bool:
    return any(m.group(2) != _INVENTED_EXCHANGE for m in _PHONE.finditer(text))


def _long_number(text: str) -> bool:
    without_phones = _PHONE.sub(" ", text)
    return bool(_LONG_NUMBER.search(without_phones))
