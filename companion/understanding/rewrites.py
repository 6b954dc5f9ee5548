"""Open rewrites: templates with blanks that turn a closed question into an open one.

    closed: do you like {it}
    open:   What do you like about {it}?

A blank stands for one word or more; a blank that ends in `_word` stands for exactly one, and
`{when:if|to}` for one of those words. The words of a template may offer choices, "(your|the)",
which are used up and not carried over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from companion.understanding.cards import card_problem
from companion.understanding.words import ENGLISH, Spelling

_BLANK = re.compile(r"\{([a-z_]+)\}")
_NAMED = re.compile(r"\{([a-z_]+)(?::([^{}]+))?\}")
_PIECE = re.compile(r"\{[a-z_]+(?::[^{}]+)?\}|\([^()]*\)|[^\s(){}]+")

Slot: TypeAlias = "tuple[str, frozenset[str]]"


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled rewrite."""

    slots: tuple[Slot, ...]
    """(blank's name or '', the words that may stand here; none where any may)."""
    open: str

    def apply(self, words: Sequence[str], written: Sequence[str]) -> str | None:
        """The open form of a question, or None where the template does not fit.

        Args:
            words: the question in normal form, without leading 'so' and the like.
            written: the same words as they were written (equally many); '' for the opened half
                of a contraction, at which no blank can begin.
        """
        blanks = _fit(self.slots, list(words))
        if blanks is None or any(not written[first] for first, _ in blanks.values()):
            return None
        text = self.open
        for name, (first, end) in blanks.items():
            text = text.replace("{" + name + "}", " ".join(w for w in written[first:end] if w))
        return text


@lru_cache(maxsize=1000)
def compile_template(closed: str, open_form: str, spelling: Spelling = ENGLISH) -> Template:
    """Compile one rewrite of a rap, in its language's spelling; kept for the next call.

    Raises: ValueError, with the remedy, where its blanks do not fit together.
    """
    slots: list[Slot] = []
    blanks: list[str] = []
    for piece in _PIECE.findall(closed):
        named = _NAMED.fullmatch(piece)
        if named:
            blanks.append(named[1])
            slots.append((named[1], _choices(named[2], spelling) if named[2] else frozenset()))
        elif piece.startswith("("):
            slots.append(("", _choices(piece[1:-1], spelling)))
        else:
            slots.extend(("", frozenset({word})) for word in spelling.normal(piece))
    if not slots or slots[0][0]:
        raise ValueError("must begin with a word and not with a blank; write 'do you like {it}'")
    if len(set(blanks)) != len(blanks):
        raise ValueError("has the same blank twice; give each its own name")
    unknown = set(_BLANK.findall(open_form)) - set(blanks)
    if unknown:
        raise ValueError(
            f"the open form uses {{{sorted(unknown)[0]}}}, which the closed form does not have; "
            "use the same name in both"
        )
    problem = card_problem(_BLANK.sub("it", open_form))
    if problem:
        raise ValueError(f"the open form {problem}")
    return Template(tuple(slots), open_form)


def check_template(closed: str, open_form: str) -> None:
    """Raise ValueError where a rewrite could not be compiled."""
    compile_template(closed, open_form)


def _choices(options: str, spelling: Spelling) -> frozenset[str]:
    return frozenset(spelling.fold(option.strip().lower()) for option in options.split("|"))


def _fit(slots: Sequence[Slot], words: Sequence[str]) -> dict[str, tuple[int, int]] | None:
    """Where each blank lies, or None. Blanks take as few words as fit; the last takes the rest."""
    blanks: dict[str, tuple[int, int]] = {}
    at = 0
    for number, (name, choices) in enumerate(slots):
        if choices:
            if at >= len(words) or words[at] not in choices:
                return None
            if name:
                blanks[name] = (at, at + 1)
            at += 1
            continue
        if name.endswith("_word"):
            end = at + 1
        elif number + 1 == len(slots):
            end = len(words)
        else:
            following = slots[number + 1][1]
            end = next((i for i in range(at + 1, len(words)) if words[i] in following), -1)
        if end <= at or end > len(words):
            return None
        blanks[name] = (at, end)
        at = end
    return blanks if at == len(words) else None
