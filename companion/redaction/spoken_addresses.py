"""E-mail and web addresses, handles and spelled letters as they are spoken.

"dana dot ruiz at gmail dot com", "at dana underscore r", "bit dot ly slash join us", "d as in dog",
"k j four two one".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from companion.redaction.function_words import FUNCTION_WORDS, word_set
from companion.redaction.numbers import is_number
from companion.redaction.patterns import TOP_LEVELS
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Kind, Word, norm_at

_ENDINGS = frozenset(TOP_LEVELS) - {"in", "me", "us", "co", "work", "test", "union"}
_ENDINGS_AFTER_DOT = frozenset(TOP_LEVELS)
_JOINTS = frozenset({"dot", "underscore", "dash", "hyphen", "point", "slash"})
_HANDLE_CUES = frozenset({"handle", "username", "screenname"})
_APPS = word_set(
    """
    signal whatsapp instagram insta telegram twitter facebook tiktok discord snapchat snap
    bluesky mastodon messenger
    """
)
_LONGEST_LOCAL_PART = 8
_REACH = 16
"""Words to either side of a \"dot\"; the next one takes what lies beyond."""
_WORDS_OF_A_DOMAIN = 4
_WORDS_OF_A_HANDLE = 3
_WORDS_OF_A_BARE_ADDRESS = 5
_SPELLED = 3
# Endings of addresses that are no words.
_BARE_ENDINGS = frozenset(
    {"com", "org", "edu", "gov", "net", "gmail", "yahoo", "hotmail", "icloud"}
)

IsOrdinary = Callable[[Word], bool]


def spoken_addresses(words: Sequence[Word], ordinary: IsOrdinary) -> Iterator[Found]:
    """Addresses, with all of their parts.

    Args:
        words: the text.
        ordinary: whether a word may be read; what is not counts as a part of an address.
    """
    for at, word in enumerate(words):
        if word.norm == "dot" and _is_ending(words, at + 1):
            yield _address(words, at, ordinary)
        elif _ends_bare_address(words, at, ordinary):
            yield Found(_bare_address(words, at, ordinary), at + 1, SpanType.EMAIL)
        elif word.norm == "underscore" and 0 < at < len(words) - 1:
            first, end = _joined(words, at)
            if norm_at(words, first - 1) == "at":
                first -= 1
            yield Found(first, end, SpanType.HANDLE)
        elif word.norm in _HANDLE_CUES:
            yield from _after_cue(words, at)


def spelled_out(words: Sequence[Word]) -> Iterator[Found]:
    """Three single letters or more in a row, digits among them or not; "d as in dog"."""
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and (_is_letter(words[end]) or is_number(words[end])):
            end += 1
        letters = [w for w in words[at:end] if _is_letter(w)]
        telling = [w for w in letters if w.norm not in ("a", "i")]
        halves_of_day = "".join(w.norm for w in letters) in ("am", "pm")
        if end - at >= _SPELLED and len(letters) >= 2 and telling and not halves_of_day:
            yield Found(at, end, SpanType.ID)
        at = max(end, at + 1)
    for at, word in enumerate(words):
        after = (norm_at(words, at + 1), norm_at(words, at + 2))
        if _is_letter(word) and at + 3 < len(words) and after in (("as", "in"), ("like", "in")):
            yield Found(at, at + 4, SpanType.WORD)


def _ends_bare_address(words: Sequence[Word], at: int, ordinary: IsOrdinary) -> bool:
    if at == 0 or words[at].capital or words[at].marks:
        return False
    told = words[at].norm in _ENDINGS | _ENDINGS_AFTER_DOT and not ordinary(words[at - 1])
    return words[at].norm in _BARE_ENDINGS or (told and words[at].norm not in FUNCTION_WORDS)


def _bare_address(words: Sequence[Word], ending: int, ordinary: IsOrdinary) -> int:
    """Where "d ruiz riverpost net" begins, an address that has lost its marks."""
    first = ending - 1
    while first > 0 and ending - first < _WORDS_OF_A_BARE_ADDRESS and not words[first].stop_before:
        before = words[first - 1]
        if before.norm in FUNCTION_WORDS and not _is_letter(before):
            break
        if ordinary(before) and ending - first > 1 and not _is_letter(before):
            break
        first -= 1
    return first


def _is_letter(word: Word) -> bool:
    return word.kind is Kind.LETTERS and len(word.norm) == 1


def _is_ending(words: Sequence[Word], at: int) -> bool:
    norm = norm_at(words, at)
    return norm in _ENDINGS or (norm in _ENDINGS_AFTER_DOT and norm_at(words, at + 1) == "slash")


def _address(words: Sequence[Word], dot: int, ordinary: IsOrdinary) -> Found:
    first, end = _joined(words, dot)
    for at in range(first - 1, max(first - 1 - _WORDS_OF_A_DOMAIN, 0), -1):
        if words[at].norm == "at":
            return Found(_local_part(words, at, ordinary), end, SpanType.EMAIL)
    return Found(first, end, SpanType.URL)


def _joined(words: Sequence[Word], joint: int) -> tuple[int, int]:
    """The words that "dot" and its like hold together around one of them."""
    first = max(joint - 1, 0)
    while first >= max(2, joint - _REACH) and words[first - 1].norm in _JOINTS:
        first -= 2
    end = min(joint + 2, len(words))
    last = min(len(words), joint + _REACH)
    while end < last - 1 and words[end].norm in _JOINTS:
        end += 2
    while end < last and (is_number(words[end]) or _is_letter(words[end])):
        end += 1
    if end == len(words) - 1 and norm_at(words, end - 2) == "slash" and not words[end].marks:
        end += 1  # "slash join us"
    return first, end


def _local_part(words: Sequence[Word], at_word: int, ordinary: IsOrdinary) -> int:
    """Where the part before "at" begins: a word, and what belongs to it on its left."""
    first = at_word - 1
    while first > 0 and at_word - first < _LONGEST_LOCAL_PART:
        before = words[first - 1]
        if before.norm in _JOINTS and first > 1:
            first -= 2
        elif is_number(before) or _is_letter(before) or not ordinary(before):
            first -= 1
        elif first > 1 and not ordinary(words[first - 2]):
            first -= 2
        else:
            break
    return max(first, 0)


def _after_cue(words: Sequence[Word], cue: int) -> Iterator[Found]:
    first = cue + 1
    while norm_at(words, first) in ("is", "it's", "its", "name", "for", "was", "on") or (
        norm_at(words, first) in _APPS
    ):
        first += 1
    end = first
    while end < min(len(words), first + _WORDS_OF_A_HANDLE) and not words[end].stop_before:
        if norm_at(words, end) in ("on", "and", "so", "if", "but", "you", "i", "or"):
            break
        end += 1
    if end > first > cue + 1:
        yield Found(first, end, SpanType.HANDLE)
