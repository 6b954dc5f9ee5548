"""Which day and time an utterance settles on, and whether it asks, agrees or only tells.

Within one breath people correct themselves ("nine o'clock, no, it's half past nine"), name what
the meeting begins with and when to meet before it, and mention days on which something else is
due. What stands after the last correction counts; of several times on one day the earliest is
when to be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from companion.understanding.dates import When
from companion.understanding.doers import ORGANIZER, OTHERS, RIDES, doer_near, says
from companion.understanding.words import Spoken, word_set

_CORRECTS = word_set("no wait actually sorry instead rather better switch scratch moved mean")
_CORRECTING_PHRASES = (
    ("make", "it"), ("tell", "a", "lie"), ("hang", "on"), ("let", "us", "say"), ("hold", "on"),
    ("let", "us", "do"), ("the", "other"), ("you", "got"), ("was", "thinking"),
)  # fmt: skip
_ASKS = (
    ("will", "you"), ("would", "you"), ("could", "you"), ("can", "you"), ("you", "in"),
    ("put", "you", "down"), ("count", "on", "you"), ("i", "would", "like", "you"),
    ("i", "want", "you"), ("i", "need", "you"), ("join", "us"), ("come", "with", "us"),
    ("you", "game"), ("you", "coming"), ("if", "you", "would", "come"), ("are", "you", "in"),
    ("you", "will", "come"), ("you", "be", "there"), ("you", "stand", "with"),
)  # fmt: skip
_NO_ASKS = (
    ("see", "you", "in"), ("not", "going", "to", "ask"), ("would", "you", "like", "to", "keep"),
    ("would", "you", "like", "to", "stop"), ("keep", "going"), ("keep", "on"), ("keep", "talking"),
)  # fmt: skip
"""Words that look like an ask and are about the call itself, or a farewell."""
_DOES = word_set(
    "come join sign speak stand bring read march wear meet sit walk send write keep ride talk "
    "testify go take put help be do attend say tell add let hold game coming in down"
)
_RECAP_STARTS = word_set("so okay then good perfect great lovely alright right cool")
_AROUND = word_set(
    "then so okay say well and or no at on by about around it is the make sharp let us"
)
"""Words that a sentence may hold beside its day or time, and still be nothing but that."""
_TODAY = word_set("today tonight")
_FITS = word_set("good fine better okay perfect great it")
_UNDECIDED = word_set("maybe pending sleep unsure pray undecided")
_UNDECIDED_PHRASES = (
    ("think", "about"), ("you", "are", "thinking"), ("may", "be", "is"), ("not", "yes"),
    ("think", "it", "over"), ("not", "a", "yes"),
)  # fmt: skip
_IF_NO = (("if", "it", "is", "no"), ("if", "it", "is", "a", "no"), ("if", "not"))
"""What would be after a no is no no."""
_TOLD = word_set("they he she him them was were had did went got came stood said wrote sat gave")
MAX_TOLD_SHARE = 0.14
"""An utterance with more words of others and of the past than this tells a story."""
LONG_WORDS = 30
RIDE_WORDS = 8
"""So soon after "I'll pick you up" stands the time of the ride, which is not the meeting's."""
MAX_RECAP_LEAD = 8
"""So soon after its first word a summing-up names the day."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The day and the time that an utterance comes to; either may be empty."""

    days: tuple[date, ...]
    times: tuple[time, ...]
    half_said: bool
    """Whether the time is in the morning or later was said."""
    offset_min: int | None
    """Minutes from a time that was said earlier in the call."""
    doer: str | None
    """Whose words stand around the day, or around the time where there is no day."""
    corrects: bool
    weekday: bool
    """Whether the day was named by its weekday alone."""
    other: bool
    """'No, the other Thursday': not the day that stood so far."""


def is_ask(norms: Sequence[str]) -> bool:
    """Whether the words may ask the other person to do something."""
    asks = says(norms, _ASKS) and not _DOES.isdisjoint(norms)
    return asks and not says(norms, _NO_ASKS)


def is_recap(spoken: Spoken, whens: Sequence[When]) -> bool:
    """Whether the utterance begins by summing up a day: 'so Thursday at six', 'it's the ninth'."""
    days = [w for w in whens if w.dates]
    if not days:
        return False
    norms = spoken.norms
    lead = norms[: days[0].first]
    named = says(lead[-3:], (("it", "is"), ("that", "is"), ("let", "us", "say")))
    return named or (norms[0] in _RECAP_STARTS and len(lead) <= MAX_RECAP_LEAD)


def is_told(norms: Sequence[str]) -> bool:
    """Whether a long utterance tells of others or of the past."""
    told = sum(word in _TOLD for word in norms)
    return len(norms) > LONG_WORDS and told > MAX_TOLD_SHARE * len(norms)


def is_undecided(norms: Sequence[str]) -> bool:
    """Whether the words take the answer for one that is still to come."""
    return bool(_UNDECIDED.intersection(norms)) or says(norms, _UNDECIDED_PHRASES)


def supposes_no(norms: Sequence[str]) -> bool:
    """Whether the words only say what would be after a no: 'and if it's no, ...'."""
    return says(norms, _IF_NO)


def corrects(norms: Sequence[str]) -> bool:
    """Whether the words may correct what was said before."""
    plain = _CORRECTS.intersection(norms) - {"no"}
    return bool(plain) or "no" in norms[:3] or says(norms, _CORRECTING_PHRASES)


def chosen(
    spoken: Spoken, whens: Sequence[When], barred: frozenset[str], *, today_counts: bool
) -> Statement | None:
    """The day and time that an utterance settles on, or None.

    Args:
        barred: whose days and times do not count here, such as the organizer's own promises.
        today_counts: 'tonight' alone may be the day; else it belongs to small talk and care.
    """
    norms = spoken.norms
    kept: list[tuple[When, str | None]] = []
    dropped_last = False
    for when in whens:
        doer = doer_near(spoken, when.first, when.end)
        alone = not when.dates
        out = doer in barred or (alone and (dropped_last or (doer == OTHERS and not kept)))
        out = out or (bool(when.dates) and _unfit(norms, when, today_counts=today_counts))
        out = out or (alone and says(norms[max(0, when.first - RIDE_WORDS) : when.first], RIDES))
        # "At seven at the hall, and I'll come round at half past six": seven is meant.
        mine = alone and doer == ORGANIZER and any(w.times for w, _ in kept)
        out = out or mine
        dropped_last = out
        if not out:
            kept.append((when, doer))
    if not kept:
        return None
    settled_at = _alone(spoken, [when for when, _ in kept])
    turn = max(_last_correction(norms, [when for when, _ in kept]), settled_at or 0)
    days = [pair for pair in kept if pair[0].dates]
    after = [pair for pair in days if pair[0].first >= turn]
    pool = after or days[-1:] if turn else days
    picked = next((p for p in pool if p[0].times), pool[0]) if pool else None
    day = picked[0] if picked else None
    clocks = _clocks(day, [when for when, _ in kept], turn)
    clock = min(clocks, key=lambda w: w.times[0]) if clocks and not turn else None
    clock = clocks[-1] if clocks and turn else clock
    offset = next((w.offset_min for w, _ in kept if w.offset_min is not None and not w.times), None)
    return Statement(
        days=day.dates if day else (),
        times=clock.times if clock else (),
        half_said=clock.half_said if clock else False,
        offset_min=offset,
        doer=picked[1] if picked else kept[0][1],
        corrects=corrects(norms) or settled_at is not None,
        weekday=day is not None and day.weekday,
        other=says(norms, (("the", "other"),)),
    )


def _clocks(day: When | None, kept: Sequence[When], turn: int) -> list[When]:
    """The times that may belong to the chosen day."""
    same = [
        w
        for w in kept
        if w.times and (not w.dates or (day is not None and set(w.dates) & set(day.dates)))
    ]
    return [w for w in same if w.end > turn] or same


def _alone(spoken: Spoken, whens: Sequence[When]) -> int | None:
    """Where the last sentence begins that is nothing but a day or a time.

    "Sunday noon. Oh, you have church. One-thirty, then." settles on the last.
    """
    for sentence in reversed(spoken.sentences[1:] or spoken.sentences[:1]):
        if sentence.mark == "?":
            continue
        inside = [w for w in whens if sentence.first <= w.first and w.end <= sentence.end]
        said = {i for w in inside for i in range(w.first, w.end)}
        others = {spoken.norms[i] for i in range(sentence.first, sentence.end) if i not in said}
        if inside and others <= _AROUND:
            return sentence.first
    return None


def _last_correction(norms: Sequence[str], whens: Sequence[When]) -> int:
    """The place of the last correction that a day or time stands on both sides of; 0 if none."""
    if len(whens) < 2:
        return 0
    for at in range(whens[-1].first - 1, whens[0].end - 1, -1):
        phrased = any(tuple(norms[at : at + len(p)]) == p for p in _CORRECTING_PHRASES)
        if norms[at] in _CORRECTS or phrased:
            return at
    return 0


def _unfit(norms: Sequence[str], when: When, *, today_counts: bool) -> bool:
    """Days that something else is on, or that only say how to spend the evening."""
    word = norms[when.first]
    if word in _TODAY or (word == "this" and when.end - when.first >= 2):
        return not (when.times or today_counts)
    owner = norms[when.first + 1 : when.first + 3]
    if owner[:1] == ["'s"]:  # "Thursday's the early section", but "Thursday's fine"
        return not (owner[1:] and owner[1] in _FITS)
    return norms[max(0, when.first - 1) : when.first] == ["off"]
