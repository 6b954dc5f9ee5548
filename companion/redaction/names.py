"""Names of people: titles, introductions, and words that are names in some places only.

"Talked to grace" against "grace period", "hi will it's dana" against "will you come". What a word
is, is told by the words around it, so that it can be told without capitals too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion.redaction import name_cues as cues
from companion.redaction.function_words import FUNCTION_WORDS
from companion.redaction.spans import SpanType
from companion.redaction.vocabulary import Vocabulary
from companion.redaction.words import Found, Kind, Word, norm_at


class NameFinder:
    """Finds names in one text."""

    def __init__(self, words: Sequence[Word], vocabulary: Vocabulary) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._cased = sum(word.capital for word in words if word.norm not in ("i", "i'm")) > 0

    def find(self) -> Iterator[Found]:
        """Every stretch that is a name, or a part of one."""
        for at, word in enumerate(self._words):
            if word.kind is not Kind.LETTERS:
                continue
            if word.norm in cues.TITLES:
                yield from self._titled(at)
            elif word.norm in cues.SOFT_TITLES:
                yield from self._softly_titled(at)
            if (
                self._greeted(at)
                or self._introduced(at)
                or self._is_name_here(at)
                or (self._vocabulary.family_name(word.norm) and self._after_first_name(at))
            ):
                yield Found(at, at + 1, SpanType.PERSON)

    def just_words(self) -> frozenset[int]:
        """Places of words that are names elsewhere, but clearly not here; months among them."""
        return frozenset(
            at
            for at, word in enumerate(self._words)
            if self._vocabulary.may_name(word.norm) and self._is_clearly_a_word(at, word)
        )

    def _is_clearly_a_word(self, at: int, word: Word) -> bool:
        if word.capital and not word.opens and word.norm not in cues.MONTH_NAMES:
            return False
        norm = word.norm.partition("'")[0]
        if norm in cues.MONTH_NAMES and self._is_month(at):
            return True
        return not self._acts(at) and self._has_own_company(at, norm)

    def _titled(self, at: int) -> Iterator[Found]:
        """A title, the name after it and what else of the name follows."""
        end = at + 1
        if end >= len(self._words) or (
            self._words[end].norm in FUNCTION_WORDS and not self._words[end].capital
        ):
            return
        end += 1
        while end < len(self._words) and end < at + 4 and self._could_be_a_part(end):
            end += 1
        yield Found(at, end, SpanType.PERSON)

    def _softly_titled(self, at: int) -> Iterator[Found]:
        """ "Coach Billings", "uncle roy", "hi is this miss pillar"; not "my sister works"."""
        if at + 1 >= len(self._words) or self._apart(at + 1):
            return
        after = self._words[at + 1]
        if norm_at(self._words, at - 1) in cues.ARTICLES and not self._words[at].capital:
            return
        name = after.kind is Kind.MASK or not self._ordinary(at + 1) or after.capital
        name = name or self._vocabulary.mostly_name(after.norm)
        if self._words[at].norm == "miss" and not name:
            name = self._addressed(at) and after.norm not in FUNCTION_WORDS
        if name:
            yield Found(at, at + 2, SpanType.PERSON)

    def _addressed(self, at: int) -> bool:
        before = norm_at(self._words, at - 1)
        return (
            before in cues.GREETINGS
            or before in ("sorry", "okay", "oh", "well", "yes", "no", "ma'am", "with", "to", "not")
            or (norm_at(self._words, at - 2), before) in cues.INTRODUCING
        )

    def _greeted(self, at: int) -> bool:
        """ "Hi pillar it's …": whatever word stands there, if the sentence goes on so."""
        word = self._words[at]
        before = norm_at(self._words, at - 1)
        if before not in ("hi", "hello", "hey", "hiya", "yo") or self._stops_before(at):
            return False
        if word.norm in FUNCTION_WORDS or word.norm in cues.GREETED:
            return False
        if word.norm in cues.MODALS and norm_at(self._words, at + 1) in cues.AFTER_MODAL:
            return self._acts(at)
        after = norm_at(self._words, at + 1)
        return self._apart(at + 1) or after in cues.AFTER_GREETED

    def _introduced(self, at: int) -> bool:
        """ "My name is pillar", "a man named chase"."""
        word = self._words[at]
        before, earlier = norm_at(self._words, at - 1), norm_at(self._words, at - 2)
        if word.norm in FUNCTION_WORDS or self._stops_before(at):
            return False
        if (earlier, before) == ("name", "is") or before in ("name's", "named", "nicknamed"):
            return True
        if (earlier, before) in cues.INTRODUCING or before in cues.INTRODUCING_WORDS:
            after = norm_at(self._words, at + 1)
            return word.capital or (
                before not in ("that's",)
                and after in ("from", "calling", "speaking")
                and not word.norm.endswith(("ing", "ed", "t"))
                and word.norm not in ("far", "different", "away", "back", "home", "straight")
            )
        return False

    def _is_name_here(self, at: int) -> bool:
        """A word that is also a first name: is it one here?"""
        word = self._words[at]
        norm = word.norm.partition("'")[0]
        mostly_name = self._vocabulary.mostly_name(word.norm)
        if not mostly_name and not self._vocabulary.mostly_word(word.norm):
            return False
        if norm in cues.MONTH_NAMES and self._is_month(at):
            return False
        if self._acts(at):
            return True
        if word.capital and not word.opens:
            return True
        if self._is_just_a_word(at, norm):
            return False
        if mostly_name and not (self._cased and not word.capital):
            return True
        return self._looks_like_a_name(at, norm)

    def _acts(self, at: int) -> bool:
        """Does what only people do: "hope told me", "will's sister", "grace, listen"."""
        word = self._words[at]
        before = "" if self._stops_before(at) else norm_at(self._words, at - 1)
        after = "" if self._apart(at + 1) else norm_at(self._words, at + 1)
        earlier, later = norm_at(self._words, at - 2), norm_at(self._words, at + 2)
        if (earlier, before) in (("is", "this"), ("is", "that")):
            return after == "" or after in FUNCTION_WORDS or not self._ordinary(at + 1)
        if after in ("it's", "i'm") or (after in ("this", "it") and later == "is"):
            return before not in cues.SUBJECTS
        if (earlier, before) in cues.GREETING_PAIRS:
            return before != "you" or after not in cues.AFTER_MODAL or word.norm not in cues.MODALS
        if before in cues.ARTICLES | cues.SUBJECTS:
            return False
        if after in cues.NAME_DOES_STRONGLY:
            return True
        called = word.opens and at + 1 < len(self._words) and self._words[at + 1].marks == ","
        return called or (word.norm.endswith("'s") and not self._is_month(at))

    def _is_month(self, at: int) -> bool:
        before = "" if self._apart(at) else norm_at(self._words, at - 1)
        after = "" if self._apart(at + 1) else norm_at(self._words, at + 1)
        if before == "of" or before[:1].isdigit() or after[:1].isdigit():
            return True
        if after in cues.ORDINALS or before in cues.ORDINALS | cues.MONTH_BEFORE:
            return True
        return after in cues.DAYS_OF_MONTHS and before in cues.BEFORE_DATES

    def _is_just_a_word(self, at: int, norm: str) -> bool:
        before, after = norm_at(self._words, at - 1), norm_at(self._words, at + 1)
        if self._stops_before(at):
            before = ""
        if self._apart(at + 1):
            after = ""
        if self._has_own_company(at, norm):
            return True
        if norm in cues.MODALS and before not in cues.SPEAKING_TO_STRONGLY:
            plural = before.endswith("s") and before not in FUNCTION_WORDS | cues.GREETINGS
            asked = after in (
                cues.AFTER_MODAL if norm == "will" else cues.AFTER_MODAL - cues.ARTICLES
            )
            if asked or plural or before in cues.BEFORE_MODAL - {"this"}:
                return True
            if before == "this":  # "is this may"
                return False
        return before in cues.ARTICLES or (
            before in cues.SUBJECTS - {"to", "please", "just"} and norm not in cues.MONTH_NAMES
        )

    def _has_own_company(self, at: int, norm: str) -> bool:
        """Beside a word that it goes with only as a word: "grace period", "electric bill"."""
        before = "" if self._stops_before(at) else norm_at(self._words, at - 1)
        after = "" if self._apart(at + 1) else norm_at(self._words, at + 1)
        if norm in cues.MODALS and before in cues.SPEAKING_TO_STRONGLY:
            return False
        own_before, own_after = cues.COMPANY.get(norm, (frozenset(), frozenset()))
        return before in own_before or after in own_after

    def _looks_like_a_name(self, at: int, norm: str) -> bool:
        word = self._words[at]
        before, earlier = norm_at(self._words, at - 1), norm_at(self._words, at - 2)
        after = norm_at(self._words, at + 1)
        cut = self._stops_before(at)
        ends = self._apart(at + 1)
        if word.norm.endswith("'s") and norm not in ("summer", "son", "guy", "king", "queen"):
            return not self._is_month(at)
        if not cut:
            if (earlier, before) in cues.GREETING_PAIRS and (ends or after in cues.AFTER_GREETED):
                return True
            if before in cues.GREETINGS and (ends or after in cues.AFTER_GREETED):
                return True
            if before in cues.SPEAKING_TO_STRONGLY:
                return True
            if (earlier, before) in cues.INTRODUCING or before in cues.INTRODUCING_WORDS:
                return (ends and norm not in cues.MONTH_NAMES) or after in cues.AFTER_INTRODUCED
            if before in ("to", "with", "from", "for", "about") and earlier.startswith(
                cues.DEALINGS
            ):
                return True
            if before in cues.NAMING:
                return True
            if before in ("and", "or") and at >= 2 and self._masked(at - 2):
                return True
            if before in cues.SPEAKING_TO and (
                after in cues.NAME_DOES_STRONGLY or (ends and before in ("to", "with", "and"))
            ):
                return True
        if after == "and" and self._masked(at + 2):
            return True
        if after in cues.NAME_DOES_STRONGLY and not ends and before not in cues.SUBJECTS:
            return True
        if cut and ends:  # a sentence of its own: "Hope?" "Will, …"
            return True
        return cut and after in (
            "it's",
            "this",
            "hi",
            "hey",
            "how",
            "what",
            "thanks",
            "where",
            "i'm",
        )

    def _after_first_name(self, at: int) -> bool:
        if at == 0 or self._apart(at) or not self._masked(at - 1):
            return False
        after = norm_at(self._words, at + 1)
        return self._apart(at + 1) or after in FUNCTION_WORDS or after in cues.NAME_DOES

    def _masked(self, at: int) -> bool:
        """Known as a name by itself, or masked already."""
        if not 0 <= at < len(self._words):
            return False
        word = self._words[at]
        if word.kind is Kind.MASK:
            return word.norm == "[name]"
        return self._vocabulary.is_name(word.norm) or (
            self._vocabulary.mostly_name(word.norm) and not self._is_just_a_word(at, word.norm)
        )

    def _could_be_a_part(self, at: int) -> bool:
        word = self._words[at]
        if self._apart(at) and word.marks != "-":
            return False
        return word.capital or not self._ordinary(at) or self._vocabulary.family_name(word.norm)

    def _ordinary(self, at: int) -> bool:
        word = self._words[at]
        return word.kind is Kind.LETTERS and self._vocabulary.knows(word.norm)

    def _apart(self, at: int) -> bool:
        """A mark stands before the word, or there is none."""
        return at >= len(self._words) or bool(self._words[at].marks.strip("'’"))

    def _stops_before(self, at: int) -> bool:
        return at == 0 or self._words[at].stop_before
