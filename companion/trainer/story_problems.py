"""What can be wrong with stories, by themselves and beside the rap that they test."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import TypeAlias

from companion.documents import KeyPath
from companion.domain.prompt import PromptKind
from companion.trainer.story_expected import NOTHING, AtEnd
from companion.trainer.story_form import Line, Story, StoryFile
from companion.understanding.rap import Rap
from companion.understanding.vocabulary import CUES

Found: TypeAlias = Iterator[tuple[KeyPath, str]]
"""Places in a file, and what is wrong there."""


def own_problems(found: StoryFile) -> Found:
    """What is wrong with stories whatever rap they test."""
    names: dict[str, int] = {}
    for i, story in enumerate(found.stories):
        at: KeyPath = ("stories", i)
        if names.setdefault(story.name, i) != i:
            yield (*at, "name"), "another story has this name too; give each its own"
        yield from (((*at, *path), text) for path, text in _story_problems(story))


def _story_problems(story: Story) -> Found:
    over = False
    for n, line in enumerate(story.lines):
        at: KeyPath = ("lines", n)
        if over:
            yield at, "comes after the end of the call; take it out, or move the end below it"
            over = False
        over = over or line.tap in ("withdraw", "end")
        yield from (((*at, *path), text) for path, text in _line_problems(line))
    if story.at_end == AtEnd() and all(_expects_nothing(line) for line in story.lines):
        yield ("name",), "nothing is expected in it; add 'expect' to a line, or 'at_end'"
    yield from _never_said(story)
    yield from _guards_nothing(story)


def _line_problems(line: Line) -> Found:
    if line.tap in ("step", "pin") and line.value not in ("1", "2", "3", "4", "5"):
        yield ("value",), "must be the number of a step, 1 to 5"
    if line.tap == "commitment" and line.value not in ("yes", "no", "maybe", "not_asked"):
        yield ("value",), "must be yes, no, maybe or not_asked"
    if line.say is not None:
        return
    for key in ("questions", "cues", "not_cues"):
        if getattr(line.expect, key):
            yield ("expect", key), "belongs under a line that is said"


def _expects_nothing(line: Line) -> bool:
    return line.expect == type(line.expect)()


def _never_said(story: Story) -> Found:
    """A word that nobody said is never found again: such a story would prove nothing."""
    said = " / ".join([story.note or "", *(line.say or line.what or "" for line in story.lines)])
    for key in ("forgotten", "not_saved"):
        for n, words in enumerate(getattr(story.at_end, key)):
            if not holds_words(said, words):
                yield (
                    ("at_end", key, n),
                    "is never said or typed in this story, so nothing is shown; write a word "
                    "as it stands in a line above",
                )


def holds_words(text: str, words: str) -> bool:
    """Whether these words stand in the text as whole words, in capitals or not."""
    wanted = re.escape(" ".join(words.split()))
    return bool(words.strip()) and bool(
        re.search(rf"(?<!\w){wanted}(?!\w)", " ".join(text.split()), re.IGNORECASE)
    )


def _guards_nothing(story: Story) -> Found:
    """A story that guards a promise has to put it to the test."""
    taps = {line.tap for line in story.lines}
    end = story.at_end
    if story.safety is None:
        return
    at: KeyPath = ("safety",)
    if "must_pass" in story.model_fields_set and not story.must_pass:
        yield ("must_pass",), "a safety story always has to pass; take this line out"
    if story.safety == "off_record" and not end.forgotten:
        yield at, "needs 'forgotten' under 'at_end': words that were said and must be gone"
    if story.safety == "distress" and "fear" not in taps:
        yield at, "needs a line 'tap: fear'; until 'tap: ready' no ask card may come up"
    if story.safety == "consent":
        if story.consent == "summary" and "withdraw" not in taps:
            yield at, "needs 'consent: help', 'consent: none' or a line 'tap: withdraw'"
        if story.consent == "none" and end.heard != 0:
            yield at, "needs 'heard: 0' under 'at_end': without consent nothing is listened to"
        elif story.consent != "none" and end.can_save is not False:
            yield at, "needs 'can_save: false' under 'at_end'"
    if story.safety == "redaction" and not end.not_saved:
        yield at, "needs 'not_saved' under 'at_end': names that were said or typed"


def name_problems(found: StoryFile, rap: Rap) -> Found:
    """Names in the file that this rap does not have."""
    lists = _RapNames(rap)
    for i, story in enumerate(found.stories):
        at: KeyPath = ("stories", i)
        for n, line in enumerate(story.lines):
            for key, known in (("issue", lists.issues), ("realization", lists.realizations)):
                if line.tap == key and line.value not in known:
                    yield (*at, "lines", n, "value"), lists.unknown(key, line.value, known)
            expect = line.expect
            for key, what, known in (
                ("cues", "cue", lists.cues),
                ("not_cues", "cue", lists.cues),
                ("goals", "goal", lists.goals),
                ("not_goals", "goal", lists.goals),
            ):
                for name in getattr(expect, key):
                    if name not in known:
                        place = (*at, "lines", n, "expect", key)
                        yield place, lists.unknown(what, name, known)
            for key in ("card", "not_card"):
                for name in getattr(expect, key):
                    if not lists.is_card(name):
                        place = (*at, "lines", n, "expect", key)
                        yield place, lists.unknown("card", name, lists.cards)
        for key, what, known in (
            ("issues", "issue", lists.issues),
            ("not_issues", "issue", lists.issues),
            ("decision_maker", "role", lists.roles),
            ("ask", "next step", lists.next_steps),
            ("follow_up", "follow-up", lists.follow_ups),
        ):
            given = getattr(story.at_end, key)
            for name in (given,) if isinstance(given, str) else given or ():
                if name not in known and name != NOTHING:
                    yield (*at, "at_end", key), lists.unknown(what, name, known)


class _RapNames:
    """What can be named in a rap."""

    def __init__(self, rap: Rap) -> None:
        goals = [goal for part in rap.steps for goal in part.goals]
        self.goals = [goal.id for goal in goals]
        self.cues = sorted({*CUES, *(cue.name for cue in rap.cues)})
        self.issues = [issue.id for issue in rap.issues]
        self.realizations = [realization.id for realization in rap.realizations]
        self.roles = [role.id for role in rap.roles]
        self.next_steps = [step.id for step in rap.next_steps]
        self.follow_ups = [follow_up.id for follow_up in rap.follow_ups]
        lists = rap.cards.model_dump()
        bridges = [f"bridge.{part.step}" for part in rap.steps]
        self.cards = [*(kind.value for kind in PromptKind), *self.goals, "no", *bridges]
        texts = [card["text"] for cards in lists.values() for card in cards]
        texts += [card.text for goal in goals for card in goal.prompts]
        texts += [card.text for part in rap.steps for card in part.bridges]
        self._texts = [text.casefold() for text in texts]

    def is_card(self, name: str) -> bool:
        """Whether a kind, an id, or the beginning of the words of a card of this rap."""
        ids = (name, name.rpartition("/")[0])
        begins = name.casefold()
        return any(i in self.cards for i in ids) or any(t.startswith(begins) for t in self._texts)

    @staticmethod
    def unknown(what: str, name: str | None, known: list[str]) -> str:
        """The problem in words, with the nearest name."""
        near = difflib.get_close_matches(name or "", known, n=1)
        if near:
            return f"the rap has no {what} {name!r}; did you mean {near[0]!r}?"
        return f"the rap has no {what} {name!r}; it has {', '.join(known)}"
