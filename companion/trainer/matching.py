"""When does what was found count as what a labeller wrote? Each rule in one place.

They are plain and a little lenient where labels are free text; there a fair reader decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from companion.domain.dialogue import Question, Step
from companion.domain.metrics import scoring_words
from companion.trainer.labelled import Span
from companion.understanding.words import word_set

HALF = 0.5
"""A found clause shares at least this part of its own and of the labelled one's characters; a
phrase at least this part of the content words of the shorter one."""

NEVER = float("inf")
"""The delay of a change of step that was not noticed while it lasted."""

_SMALL_WORDS = word_set(
    "a an the to at on in of and or with for by up out from until till then it its that this "
    "her his their your my our us him them you we i she he they be is are will as so if"
)
_ALTERNATIVES = frozenset({"or"})


def match_questions(
    labelled: Sequence[Span], found: Sequence[Question]
) -> list[tuple[Span, Question]]:
    """Pairs of a labelled and a found clause; each clause is in one pair at most.

    A pair shares at least half of the characters of both. Where several could be paired, those
    that share most come first.
    """
    candidates = []
    for i, span in enumerate(labelled):
        for j, question in enumerate(found):
            shared = min(span.end_char, question.end_char) - max(
                span.start_char, question.start_char
            )
            longer = max(span.end_char - span.start_char, question.end_char - question.start_char)
            if shared > 0 and shared >= HALF * longer:
                candidates.append((-shared / longer, i, j))
    pairs = []
    free_labelled, free_found = set(range(len(labelled))), set(range(len(found)))
    for _, i, j in sorted(candidates):
        if i in free_labelled and j in free_found:
            free_labelled.remove(i)
            free_found.remove(j)
            pairs.append((labelled[i], found[j]))
    return pairs


def change_delays(truth: Sequence[Step], guesses: Sequence[Step]) -> list[float]:
    """For each true change of step: after how many utterances the new step was the guess.

    0 where the guess is right with the first utterance of the new step; `NEVER` where it is not
    once right before the true step changes again or the call ends.
    """
    delays = []
    for start in range(1, len(truth)):
        if truth[start] is truth[start - 1]:
            continue
        delay = NEVER
        for at in range(start, len(truth)):
            if truth[at] is not truth[start]:
                break
            if guesses[at] is truth[start]:
                delay = float(at - start)
                break
        delays.append(delay)
    return delays


def same_role(labelled: str | None, found: str | None) -> bool:
    """The same decision maker: None with None, or the same head word and no contrary detail.

    The head word is the last one before an 'of' ('director of nursing', 'store manager'). One
    of the two may say more ('site general manager' and 'general manager'); where both say
    something that the other does not ('site manager', 'regional manager') they differ. A role
    that names alternatives ('executive or headquarters') fits where one of them does.
    """
    if labelled is None or found is None:
        return labelled is found
    return any(_role_fits(a, b) for a in _alternatives(labelled) for b in _alternatives(found))


def _alternatives(role: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in scoring_words(role):
        if word in _ALTERNATIVES:
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def _role_fits(a: Sequence[str], b: Sequence[str]) -> bool:
    first, second = content_words(" ".join(a)), content_words(" ".join(b))
    return _head(a) == _head(b) and (first <= second or second <= first)


def _head(words: Sequence[str]) -> str:
    end = words.index("of") if "of" in words[1:] else len(words)
    return _stem(words[end - 1])


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in ("ing", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


_SAME_ACT = {
    "call": "ring phone telephone buzz",
    "text": "message whatsapp",
    "come": "go attend join sit visit walk-in ride drive",
    "speak": "testify tell say read",
    "action": "stand march picket deliver hand refuse walk wear strike",
    "bring": "take carry",
    "others": "other group crew neighbor coworker colleague together everybody",
    "notes": "note notebook log diary",
    "pictures": "picture photo photograph pic",
    "answer": "decide decision yes no",
    "talk": "chat discuss",
    "meet": "coffee tea",
}
"""Words that name one and the same act or thing in the labels of a next step."""
_SAME = {_stem(w): to for to, words in _SAME_ACT.items() for w in (to, *words.split())}
_TELLS_LITTLE = frozenset({"come"})
"""Coming alone is not the matter: it says neither where to nor what for."""


def same_phrase(labelled: str | None, found: str | None) -> bool:
    """Two short phrases mean the same thing, as far as their words can tell.

    True where at least half of the content words of the shorter phrase stand in the longer one,
    whatever their endings, and more than coming is shared. A few words stand for each other, such
    as "ring" and "call". Of a phrase with alternatives ("sign a petition, a card or a letter")
    one must fit. A fair reader decides; this is for counting many.
    """
    if labelled is None or found is None:
        return labelled is found
    return any(_shares_enough(a, b) for a in _choices(labelled) for b in _choices(found))


def _shares_enough(first: frozenset[str], second: frozenset[str]) -> bool:
    shorter = min(len(first), len(second))
    shared = first & second
    little = shared <= _TELLS_LITTLE and not (first <= _TELLS_LITTLE or second <= _TELLS_LITTLE)
    return shorter > 0 and len(shared) >= HALF * shorter and not little


def _choices(text: str) -> list[frozenset[str]]:
    """The phrase with each of its alternatives: 'sign a petition', 'sign a card'."""
    parts = text.replace(" or ", ", ").split(", ") if " or " in text else [text]
    lead = parts[0].split()[:1]
    phrases = [parts[0], *(" ".join((*lead, part)) for part in parts[1:])]
    return [frozenset(_SAME.get(w, w) for w in content_words(p)) for p in phrases]


def content_words(text: str) -> frozenset[str]:
    """The words that carry a phrase, without the most common endings."""
    return frozenset(_stem(word) for word in scoring_words(text) if word not in _SMALL_WORDS)


def same_when(labelled: str | None, found: str | None) -> bool:
    """Exactly the same day, or the same moment to the minute; a day is no moment."""
    if labelled is None or found is None:
        return labelled is found
    return _moment(labelled) == _moment(found)


def _moment(when: str) -> date | datetime:
    if len(when) == len("2026-03-12"):
        return date.fromisoformat(when)
    return datetime.fromisoformat(when).replace(second=0, microsecond=0, tzinfo=None)
