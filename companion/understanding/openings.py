"""How a question opens: an auxiliary before its subject, or a question word.

Works on words in normal form, so "what's" is already "what", "is".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from companion.understanding.words import word_set

DISCOURSE = word_set(
    "so and but or well okay now then yeah yes no oh um uh hmm mm mhm ah aw hey hi hello right "
    "sure great good alright listen look see wow anyway also like because just um"
)
"""Words that lead into a clause without being part of it."""

STARTERS = DISCOURSE | word_set(
    "today tonight too please thanks though again lately morning afternoon evening yet"
)
"""Words after which, in text without marks, a new clause may well begin."""

_PRONOUNS = word_set("you he she they we it that this there these those i anyone anybody")
_SOMEONE = word_set("someone somebody everyone everybody people anything something others")
_PLURAL = word_set("you they we i these those there anyone anybody")
_SINGULAR = word_set("he she it that this there i anyone anybody")
_DETERMINERS = word_set("the a an your my our their his her any some your all most")
_DO = frozenset({"do", "does", "did"})
_MODAL = word_set("can could will would should may might shall must")
_HAVE = frozenset({"have", "has", "had"})
_BE = frozenset({"is", "are", "was", "were", "am"})
_AUXILIARIES = _DO | _MODAL | _HAVE | _BE
_WH = word_set("what who whom whose which where when why how")
_QUANTITY = word_set(
    "long many much often old far big late early soon tall few frequently deep high wide thick "
    "heavy hot cold fast short young"
)
_NARROW_NOUNS = word_set(
    "time days date year month week hour hours shift number email address name age color size "
    "department floor unit apartment building street town city neighborhood state school company "
    "store plant line route language"
)
_FACTS = word_set(
    "name number email address phone cell age zip rate supervisor manager landlord boss "
    "shift department"
)
_OPINION_VERBS = word_set(
    "think feel say figure suppose believe imagine wish hope want like love need mean reckon guess "
    "could can would decides decide fix change responsible power charge blame stop"
)


class OpeningForm(Enum):
    """The two ways in which an English question opens."""

    AUXILIARY = "auxiliary"
    WH = "wh"


@dataclass(frozen=True, slots=True)
class Opening:
    """A clause opens as a question at some word."""

    form: OpeningForm
    end: int
    """The first word after the opening."""
    inverted: bool
    """An auxiliary stands before its subject: a question and not a subordinate clause."""
    plain: bool
    """The subject is a pronoun: the surest form."""
    narrow: bool = False
    """A one-word fact answers it."""
    strong: bool = False
    """'do you', 'have they': an order that hardly occurs outside questions."""


def _agrees(auxiliary: str, subject: str) -> bool:
    """'do you', 'does it' and 'is that', but not 'do it' or 'have that'."""
    if auxiliary in ("do", "have", "are", "were"):
        return subject in _PLURAL
    if auxiliary in ("does", "has", "is", "was"):
        return subject in _SINGULAR - {"i"} or (auxiliary == "was" and subject == "i")
    if auxiliary in ("may", "shall", "am"):
        return subject in ("i", "we")
    return subject in _PRONOUNS


def opening_at(norms: Sequence[str], at: int, end: int) -> Opening | None:
    """How the words from `at` on open a question, or None."""
    if at >= end:
        return None
    first = norms[at]
    if first in _AUXILIARIES:
        return _auxiliary(norms, at, end)
    if first in _WH:
        return _wh(norms, at, end)
    return None


def _auxiliary(norms: Sequence[str], at: int, end: int) -> Opening | None:
    auxiliary, subject = norms[at], at + 1
    negative = subject < end and norms[subject] == "not"
    subject += negative
    if subject >= end:
        return None
    word = norms[subject]
    if word in _PRONOUNS:
        if not _agrees(auxiliary, word):
            return None
        if word == "i" and auxiliary in ("had", "should", "was"):
            return None  # "had I known"
        if negative and auxiliary == "do" and norms[subject + 1 : subject + 2] == ["worry"]:
            return None  # "don't you worry"
        strong = word == "you" or auxiliary in _DO | _MODAL | _HAVE
        return Opening(OpeningForm.AUXILIARY, subject + 1, True, True, strong=strong)
    if word in _AUXILIARIES or word in ("not", "to", "be", "been") or auxiliary in ("may", "am"):
        return None
    # "does your manager …", "is somebody …": as likely an order or a statement without a mark.
    return Opening(OpeningForm.AUXILIARY, subject + 1, True, False)


def _wh(norms: Sequence[str], at: int, end: int) -> Opening | None:
    first = norms[at]
    rest = list(norms[at + 1 : min(end, at + 7)])
    if not rest:
        return Opening(OpeningForm.WH, at + 1, False, False)
    if first in ("how", "what") and rest[0] in ("about", "if", "else", "come", "for"):
        return Opening(OpeningForm.WH, at + 2, True, True)
    if first == "why" and rest[0] == "not":
        return Opening(OpeningForm.WH, at + 2, True, True)
    skip = _phrase_length(first, rest)
    if skip < len(rest) and rest[skip] in _AUXILIARIES:
        after = rest[skip + 1] if skip + 1 < len(rest) else ""
        if after == "not" and skip + 2 < len(rest):
            after = rest[skip + 2]
        plain = (
            after in _PRONOUNS or after in _DETERMINERS or first in ("what", "who", "why", "how")
        )
        return Opening(
            OpeningForm.WH,
            at + 1 + skip + 1,
            True,
            plain,
            narrow=_narrow(first, rest, skip),
        )
    if first == "what" and rest[0] in ("happens", "happened"):
        return Opening(OpeningForm.WH, at + 2, True, True)
    if first in ("what", "who", "which") and skip == 0 and _verb_like(rest[0]):
        return Opening(OpeningForm.WH, at + 2, False, False, narrow=first == "which")
    return None


def spoken_wh(norms: Sequence[str], at: int, end: int) -> Opening | None:
    """A question word without an auxiliary, as many people speak: "what time you get off?".

    Only to be asked where a mark says that the sentence is a question.
    """
    if norms[at] not in _WH:
        return None
    rest = list(norms[at + 1 : min(end, at + 7)])
    narrow = norms[at] in ("when", "where", "which")
    if rest and norms[at] in ("how", "what"):
        narrow = rest[0] in (_QUANTITY if norms[at] == "how" else _NARROW_NOUNS)
    return Opening(OpeningForm.WH, at + 1, False, False, narrow=narrow)


def _phrase_length(first: str, rest: Sequence[str]) -> int:
    """Words of the question phrase after its question word: 'long' in 'how long have you'."""
    if rest[0] in _AUXILIARIES or first in ("why", "when", "where", "who", "whom"):
        return 0
    if rest[0] in _PRONOUNS or (first == "what" and rest[0] in _DETERMINERS):
        return 0
    for length in range(1, min(5, len(rest))):
        if rest[length] in _AUXILIARIES:
            return length
        if rest[length] in _PRONOUNS:
            return 0
    return 0


def _verb_like(word: str) -> bool:
    """'what got you into this', 'who decides': the question word is the subject."""
    if word in _PRONOUNS | _DETERMINERS | _WH | _SOMEONE or word in (
        "to",
        "in",
        "of",
        "for",
        "with",
    ):
        return False
    return word.endswith(("s", "ed")) or word in (
        "got", "made", "brought", "led", "kept", "drew", "went", "came", "told", "said", "gave",
    )  # fmt: skip


def _narrow(first: str, rest: Sequence[str], skip: int) -> bool:
    """Whether one word or number answers: 'how long', 'what time', 'where do you live'."""
    phrase, tail = rest[:skip], rest[skip:]
    if first == "how":
        return bool(phrase) and phrase[0] in _QUANTITY
    if first == "which":
        return True
    if first in ("when", "where"):
        return not _OPINION_VERBS.intersection(tail) or first == "when"
    if first == "what":
        if phrase:
            return phrase[-1] in _NARROW_NOUNS or (phrase[0] in _NARROW_NOUNS)
        return _names_a_fact(tail) or (tail[0] in _BE and tail[-1] == "called")
    if first in ("who", "whose", "whom"):
        return _names_a_fact(tail) or (
            tail[:1] != ["else"]
            and tail[:2] == ["do", "you"]
            and not _OPINION_VERBS.intersection(tail)
        )
    return False


def _names_a_fact(tail: Sequence[str]) -> bool:
    """'is your name', 'is the best number': asks for a label."""
    if tail[:1] not in (["is"], ["are"], ["was"]) or len(tail) < 3:
        return False
    return tail[1] in ("your", "the", "her", "his", "a") and any(w in _FACTS for w in tail[2:4])
