"""What may stand on a card: at most twelve words, and no claim about the other person.

The companion hears one side. "Ask what they feel" is an honest card; "They agree with you" is
not, because nobody but the organizer can know it.
"""

from __future__ import annotations

from companion.domain.prompt import MAX_WORDS
from companion.understanding.words import read, word_set

_THEM = frozenset({"they", "she", "he", "everyone", "everybody"})
_CLAIMS = word_set(
    "feel feels felt agree agrees agreed want wants wanted trust trusts trusted like likes liked "
    "love loves loved hate hates hated believe believes believed promise promised promises "
    "commit commits committed care cares cared need needs needed mean means meant fear fears "
    "said says understand understands understood accept accepts accepted decided"
)
_STATES = word_set(
    "angry afraid scared sad happy upset excited ready interested worried nervous anxious hopeful "
    "willing convinced committed grateful tired frustrated hurt moved inspired"
)
_BE = frozenset({"is", "are", "was", "were", "seem", "seems", "sound", "sounds", "look", "looks"})
_HELPERS = word_set(
    "really truly clearly now all have has had do does did will would really already still just "
    "very so not to"
)
# After one of these it is a question or a condition, and claims nothing.
_OPENERS = word_set(
    "what how why if whether when where who which whatever whoever ask wonder until before unless "
    "let once"
)


def card_problem(text: str) -> str | None:
    """Why a text cannot stand on a card, with the remedy; None where it can."""
    count = len(text.split())
    if count == 0:
        return "is empty; write what the organizer could say or do next"
    if count > MAX_WORDS:
        return f"has {count} words; a card has at most {MAX_WORDS}, so shorten it"
    if claims_about_them(text):
        return (
            "claims what the other person feels, wants or agrees to; "
            "the companion cannot know that, so ask about it or say what the organizer does"
        )
    return None


def claims_about_them(text: str) -> bool:
    """Whether a sentence states a feeling or an agreement of the other person as a fact."""
    spoken = read(text)
    for sentence in spoken.sentences:
        norms = spoken.norms[sentence.first : sentence.end]
        for i, norm in enumerate(norms):
            if norm in _THEM and not _OPENERS.intersection(norms[:i]) and _states(norms[i + 1 :]):
                return True
    return False


def _states(after: list[str]) -> bool:
    position = 0
    while position < len(after) and after[position] in _HELPERS | _BE:
        position += 1
    if position >= len(after):
        return False
    if after[position:] in (["in"], ["on", "board"]):
        return True
    copula = any(word in _BE for word in after[:position])
    return after[position] in _CLAIMS or (copula and after[position] in _STATES)
