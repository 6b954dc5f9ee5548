"""Ages: "fifty-eight", "my nine year old", "he's sixteen", "in her seventies"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.redaction.function_words import word_set
from companion.redaction.numbers import Run, number_runs
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Word, norm_at

_OLDEST = 115
_OLDER_THAN_A_CLOCK = 25
_SPANS_OF_LIFE = word_set("year years yr yrs month months week weeks day days")
_BORN = frozenset({"old", "olds"})
_DECADES = word_set(
    """
    teens twenties thirties forties fifties sixties seventies eighties
    """
)
_OWNERS = word_set("my your his her their our mid late early the")
# Who can have an age, right before the number: "he's nine", "my daughter is nine".
_PERSON_IS = word_set(
    """
    i'm im he's hes she's shes you're youre they're theyre who's whos
    """
)
_IS = word_set("is was am are were be being been turned turning turns")
_PERSONS = word_set(
    """
    i he she you they who mine one youngest oldest eldest middle baby boy girl kid kids son sons
    daughter daughters child children twins mom mum mother dad father wife husband sister
    brother grandson granddaughter grandma grandpa grandmother grandfather granny nephew niece
    cousin aunt uncle boys girls toddler partner me him her
    """
)
_ALWAYS_AN_AGE = word_set("age aged turned turning turns")
_FILLERS = word_set(
    """
    like only just about almost nearly maybe around barely already not even now all going on
    probably was is at
    """
)
# After an age the sentence goes on in one of these ways; after a count comes what is counted.
_GOES_ON = word_set(
    """
    and but so when now then already too he she they i it it's its he's she's they're i'm you
    you're we with which who my his her their our your this that because if yeah yes no okay
    once though um uh well years the a an in at on back still never at what how
    """
)
_PLURAL_SUBJECTS = frozenset({"they", "they're", "theyre", "you're", "youre", "you"})
_ANSWERS = word_set("yeah yes ok okay wow oh mm hm still only and just")


def ages(words: Sequence[Word]) -> Iterator[Found]:
    """How old somebody is, or was."""
    for run in number_runs(words):
        if len(run.values) == 1 and not run.repeats and run.values[0] <= _OLDEST:
            yield from _age(words, run)
    for at, word in enumerate(words):
        if word.norm in _DECADES and norm_at(words, at - 1) in _OWNERS:
            owner = norm_at(words, at - 2) if norm_at(words, at - 1) in ("mid", "late") else "his"
            if norm_at(words, at - 1) != "the" and owner in _OWNERS - {"the"}:
                yield Found(at, at + 1, SpanType.AGE)


def _age(words: Sequence[Word], run: Run) -> Iterator[Found]:
    said_old = _said_old(words, run.end)
    if said_old:
        yield Found(run.first, said_old, SpanType.AGE)
        if norm_at(words, run.first - 1) in ("and", "or", "to") or (
            norm_at(words, run.first - 2) in ("and", "or") and norm_at(words, run.first - 1) == "a"
        ):  # "a six and a nine year old"
            before = run.first - (2 if norm_at(words, run.first - 1) != "a" else 3)
            if before >= 0 and any(r.end == before + 1 for r in number_runs(words)):
                yield Found(before, before + 1, SpanType.AGE)
    elif _of_a_person(words, run) or _alone(words, run):
        yield Found(run.first, run.end, SpanType.AGE)
        if norm_at(words, run.end) == "and":
            second = [r for r in number_runs(words) if r.first == run.end + 1]
            if second and _ends_or_goes_on(words, second[0].end):
                yield Found(second[0].first, second[0].end, SpanType.AGE)


def _said_old(words: Sequence[Word], at: int) -> int:
    """The end of "years old" or "and a half years old" from here on; 0 where it is not there."""
    if [norm_at(words, at + k) for k in range(3)] == ["and", "a", "half"]:
        at += 3
    if norm_at(words, at) in _SPANS_OF_LIFE and norm_at(words, at + 1) in _BORN:
        return at + 2
    if norm_at(words, at) in ("something", "yo"):
        return at + 1
    return 0


def _of_a_person(words: Sequence[Word], run: Run) -> bool:
    at = run.first - 1
    if words[run.first].stop_before:
        return False
    while norm_at(words, at) in _FILLERS and norm_at(words, at) not in ("is", "was", "at"):
        at -= 1
    cue, before = norm_at(words, at), norm_at(words, at - 1)
    if cue in _ALWAYS_AN_AGE and not _unit(words, run.end):
        return True
    if cue == "at" and run.values[0] >= _OLDER_THAN_A_CLOCK:
        return _ends_or_goes_on(words, run.end) and run.values[0] % 15 != 0
    if not _ends_or_goes_on(words, run.end) or norm_at(words, run.end - 1) == "one":
        return False
    if cue in _PERSON_IS:
        return True
    if cue.endswith("'s") and cue[:-2] in _PERSONS:
        return True
    if cue in _IS:
        while before in _FILLERS and before not in ("is", "was"):
            at -= 1
            before = norm_at(words, at - 1)
        name = at >= 1 and words[at - 1].capital and not words[at - 1].opens
        return before in _PERSONS or name or before.startswith("[")
    return False


def _unit(words: Sequence[Word], at: int) -> bool:
    norm = norm_at(words, at)
    return norm in _SPANS_OF_LIFE or (norm.endswith("s") and norm not in _GOES_ON)


def _ends_or_goes_on(words: Sequence[Word], at: int) -> bool:
    if at >= len(words):
        return True
    if words[at].marks and words[at].marks not in ("-", "'"):
        return True
    return words[at].norm in _GOES_ON


def _alone(words: Sequence[Word], run: Run) -> bool:
    """A sentence of nothing but the number, as an answer is repeated: "Nine." "And she's five."."""
    opens = words[run.first].opens or all(
        w.norm in _ANSWERS for w in words[max(run.first - 1, 0) : run.first]
    )
    closed = run.end < len(words) and words[run.end].stop_before
    first_words = run.first == 0 or words[run.first].stop_before
    return opens and first_words and closed and run.end - run.first <= 2 and run.values[0] > 1
