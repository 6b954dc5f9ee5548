"""Who acts: the other person, the organizer or both, by the organizer's own words.

"You bring", "will you come" and "text me by Sunday" are theirs; "I'll ring you" is the
organizer's; "with me", "we meet" and "I'll pick you up" join both.
"""

from __future__ import annotations

from collections.abc import Sequence

from companion.understanding.words import Spoken, word_set

THEM = "them"
ORGANIZER = "organizer"
BOTH = "both"
OTHERS = "others"
"""Somebody else: "they start at ten". Never who does the next step."""

MAX_BEFORE_WORDS = 14
MAX_AFTER_WORDS = 2

_TAKES_YOU = word_set(
    "call ring text send tell see give bring message drop for to with remind hit phone email "
    "telephone show meet want need like on owe at catch let ask put have pick around than write "
    "leave get help about of by check after visit from know"
)
"""Before "you": somebody does something for them ("I'll call you")."""
_BEGINS_ORDER = word_set(
    "bring come text call write send message ring read keep talk look meet wear count sign start "
    "tell ask let join drink think take try start pull leave"
)
_JOINS_AN_ORDER = word_set("and then so just please also or well okay but now")
_ONLY_THINKS = word_set(
    "think guess mean suppose hope know wonder say said propose suggest was have had"
)
"""After "I": nothing is done."""
_ONLY_STATES = word_set("know have had were was said told mentioned")
"""After "you": nothing is to be done."""
_OTHERS = word_set("they he she there everybody everyone somebody someone nobody people")

RIDES = (
    ("pick", "you", "up"), ("give", "you", "a", "ride"), ("give", "you", "a", "lift"),
    ("drive", "you"), ("i", "will", "drive"), ("ride", "with", "you"), ("ride", "along"),
    ("ride", "together"), ("riding", "with", "you"), ("we", "ride"), ("we", "will", "ride"),
    ("we", "can", "ride"), ("ride", "over"), ("drive", "together"), ("we", "will", "drive"),
    ("we", "can", "drive"), ("i", "will", "come", "along"), ("come", "get", "you"),
    ("come", "for", "you"), ("fetch", "you"), ("go", "with", "you"), ("come", "with", "you"),
)  # fmt: skip
"""The organizer comes along; counts wherever it is said once a step stands."""

_JOINT = (
    ("with", "me"), ("next", "to", "me"), ("beside", "me"), ("you", "and", "i"),
    ("you", "and", "me"), ("we", "meet"), ("we", "will", "meet"), ("we", "are", "meeting"),
    ("meet", "me"), ("stand", "by", "me"), ("meet", "you"), ("meet", "up"), ("let", "us", "meet"),
    ("let", "us", "talk"),
    ("we", "talk"), ("we", "will", "talk"), ("we", "speak"),
    ("go", "with", "you"), ("come", "with", "you"), ("sit", "with", "you"), ("next", "to", "you"),
    ("stand", "with", "you"), ("walk", "with", "you"), ("beside", "you"), ("on", "your", "left"),
    ("i", "will", "meet"), ("we", "go", "up"), ("we", "go", "in"), ("we", "sign"),
    ("we", "practice"), ("we", "walk"), ("walk", "beside", "you"), ("can", "we", "write"),
    ("i", "come", "to", "your"), ("i", "will", "come", "up"), ("we", "look", "at"),
    ("we", "write"), ("we", "are", "linking", "up"), ("linking", "up"), ("we", "linking"),
    ("going", "up", "together"),
    ("we", "will", "go"), ("we", "will", "walk"),
    ("us", "talk", "again"), ("talk", "again"), ("link", "up"), ("we", "leave"), ("by", "me"),
    ("we", "pass", "for", "you"), ("we", "all", "meet"), ("talk", "it", "over", "with", "you"),
)  # fmt: skip


def says(norms: Sequence[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Whether any of the phrases stands in the words."""
    said = set(norms)
    return any(
        tuple(norms[i : i + len(phrase)]) == phrase
        for phrase in phrases
        if phrase[0] in said and phrase[-1] in said  # most are ruled out here, at no cost
        for i in range(len(norms) - len(phrase) + 1)
    )


def joint(norms: Sequence[str]) -> bool:
    """Whether the words join the organizer and the other person in one deed."""
    return says(norms, _JOINT)


def doer_near(spoken: Spoken, first: int, end: int) -> str | None:
    """Whose words stand around a day or a time; None where nobody is named.

    The nearest before it counts, within its sentence; else the nearest right after it.
    """
    norms = spoken.norms
    sentence = next((s for s in spoken.sentences if s.first <= first < s.end), None)
    start = sentence.first if sentence else 0
    stop = sentence.end if sentence else len(norms)
    for at in range(first - 1, max(start, first - MAX_BEFORE_WORDS) - 1, -1):
        doer = _doer_at(norms, at, start)
        if doer is not None:
            return doer
    for at in range(end, min(stop, end + MAX_AFTER_WORDS)):
        doer = _doer_at(norms, at, start)
        if doer is not None:
            return doer
    return None


def doer_of(norms: Sequence[str]) -> str | None:
    """The first who is named as acting."""
    for at in range(len(norms)):
        doer = _doer_at(norms, at, 0)
        if doer in (THEM, ORGANIZER):
            return doer
    return None


def _doer_at(norms: Sequence[str], at: int, start: int) -> str | None:
    word = norms[at]
    before = norms[at - 1] if at > start else ""
    following = norms[at + 1] if at + 1 < len(norms) else ""
    if word in ("i", "imma"):
        if following in _ONLY_THINKS or norms[at + 1 : at + 4] == ["want", "to", "say"]:
            return OTHERS if norms[at + 2 : at + 4] == ["got", "to"] else None
        return BOTH if joint(norms[at : at + 6]) else ORGANIZER
    if word == "me" and before == "for" and following == "to":
        return ORGANIZER
    if word == "we" or (word == "us" and before == "let"):
        return BOTH
    if word == "you":
        if norms[at + 1 : at + 3] in (["shall", "have"], ["will", "have"]):
            return ORGANIZER  # "you shall have it": what the organizer gives
        return None if before in _TAKES_YOU or following in _ONLY_STATES else THEM
    if word in _BEGINS_ORDER and (not before or before in _JOINS_AN_ORDER):
        # "I'll ask her and call you" goes on with what the organizer does.
        return None if "i" in norms[max(start, at - 7) : at] else THEM
    if word == "it" and following in ("starts", "begins", "opens", "ends", "closes"):
        return OTHERS
    return OTHERS if word in _OTHERS else None
