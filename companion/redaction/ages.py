"""Ages: "fifty-eight", "my nine year old", "he's sixteen", "in her seventies"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from companion.redaction.function_words import word_set
from companion.redaction.numbers import Run, number_runs
from companion.redaction.spans import SpanType
from companion.redaction.words import Found, Word, norm_at

IsOrdinary = Callable[[Word], bool]

_OLDEST = 115
_OLDER_THAN_A_CLOCK = 13
_GROWN_UP = 25
_SPANS_OF_LIFE = word_set("year years yr yrs month months week weeks day days")
_BORN = frozenset({"old", "olds"})
_DECADES = word_set(
    """
    teens twenties thirties forties fifties sixties seventies eighties
    """
)
_OWNERS = word_set("my your his her their our mid late early the")
# Who can have an age, right before the number: "he's nine", "my daughter is nine".
_WILL = word_set("he'll she'll they'll i'll you'll will to gonna might would must could")
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
_ALWAYS_AN_AGE = word_set("age aged turned turning turns pushing approaching")
_FILLERS = word_set(
    """
    what like only just about almost nearly maybe around barely already not even now all going on
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
_COUNTED = word_set(
    """
    of to or percent hundred thousand million point people men women feet foot more less other half
    o'clock oclock am pm p.m a.m thirty fifteen forty fifty twenty ten five left short down up out
    off over under behind ahead different full whole big new days nights hours minutes time people's
    folks staff police children grand bucks cents stops deep times against year month week day hour
    minute mile per apiece each times in on for from at with by if and-a
    """
)
_ANSWERS = word_set("yeah yes ok okay wow oh mm hm still only and just nah no so")
_AFTER_ANSWER = word_set(
    "yeah yes okay ok well wow oh and so but he she he's she's they i it's that's you you're my "
    "god already now bless no mm um"
)
_CHILDREN = word_set("kids boys girls sons daughters children twins grandkids ones girls")
_QUESTION_WORDS = 8


def ages(words: Sequence[Word], ordinary: IsOrdinary) -> Iterator[Found]:
    """How old somebody is, or was.

    Args:
        words: the text.
        ordinary: whether a word may be read; what is not is likely somebody's name.
    """
    for run in number_runs(words):
        if len(run.values) == 1 and not run.repeats and run.values[0] <= _OLDEST:
            yield from _age(words, run, ordinary)
    for at, word in enumerate(words):
        if word.norm in _DECADES and norm_at(words, at - 1) in _OWNERS:
            owner = norm_at(words, at - 2) if norm_at(words, at - 1) in ("mid", "late") else "his"
            if norm_at(words, at - 1) != "the" and owner in _OWNERS - {"the"}:
                yield Found(at, at + 1, SpanType.AGE)


def _age(words: Sequence[Word], run: Run, ordinary: IsOrdinary) -> Iterator[Found]:
    said_old = _said_old(words, run.end)
    if said_old:
        yield Found(run.first, said_old, SpanType.AGE)
        if norm_at(words, run.first - 1) in ("and", "or", "to") or (
            norm_at(words, run.first - 2) in ("and", "or") and norm_at(words, run.first - 1) == "a"
        ):  # "a six and a nine year old"
            before = run.first - (2 if norm_at(words, run.first - 1) != "a" else 3)
            if before >= 0 and any(r.end == before + 1 for r in number_runs(words)):
                yield Found(before, before + 1, SpanType.AGE)
    elif (
        _of_a_person(words, run, ordinary)
        or _answered(words, run)
        or _of_children(words, run)
        or _asked_how_old(words, run)
    ):
        yield Found(run.first, run.end, SpanType.AGE)
        joined = run.end + (2 if norm_at(words, run.end + 1) == "a" else 1)
        if norm_at(words, run.end) == "and":
            second = [r for r in number_runs(words) if r.first == joined]
            if second and _ends_or_goes_on(words, second[0].end):
                yield Found(second[0].first, second[0].end, SpanType.AGE)


def _said_old(words: Sequence[Word], at: int) -> int:
    """The end of "years old" or "and a half years old" from here on; 0 where it is not there."""
    if [norm_at(words, at + k) for k in range(3)] == ["and", "a", "half"]:
        at += 3
    if norm_at(words, at) in _SPANS_OF_LIFE and norm_at(words, at + 1).removesuffix("'s") in _BORN:
        return at + 2
    if norm_at(words, at) in ("something", "yo"):
        return at + 1
    return 0


def _of_a_person(words: Sequence[Word], run: Run, ordinary: IsOrdinary) -> bool:
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
    if cue == "of" and before in _PERSONS:
        return _ends_or_goes_on(words, run.end)
    if not _ends_or_goes_on(words, run.end) or run.values[0] == 1:
        return False
    if cue in _PERSON_IS:
        return True
    if cue.endswith("'s") and (cue[:-2] in _PERSONS or not ordinary(words[at])):
        return True
    if cue == "be" and before in _WILL:
        return True
    if cue in _IS:
        while before in _FILLERS and before not in ("is", "was"):
            at -= 1
            before = norm_at(words, at - 1)
        return before in _PERSONS or (at >= 1 and not ordinary(words[at - 1]))
    owned = before in _OWNERS - {"the"}
    followed = run.end >= len(words) or bool(words[run.end].marks) or words[run.first].marks == ","
    return owned and cue in _PERSONS and followed


def _unit(words: Sequence[Word], at: int) -> bool:
    norm = norm_at(words, at)
    return norm in _SPANS_OF_LIFE or (norm.endswith("s") and norm not in _GOES_ON)


def _ends_or_goes_on(words: Sequence[Word], at: int) -> bool:
    """Nothing is counted by the number: what follows is the end, a mark, or another thought."""
    if at >= len(words):
        return True
    if words[at].marks and words[at].marks not in ("-", "'"):
        return True
    norm = words[at].norm
    if norm in _GOES_ON:
        return True
    return norm not in _COUNTED and not (norm.endswith("s") and not norm.endswith(("ss", "'s")))


def _answered(words: Sequence[Word], run: Run) -> bool:
    """A number that opens a sentence and counts nothing: "Nine." "And twenty-three." "ten yeah"."""
    at = run.first
    while at > 0 and not words[at].stop_before and words[at - 1].norm in _ANSWERS:
        at -= 1
    if (at > 0 and not words[at].stop_before) or run.values[0] < 2:
        return False
    if run.end >= len(words):
        return at == 0
    after = words[run.end]
    if [after.norm, norm_at(words, run.end + 1)] in (["and", "a"], ["or", "so"]):
        return False
    return after.stop_before or after.norm in _AFTER_ANSWER


def _of_children(words: Sequence[Word], run: Run) -> bool:
    """ "Two kids, six and nine"; "a six and a nine at home"."""
    before, after = norm_at(words, run.first - 1), norm_at(words, run.end)
    if before in _CHILDREN and (after == "and" or _marked(words, run.first)):
        return _ends_or_goes_on(words, run.end) and run.values[0] < _GROWN_UP
    another = norm_at(words, run.end + 1) == "a" and after == "and"
    return before == "a" and another and any(r.first == run.end + 2 for r in number_runs(words))


def _asked_how_old(words: Sequence[Word], run: Run) -> bool:
    """ "How old is she now, seven?"."""
    asked = any(
        (words[at].norm, words[at + 1].norm) == ("how", "old")
        for at in range(max(run.first - _QUESTION_WORDS, 0), run.first - 1)
    )
    return asked and _ends_or_goes_on(words, run.end)


def _marked(words: Sequence[Word], at: int) -> bool:
    return bool(words[at].marks)
