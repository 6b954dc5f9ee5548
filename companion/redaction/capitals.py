"""Names by their capitals, in text that has them: "the Green Valley Foods trucks"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.redaction.function_words import FUNCTION_WORDS, word_set
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Kind, Word, norm_at

# Written with a capital, and nobody's name.
_HARMLESS = word_set(
    """
    i monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays
    thursdays fridays saturdays sundays january february march april may june july august
    september october november december christmas easter thanksgiving ramadan eid hanukkah
    diwali halloween juneteenth english spanish french chinese mandarin cantonese vietnamese
    tagalog arabic somali amharic creole portuguese polish russian korean hindi punjabi urdu
    german italian american americans mexican african asian european latino latina catholic
    christian muslim jewish god lord jesus christ zoom signal whatsapp facebook instagram google
    youtube tiktok slack teams discord word excel mom mum dad mama papa grandma grandpa mommy
    daddy ma'am sir labor day new year eve memorial fourth congress senate union internet bible
    """
)
# Where these begin a sentence they are hardly the first word of a name.
_BEGINS_SENTENCES = (FUNCTION_WORDS - {"new", "little", "old", "great", "good"}) | word_set(
    "ask call meet text tell thank bring visit invite email drive pick join help remind follow"
)
_LINKS = frozenset({"of", "de", "la", "del", "al", "the", "and", "du", "van", "von", "y", "el"})
_AFTER_AND = frozenset({"sons", "daughters", "brothers", "associates", "company", "co"})
_PLACE_CUES = frozenset({"in", "near", "outside", "to", "over", "from", "into", "across", "around"})
_AT_CUES = frozenset({"at", "for"})


def capitalized(words: Sequence[Word]) -> Iterator[Found]:
    """Words with a capital in the midst of a sentence, and what belongs to them."""
    at = 0
    while at < len(words):
        if not _telling(words[at]):
            at += 1
            continue
        first, end = at, at + 1
        while True:
            if end < len(words) and words[end].capital and _joined(words[end]):
                if words[end].norm in _HARMLESS and not _telling_after(words, end):
                    break
                end += 1
                continue
            longer = _over_links(words, end)
            if longer == end:
                break
            end = longer
        while first > 0 and _belongs_before(words, first):
            first -= 1
        yield Found(first, end, _kind(words, first, end))
        at = end


def _telling(word: Word) -> bool:
    return (
        word.capital
        and not word.opens
        and word.kind is Kind.LETTERS
        and len(word.norm) > 1
        and word.norm not in _HARMLESS
        and word.norm.partition("'")[0] not in _HARMLESS
        and word.norm not in FUNCTION_WORDS
    )


def _telling_after(words: Sequence[Word], at: int) -> bool:
    """A harmless word is a part of the name if the name goes on after it."""
    return at + 1 < len(words) and _telling(words[at + 1]) and _joined(words[at + 1])


def _joined(word: Word) -> bool:
    return (word.marks.strip("'’-&.") == "" and not word.opens) or word.marks in ("-", "&")


def _over_links(words: Sequence[Word], end: int) -> int:
    """Past "of the" and its like, where another capital follows."""
    at = end
    while at < len(words) and at < end + 2 and words[at].norm in _LINKS and _joined(words[at]):
        at += 1
    if at == end or at >= len(words) or not words[at].capital or not _joined(words[at]):
        return end
    if words[end].norm == "and" and words[at].norm not in _AFTER_AND:
        return end
    return at + 1


def _belongs_before(words: Sequence[Word], first: int) -> bool:
    before = words[first - 1]
    if not before.capital or not _joined(words[first]) or before.kind is not Kind.LETTERS:
        return False
    if before.norm in ("i", "i'm", "i've", "i'll", "i'd"):
        return False
    return before.norm not in _BEGINS_SENTENCES if before.opens else before.norm not in _HARMLESS


def _kind(words: Sequence[Word], first: int, end: int) -> SpanType:
    before = norm_at(words, first - 1)
    if before == "the":
        before = norm_at(words, first - 2)
        return (
            SpanType.ORG if before in _AT_CUES | _PLACE_CUES or end - first > 1 else SpanType.WORD
        )
    if before in _PLACE_CUES and (
        before not in ("to", "from") or norm_at(words, first - 2) != "talk"
    ):
        return SpanType.LOCATION if before != "from" else SpanType.PERSON
    return SpanType.ORG if before in _AT_CUES else SpanType.PERSON
