"""The list of words that redaction may keep: `models/safe_words.en.txt.gz`.

`scripts/make_safe_vocabulary` builds it, and fetches the two packages that it is made of:

- SCOWL (Debian's `scowl`), word lists by how common a word is: sizes 10 to 40;
- `names` (PyPI), the names of the US Census of 1990, by how common they are;

and from this checkout the hand-written calls of `configs/corpus/en`: their lower-case words
outside the marks of labelled names, where at least two calls have them.

A word that is also in the Census is left out, unless it is clearly commoner as a word: one of
SCOWL's sizes 10 and 20, or in three calls and more. See `companion.redaction.vocabulary` for the
marks of the list.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from companion.redaction.function_words import FUNCTION_WORDS, word_set
from companion.trainer.corpus import LabelledCall

LARGEST_SIZE = 40
COMMON_SIZE = 20
CALLS_OF_A_WORD = 2
CALLS_OF_A_COMMON_WORD = 3
CALLS_OF_MOSTLY_A_WORD = 5
FAMILY_NAME_PERCENT = 0.012
"""Rarer family names that are common words are taken for words."""
FIRST_NAME_PERCENT = 0.004
"""The same for first names."""

_KINDS = ("english", "american", "british")
_PARTS = ("words", "contractions")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Words that no list of common words holds: days, months, languages, holidays, programs that
# everybody calls with, sounds of listening, and abbreviations.
_ADDED = word_set(
    """
    sunday monday tuesday wednesday thursday friday saturday sundays mondays tuesdays wednesdays
    thursdays fridays saturdays january february march july september october november december
    christmas easter thanksgiving ramadan eid hanukkah diwali halloween juneteenth english
    spanish french chinese mandarin cantonese vietnamese tagalog arabic somali amharic creole
    portuguese polish russian korean hindi punjabi urdu german italian american americans
    mexican african asian european latino latina catholic christian muslim jewish god jesus
    christ zoom whatsapp facebook instagram google youtube tiktok wifi internet email emails app
    apps mr mrs ms dr st hr tv ceo cfo vp gps pdf osha nlrb ppe pto fmla hvac atm diy faq usa us
    uk mm mmm hm hmm mhm uh um huh hey hiya yeah yep nah oof heh okay ok alright gonna gotta
    wanna lemme kinda sorta dunno y'all ma'am there'd there'll that'd that'll what'd how'd who'd
    why'd it'd where'd when'd this'll these'll somebody'd nobody'd i've haven't sec comp temp
    ops coworker coworkers grandkids grandbaby understaffed understaffing shortstaffed childcare
    healthcare homecare paycheck paychecks overtime carpool potluck textbank phonebank am pm
    steward stewards foreman rep reps union unions organizer organizers picket pickets
    bargaining grievance grievances petition petitions leaflet leaflets flyer flyers turnout
    sign signs signed meeting meetings letter letters
    """
)

# Judged by hand, against what the counts say.
_NO_NAMES = word_set(
    """
    numbers sang hung long man sun brain manual era young autumn best weeks small short house
    case key head church holder minor foreman strong sharp bright colon sung alpha
    """
)
_MOSTLY_WORDS = word_set(
    "major porter chance lane ward forest royal king queen prince walker precious"
)
_MOSTLY_NAMES = word_set(
    """
    will may hope penny art april june august mark bill miles buddy sage
    willow piper archer raven kit dot clay
    reed brook heath ginger basil norm robin
    hazel violet olive pearl ruby daisy lily iris ivy jade dale glen dean earl duke chip skip
    bud lance victor carol jewel opal sandy misty stormy juniper holly heather jean jerry melody
    max harry hank tom dick peg sally jimmy johnny mike peter
    """
)


def read_scowl(folder: Path) -> dict[int, set[str]]:
    """SCOWL's lower-case words by size, from the folder of its lists."""
    found: dict[int, set[str]] = {}
    for path in sorted(folder.iterdir()):
        name, _, size = path.name.rpartition(".")
        kind, _, part = name.partition("-")
        if kind in _KINDS and part in _PARTS and int(size) <= LARGEST_SIZE:
            words = path.read_text(encoding="latin-1").split()
            found.setdefault(int(size), set()).update(w for w in words if w.islower())
    return found


def read_census(path: Path) -> dict[str, float]:
    """Names of one Census list, in lower case, with the percentage of people who bear them."""
    rows = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {row[0].lower(): float(row[1]) for row in rows if row}


def words_of_calls(calls: Iterable[LabelledCall]) -> Counter[str]:
    """In how many calls each lower-case word occurs outside the marks of labelled names."""
    found: Counter[str] = Counter()
    for call in calls:
        of_call = set()
        for labelled in call.utterances:
            for match in _WORD.finditer(labelled.utterance.text):
                word = match.group().replace("’", "'")
                marked = any(
                    span.start_char < match.end() and match.start() < span.end_char
                    for span in labelled.pii
                )
                if word.islower() and not marked:
                    of_call.add(word)
        found.update(of_call)
    return found


def safe_words(
    scowl: dict[int, set[str]],
    first_names: dict[str, float],
    family_names: dict[str, float],
    in_calls: Counter[str],
) -> list[str]:
    """The lines of the list, sorted."""
    common = set().union(*(words for size, words in scowl.items() if size <= COMMON_SIZE))
    common |= {word for word, calls in in_calls.items() if calls >= CALLS_OF_A_COMMON_WORD}
    known = set().union(*scowl.values())
    known |= {word for word, calls in in_calls.items() if calls >= CALLS_OF_A_WORD}
    kept = common | _MOSTLY_NAMES | _ADDED
    lines = {f"{name}!" for name in first_names if name not in kept}
    for word in (known | _MOSTLY_NAMES) - _ADDED:
        stem = word.partition("'")[0]
        if word in FUNCTION_WORDS:
            lines.add(word)
        elif word in _MOSTLY_NAMES:
            lines.add(f"{word}~")
        elif stem not in first_names and stem not in family_names:
            lines.add(word)
        elif word in common and stem in common:
            lines.add(word + _mark(word, first_names, family_names, in_calls))
    marked = {line[:-1] for line in lines if line[-1] in "?~+!"}
    return sorted(lines | (_ADDED | FUNCTION_WORDS) - marked)


def _mark(
    word: str,
    first_names: dict[str, float],
    family_names: dict[str, float],
    in_calls: Counter[str],
) -> str:
    if word in _NO_NAMES:
        return ""
    if word in _MOSTLY_WORDS:
        return "?"
    if first_names.get(word, 0.0) >= FIRST_NAME_PERCENT:
        return "?" if in_calls[word] >= CALLS_OF_MOSTLY_A_WORD else "~"
    return "+" if family_names.get(word, 0.0) >= FAMILY_NAME_PERCENT else ""


def build_list(scowl: Path, names: Path, calls: Iterable[LabelledCall]) -> list[str]:
    """The lines of the list.

    Args:
        scowl: the folder of SCOWL's lists.
        names: the folder of the package `names`.
        calls: hand-written calls.
    """
    men, women = (read_census(names / f"dist.{sex}.first") for sex in ("male", "female"))
    first_names = {name: max(men.get(name, 0), women.get(name, 0)) for name in {*men, *women}}
    family_names = read_census(names / "dist.all.last")
    return safe_words(read_scowl(scowl), first_names, family_names, words_of_calls(calls))


def as_bytes(lines: Sequence[str]) -> bytes:
    """The file of a list: the same bytes each time."""
    return gzip.compress("".join(f"{line}\n" for line in lines).encode("utf-8"), 9, mtime=0)
