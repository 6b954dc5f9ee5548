"""Did a story come out as written? What was expected, what came instead, in words for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from companion.domain.call import CallPhase, CallState
from companion.domain.prompt import Prompt, PromptKind
from companion.settings import CallSettings
from companion.trainer.outcome import phrase
from companion.trainer.stories import Stories
from companion.trainer.story_call import Ended, Moment, StoryRun, play_story
from companion.trainer.story_expected import NOTHING, AtEnd, Counts, Expected
from companion.trainer.story_form import Story
from companion.trainer.story_problems import holds_words
from companion.understanding.rap import Rap


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that came out differently."""

    line: int | None
    """Of the story, from 1; None for what holds at the end."""
    what: str
    """'step', 'card', 'forgotten' …"""
    text: str = field(repr=False)
    """What was expected and what came: 'expected step 3, it was step 2, not sure'."""

    def __str__(self) -> str:
        place = "at the end" if self.line is None else f"line {self.line}"
        return f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class StoryOutcome:
    """A story and what came of it."""

    story: Story
    file_line: int
    """Where it begins in its file."""
    misses: tuple[Miss, ...]

    @property
    def passed(self) -> bool:
        """Nothing came out differently."""
        return not self.misses


def try_stories(
    stories: Iterable[tuple[Story, int]], rap: Rap, settings: CallSettings
) -> tuple[StoryOutcome, ...]:
    """Play stories, each with its line in the file, and compare. Any iterable, for progress."""
    return tuple(
        StoryOutcome(story, line, judge(story, play_story(story, rap, settings), rap))
        for story, line in stories
    )


def with_lines(stories: Stories) -> list[tuple[Story, int]]:
    """The stories of a file, each with the line on which it begins."""
    return list(zip(stories.stories, stories.lines, strict=True))


def judge(story: Story, run: StoryRun, rap: Rap) -> tuple[Miss, ...]:
    """Everything that came out differently, in the order of the story."""
    misses = [
        Miss(n, what, text)
        for n, (line, moment) in enumerate(zip(story.lines, run.moments, strict=True), start=1)
        for what, text in _line_misses(line.expect, moment, rap.timing.question_from)
    ]
    misses += [Miss(n + 1, "promise", f"a promise was broken: {text}") for n, text in run.broken]
    misses.sort(key=lambda miss: miss.line or 0)
    return (*misses, *(Miss(None, what, text) for what, text in _end_misses(story, run, rap)))


_Misses = Iterator[tuple[str, str]]


def _line_misses(expect: Expected, moment: Moment, counted_from: float) -> _Misses:
    state = moment.state
    estimate = state.step
    if expect.step is not None and expect.step != int(estimate.step):
        yield "step", f"expected step {expect.step}, it was {_step_words(state)}"
    if expect.sure is not None and expect.sure is not estimate.sure:
        wanted = "to be sure of the step" if expect.sure else "not to be sure of the step"
        yield "sure", f"expected {wanted}, it was {_step_words(state)}"
    if expect.questions is not None:
        yield from _question_misses(expect, moment, counted_from)
    yield from _cue_misses(expect, moment)
    met = state.goal_ids
    yield from _lacking("goal", "goals", expect.goals, met, "met")
    yield from _unwanted("goal", "not_goals", expect.not_goals, met, "met")
    yield from _card_misses(expect, moment)
    if expect.counts is not None:
        yield from _count_misses(expect.counts, state)
    if expect.heard is not None and expect.heard != state.utterance_count:
        yield "heard", f"expected {expect.heard} known lines, there were {state.utterance_count}"
    listens = moment.phase is CallPhase.LISTENING
    if expect.listening is not None and expect.listening is not listens:
        yield "listening", f"expected {_yes(expect.listening)}, the call is {moment.phase.value!r}"


def _step_words(state: CallState) -> str:
    estimate = state.step
    sure = "sure" if estimate.sure else "not sure"
    return f"step {int(estimate.step)} ({estimate.probability:.0%}, {sure})"


def _question_misses(expect: Expected, moment: Moment, counted_from: float) -> _Misses:
    found = () if moment.heard is None else moment.heard.questions
    kinds = [q.kind.value for q in found if q.probability >= counted_from]
    wanted = [kind.value for kind in expect.questions or ()]
    if kinds != wanted:
        yield "questions", f"expected {_listed(wanted)}, found {_listed(kinds)}"


def _cue_misses(expect: Expected, moment: Moment) -> _Misses:
    shown = {cue.name for cue in moment.heard.cues} if moment.heard is not None else set()
    yield from _lacking("cue", "cues", expect.cues, shown, "shown")
    yield from _unwanted("cue", "not_cues", expect.not_cues, shown, "shown")


def _card_misses(expect: Expected, moment: Moment) -> _Misses:
    card = moment.state.card
    if expect.card and not any(is_card(card, name) for name in expect.card):
        yield "card", f"expected the card {_either(expect.card)}, it was {_card_words(card)}"
    for name in expect.not_card:
        if is_card(card, name):
            yield "not_card", f"the card {name!r} was not wanted, and there was {_card_words(card)}"
    if expect.silence and moment.card_changed:
        yield "silence", f"expected the card to stay, it became {_card_words(card)}"
    if expect.nudge is not None:
        came = moment.card_changed and card is not None and card.kind is PromptKind.NUDGE
        if expect.nudge.lower() == "false":
            if came:
                yield "nudge", f"expected no nudge, there was {_card_words(card)}"
        elif not came:
            yield "nudge", f"expected a nudge, the card was {_card_words(card)}"
        elif expect.nudge.lower() != "true" and not is_card(card, expect.nudge):
            yield "nudge", f"expected a nudge {expect.nudge!r}, it was {_card_words(card)}"


def is_card(card: Prompt | None, name: str) -> bool:
    """Whether a card is of this kind, of this goal or list, or begins with these words."""
    if card is None:
        return False
    if name in (card.kind.value, card.id, card.id.rpartition("/")[0]):
        return True
    return card.text.casefold().startswith(name.casefold())


def _card_words(card: Prompt | None) -> str:
    return "empty" if card is None else f"“{card.text}” ({card.kind.value}, {card.id})"


def _count_misses(counts: Counts, state: CallState) -> _Misses:
    found = {
        "open": state.open_count,
        "closed": state.closed_count,
        "narrow": state.narrow_count,
        "rhetorical": state.rhetorical_count,
    }
    for kind, number in found.items():
        wanted = getattr(counts, kind)
        if wanted is not None and wanted != number:
            yield "counts", f"expected {wanted} {kind} questions so far, counted {number}"


def _end_misses(story: Story, run: StoryRun, rap: Rap) -> _Misses:
    expect, ended = story.at_end, run.ended
    if expect.draft is not None and expect.draft is (ended.summary is None):
        yield "draft", f"expected {_yes(expect.draft)}, it was {_yes(ended.summary is not None)}"
    if expect.can_save is not None and expect.can_save is (ended.record is None):
        yield "can_save", "something could be saved" if ended.record else "nothing could be saved"
    for words in expect.forgotten:
        if holds_words(ended.traces, words):
            yield "forgotten", f"{words!r} should be forgotten, and still stands somewhere"
    for words in expect.not_saved:
        if ended.record is not None and holds_words(ended.record, words):
            yield "not_saved", f"{words!r} would be saved"
    if expect.counts is not None:
        yield from _count_misses(expect.counts, ended.state)
    if expect.heard is not None and expect.heard != ended.state.utterance_count:
        yield "heard", f"expected {expect.heard} lines, {ended.state.utterance_count} were known"
    yield from _summary_misses(expect, ended, rap)


def _summary_misses(expect: AtEnd, ended: Ended, rap: Rap) -> _Misses:
    summary = ended.summary
    if summary is None:
        needs = expect.model_fields_set - _WITHOUT_DRAFT
        if needs:
            yield "draft", f"there is no draft, so nothing can be said of {_listed(sorted(needs))}"
        return
    issues = {proposal.value for proposal in summary.issues}
    yield from _lacking("issue", "issues", expect.issues, issues, "proposed")
    yield from _unwanted("issue", "not_issues", expect.not_issues, issues, "proposed")
    for key, proposal in (
        ("decision_maker", summary.decision_maker),
        ("ask", summary.ask),
        ("commitment", summary.commitment),
        ("follow_up", summary.follow_up),
    ):
        wanted, value = getattr(expect, key), NOTHING if proposal is None else proposal.value
        if wanted is not None and wanted != value:
            yield key, f"expected {key.replace('_', ' ')} {wanted!r}, the draft has {value!r}"
    if expect.self_care is not None and expect.self_care is (summary.self_care is None):
        yield "self_care", f"expected {_yes(expect.self_care)}, it was the other way round"
    reached = tuple(part.step for part in summary.coverage if part.reached)
    if expect.steps_reached is not None and expect.steps_reached != reached:
        yield "steps_reached", f"expected steps {_listed(expect.steps_reached)}, {_listed(reached)}"
    step = summary.next_step
    if expect.no_next_step and step is not None:
        yield (
            "no_next_step",
            f"expected no next step, there is {step.who}, {step.what}, {step.when}",
        )
    if expect.next_step is not None:
        for key in ("who", "what", "when"):
            hoped, given = getattr(expect.next_step, key), getattr(step, key, None)
            alike = hoped == given or (
                key == "what" and given is not None and hoped == phrase(given, rap.next_steps)
            )
            if hoped is not None and not alike:
                yield "next_step", f"expected {key} {hoped!r}, the draft has {given!r}"


_WITHOUT_DRAFT = frozenset({"draft", "can_save", "forgotten", "not_saved", "heard", "counts"})


def _lacking(
    what: str, key: str, wanted: Sequence[str], found: Collection[str], how: str
) -> _Misses:
    for name in wanted:
        if name not in found:
            yield key, f"expected the {what} {name!r} to be {how}; {how}: {_listed(sorted(found))}"


def _unwanted(
    what: str, key: str, unwanted: Sequence[str], found: Collection[str], how: str
) -> _Misses:
    for name in unwanted:
        if name in found:
            yield key, f"the {what} {name!r} was {how}, and should not be"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values) or NOTHING


def _either(names: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names)


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"
