"""An utterance as words: lower case, contractions opened, sentences and quotes kept.

"What's" becomes "what", "is": phrases then match however the recognizer spells them, and however
a trainer wrote them. Works the same on punctuated text and on bare lower-case text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

MAX_CHARS = 40_000
"""Longer text is read up to here, so that no input can hold up a call."""


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as they are read: `word_set("so and but")`."""
    return frozenset(text.split())


_TOKEN = re.compile(
    r"(?P<word>\d{1,2}:\d{2}(?:[ap]m)?\b|\d+\.\d+|[ap]\.\s?m\b\.?|[^\W_]+(?:['’][^\W_]+)*)"
    r"|(?P<stop>(?!(?<=[^\W_])\.[a-z0-9])[.?!…]+)"
    r"|(?P<quote>[\"“”])"
    r"|(?P<pause>[,;:—–]|--|(?<=\s)-(?=\s))"
)
_ABBREVIATIONS = frozenset({"mr", "mrs", "ms", "dr", "st", "vs", "etc"})
_WHOLE = {
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "cannot": ("can", "not"),
    "let's": ("let", "us"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "kinda": ("kind", "of"),
    "lemme": ("let", "me"),
    "gimme": ("give", "me"),
    "y'all": ("you", "all"),
    "alright": ("all", "right"),
    "ok": ("okay",),
    "'cause": ("because",),
    "cuz": ("because",),
    "d'you": ("do", "you"),
    "innit": ("is", "not", "it"),
    "o'clock": ("o'clock",),
    "coworker": ("coworker",),
    "coworkers": ("coworkers",),
}
_NEGATED = "do does did is are was were has have had could would should"
_WHOLE.update((stem + "nt", (stem, "not")) for stem in _NEGATED.split())
_WHOLE.update(
    {
        "cant": ("can", "not"),
        "im": ("i", "am"),
        "ive": ("i", "have"),
        "youre": ("you", "are"),
        "youve": ("you", "have"),
        "youll": ("you", "will"),
        "youd": ("you", "would"),
        "weve": ("we", "have"),
        "theyre": ("they", "are"),
        "theyve": ("they", "have"),
        "theyll": ("they", "will"),
        "theyd": ("they", "would"),
        "hes": ("he", "is"),
        "shes": ("she", "is"),
        "thats": ("that", "is"),
        "theres": ("there", "is"),
        "whats": ("what", "is"),
        "whos": ("who", "is"),
        "wheres": ("where", "is"),
        "hows": ("how", "is"),
        "yall": ("you", "all"),
    }
)
"""Some recognizers drop the apostrophe; these mean nothing else without it."""
_ENDINGS = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}
_IS_AFTER = word_set(
    "what who where when how why that it he she there here this everything nobody everyone "
    "everybody somebody anything something"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word in the form that phrases are written in, and where it stands in the text."""

    norm: str = field(repr=False)
    start_char: int
    end_char: int
    sentence: int
    after_pause: bool = False
    """A comma, dash, colon or quotation mark stands before it."""
    quoted: bool = False
    joined: bool = False
    """The second half of a contraction, such as the 'is' of "there's"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words up to a full stop, question mark or exclamation mark, or to the end."""

    first: int
    end: int
    """Words `first` to `end - 1`."""
    mark: str
    """'.', '?', '!', or '' where the text just ends."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance, read."""

    text: str = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    sentences: tuple[Sentence, ...]

    @property
    def norms(self) -> list[str]:
        """The words alone."""
        return [w.norm for w in self.words]

    @property
    def punctuated(self) -> bool:
        """True where the text carries any sentence mark: then marks are to be trusted."""
        return any(s.mark for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the words of a language are brought to the form that phrases are written in."""

    normal: Callable[[str], tuple[str, ...]]
    """From a word as it is written to the words behind it."""
    abbreviations: frozenset[str] = _ABBREVIATIONS
    """A full stop after one of these ends no sentence."""
    fold: Callable[[str], str] = str
    """From a text to one that is alike where only accents differ."""


def read(text: str, spelling: Spelling | None = None) -> Spoken:
    """Split an utterance into words and sentences; never fails, whatever the text.

    `spelling`: of its language; None for English.
    """
    spelling = spelling or ENGLISH
    text = text[:MAX_CHARS]
    words: list[Word] = []
    sentences: list[Sentence] = []
    first = 0
    pause = quoted = False
    opened_at = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            for part, norm in enumerate(spelling.normal(match.group())):
                joined = part > 0
                place = (match.start(), match.end(), len(sentences))
                words.append(Word(norm, *place, pause, quoted, joined))
                pause = False
        elif kind == "stop":
            # Dots that trail off ("so I was... you know") and "Mr." end no sentence.
            mark = match.group()
            trailing = mark == "…" or (set(mark) == {"."} and len(mark) > 1)
            if trailing or (mark == "." and words and words[-1].norm in spelling.abbreviations):
                pause = trailing
                continue
            if len(words) > first:
                sentences.append(Sentence(first, len(words), "?" if "?" in mark else mark[0]))
                first = len(words)
        elif kind == "quote":
            symbol = match.group()
            quoted = symbol == "“" or (symbol == '"' and not quoted)
            opened_at = len(words) if quoted else opened_at
            pause = True
        else:
            pause = True
    if len(words) > first:
        sentences.append(Sentence(first, len(words), ""))
    if quoted:  # an opening mark that nothing closes quotes nothing
        words[opened_at:] = [replace(word, quoted=False) for word in words[opened_at:]]
    return Spoken(text, tuple(words), tuple(sentences))


def normal_words(token: str) -> tuple[str, ...]:
    """The words behind one written token: "What's" is "what", "is"."""
    low = token.lower().replace("’", "'")
    if low in _WHOLE:
        return _WHOLE[low]
    if low.startswith(("a.", "p.")):
        return (low[0] + "m",)
    if "'" not in low:
        return (low,)
    if low.endswith("n't") and len(low) > 3:
        return (low[:-3], "not")
    stem, _, ending = low.rpartition("'")
    if ending in _ENDINGS:
        return (*normal_words(stem), _ENDINGS[ending])
    if ending == "s":
        return (stem, "is" if stem in _IS_AFTER else "'s")
    return (low,)


ENGLISH = Spelling(normal_words)


def without_accents(text: str) -> str:
    """The text with plain letters in the place of accented ones, as many as before.

    Typed and recognized text often lacks accents, so words are compared without them.
    """
    return "".join(unicodedata.normalize("NFD", char)[:1] for char in text)


def plain_spelling(
    contractions: Mapping[str, str], abbreviations: frozenset[str], *, accents_matter: bool
) -> Spelling:
    """The spelling of a language that a list of contractions describes.

    Args:
        contractions: a word as it is said, and the words that it stands for.
        abbreviations: words after which a full stop ends no sentence.
        accents_matter: whether words that differ in accents alone are different words.
    """
    fold = str if accents_matter else without_accents
    whole = {fold(word): tuple(fold(long).split()) for word, long in contractions.items()}

    def normal(token: str) -> tuple[str, ...]:
        low = fold(token.lower().replace("’", "'"))
        if low[1:2] == "." and low[0] in "ap":
            return (low[0] + "m",)
        return whole.get(low, (low,))

    return Spelling(normal, frozenset(map(fold, abbreviations)), fold)
