"""Numbers, written with digits or spoken: which are counts, times and years, and which identify.

A small state machine over words: a run of number words is read as a row of cardinals ("twenty two
eleven" is 22, 11; "five five five" is 5, 5, 5). One cardinal is a count; two may be a time or a
year; all other rows are telephone numbers, accounts, house numbers and their like.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from companion.redaction.function_words import FUNCTION_WORDS, word_set
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Kind, Word, norm_at

UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_ZEROS = frozenset({"oh", "o", "nought"})
_TIMES = frozenset({"double", "triple"})
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
# What may stand between the parts of one long number.
_JOINTS = frozenset({"dash", "hyphen", "minus", "extension", "ext"})
_TIME_CUES = word_set(
    """
    at by around about from till til until to past before after between since like
    """
)
_AFTER_TIME = word_set("am pm a.m p.m o'clock oclock a p")
_ID_CUES = word_set(
    """
    badge id account acct case ticket plate plates license licence employee claim file extension
    ext pin code passcode password member card policy route bus truck van locker zip serial
    confirmation reference permit phone cell mobile fax docket invoice tag
    """
)
_AFTER_CUE = word_set("number numbers no is it's its ends ending in was the num")
_NUMBERED_THINGS = word_set("local bus route truck district precinct lodge post engine ladder")
_AFTER_NAME = word_set("and but so he she they i we you is was has had in on the that with who")
_AFTER_ARTICLES = word_set(
    "day night morning time little few lot good great new old kind real more"
)
_OFTEN_COUNTED = word_set("van car cart cab line lane gate bay dock track crew rig run pod")
_SMALL, _LARGE = 3, 20
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2099
_PHONE_DIGITS = 7
_CARDINALS_OF_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Run:
    """A run of number words, read as a row of cardinals."""

    first: int
    end: int
    values: tuple[int, ...]
    digits: int
    """How many digits it would have if it were written."""
    repeats: bool
    """Says "double" or "triple": then it is never a count."""


def number_runs(words: Sequence[Word]) -> list[Run]:
    """All runs of number words, in order. A sentence's end ends a run, a comma does not."""
    runs = []
    at = 0
    while at < len(words):
        end = _run_end(words, at)
        if end > at:
            runs.append(_read(words, at, end))
        at = max(end, at + 1)
    return runs


def is_number(word: Word) -> bool:
    """A word that says a number by itself."""
    return word.kind is Kind.DIGITS or word.norm in UNITS or word.norm in TENS


def identifying_numbers(words: Sequence[Word]) -> Iterator[Found]:
    """Numbers that could lead to somebody: all but counts, times and years."""
    for run in number_runs(words):
        if _identifies(words, run):
            kind = SpanType.PHONE if run.digits >= _PHONE_DIGITS else SpanType.ID
            yield Found(run.first, run.end, kind)
        elif _has_letter(words, run.end):
            yield Found(run.first, run.end + 1, SpanType.ID)
        elif len(run.values) == 1 and _belongs_to_a_name(words, run):
            yield Found(run.first, run.end, SpanType.ID)
    for at, word in enumerate(words):
        if word.kind is Kind.DIGITS and len(word.norm) > 2 and not _is_year(words, at):
            yield Found(at, at + 1, SpanType.NUMBER)


def _run_end(words: Sequence[Word], first: int) -> int:
    """Where the run that begins here ends; `first` itself where none does."""
    at = first
    while at < len(words):
        word = words[at]
        if at > first and word.stop_before:
            break
        after = words[at + 1] if at + 1 < len(words) else None
        goes_on = after is not None and not after.stop_before and _counts(after)
        if (
            is_number(word)
            or (word.norm in _SCALES and at > first)
            or (word.norm in _ZEROS and goes_on and (at > first or _opens_row(words, at)))
            or (word.norm in _ZEROS and at > first and norm_at(words, at - 1) in (*UNITS, *_ZEROS))
            or (word.norm in _TIMES and goes_on and not (after and after.norm in ("time", "shift")))
            or (word.norm == "and" and goes_on and at > first and words[at - 1].norm in _SCALES)
            or (word.norm in _JOINTS and goes_on and at > first)
        ):
            at += 1
        else:
            break
    return at


def _counts(word: Word) -> bool:
    return is_number(word) or word.norm in _ZEROS or word.norm in _TIMES


def _opens_row(words: Sequence[Word], at: int) -> bool:
    """ "Oh" begins a number only before two single digits: "oh seven seven …", not "oh one"."""
    following = [norm_at(words, at + 1), norm_at(words, at + 2)]
    return all(w in _ZEROS or w in _TIMES or UNITS.get(w, 10) < 10 for w in following)


def _read(words: Sequence[Word], first: int, end: int) -> Run:
    values: list[int] = []
    digits = 0
    repeats = False
    open_tens = open_scale = False
    for word in words[first:end]:
        norm = word.norm
        if norm in _TIMES:
            repeats = True
            digits += 1 if norm == "double" else 2
            open_tens = open_scale = False
        elif word.kind is Kind.DIGITS:
            values.append(int(norm[:9]))
            digits += len(norm)
            open_tens = open_scale = False
        elif norm in _SCALES:
            values[-1:] = [(values[-1] if values else 1) * _SCALES[norm]]
            open_tens, open_scale = False, True
        elif norm in TENS:
            _add(values, TENS[norm], open_scale)
            digits += 2
            open_tens, open_scale = True, False
        elif norm in UNITS:
            value = UNITS[norm]
            joins_tens = open_tens and 0 < value < 10
            _add(values, value, joins_tens or open_scale)
            digits += 0 if joins_tens else len(str(value))
            open_tens = open_scale = False
        elif norm in _ZEROS:
            values.append(0)
            digits += 1
            open_tens = open_scale = False
    return Run(first, end, tuple(values), digits, repeats)


def _add(values: list[int], value: int, joins: bool) -> None:
    if joins and values:
        values[-1] += value
    else:
        values.append(value)


def _identifies(words: Sequence[Word], run: Run) -> bool:
    if run.repeats or _has_id_cue(words, run.first, len(run.values)):
        return True
    if len(run.values) == 1:
        return False
    if len(run.values) == 2:
        told = _told_time(words, run)
        return not (_year(run.values) or _clock(*run.values, told))
    if len(run.values) == _CARDINALS_OF_A_ROW and run.values[1] == 0:  # "six oh five"
        hour, _, minute = run.values
        told = _told_time(words, run)
        return not (hour == 19 or (told and 1 <= hour <= 12 and minute < 10))
    return True


def _has_letter(words: Sequence[Word], at: int) -> bool:
    """A letter after a number is a part of it: "fourteen b"; "a" only where it is no article."""
    norm, after = norm_at(words, at), norm_at(words, at + 1)
    if len(norm) != 1 or words[at].kind is not Kind.LETTERS or norm in "iop" or after == "m":
        return False
    if words[at].marks not in ("", "-"):
        return False
    ends = at + 1 >= len(words) or bool(words[at + 1].marks)
    article = not ends and (after not in FUNCTION_WORDS or after in _AFTER_ARTICLES)
    return norm != "a" or words[at].capital or not article


def _belongs_to_a_name(words: Sequence[Word], run: Run) -> bool:
    """ "[place] twenty three", "local seven", "number forty": what is counted does not follow."""
    before = words[run.first - 1] if run.first else None
    if before is None or words[run.first].marks not in ("", "#"):
        return False
    ends = run.end >= len(words) or bool(words[run.end].marks)
    if before.kind is Kind.MASK:
        return ends or norm_at(words, run.end) in _AFTER_NAME
    if before.norm == "number":
        return run.values[0] > _SMALL
    if before.norm in _OFTEN_COUNTED:
        return run.values[0] >= _LARGE and (ends or norm_at(words, run.end) in _AFTER_NAME)
    return before.norm in _NUMBERED_THINGS


def _year(values: Sequence[int]) -> bool:
    century, rest = values
    return century in (18, 19, 20) and 10 <= rest <= 99


def _clock(hour: int, minute: int, told: bool) -> bool:
    """Minutes are said in fives, unless other words say that it is a time."""
    return 1 <= hour <= 12 and 10 <= minute <= 59 and (told or minute % 5 == 0)


def _told_time(words: Sequence[Word], run: Run) -> bool:
    before, after = norm_at(words, run.first - 1), norm_at(words, run.end)
    return before in _TIME_CUES or after in _AFTER_TIME


def _has_id_cue(words: Sequence[Word], first: int, row: int) -> bool:
    """A word such as "badge" before the number, with "number is" between them or not."""
    at = first - 1
    for _ in range(4):
        norm = norm_at(words, at)
        if norm in _ID_CUES:
            return True
        if norm not in _AFTER_CUE:
            return False
        if norm in ("number", "numbers") and row > 1:
            return True
        at -= 1
    return False


def _is_year(words: Sequence[Word], at: int) -> bool:
    norm = words[at].norm
    lonely = not any(
        0 <= near < len(words) and words[near].kind is Kind.DIGITS and len(words[near].norm) > 2
        for near in (at - 1, at + 1)
    )
    return (
        len(norm) == len("2026")
        and _EARLIEST_YEAR <= int(norm) <= _LATEST_YEAR
        and lonely
        and not _has_id_cue(words, at, 1)
    )
