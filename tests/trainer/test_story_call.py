"""Stories played as live calls: what comes out, and what a broken promise looks like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from companion.coach.conversation import Conversation
from companion.coach.policy import Policy
from companion.domain.prompt import Prompt, PromptKind
from companion.live.call import LiveCall
from companion.settings import CallSettings
from companion.trainer import story_call
from companion.trainer.story_call import play_story
from companion.trainer.story_checks import judge
from companion.understanding.rap import Rap, find_rap
from tests.trainer.story_files import stories

OPEN = "What do you like about the orchard?"


@pytest.fixture(scope="module")
def rap() -> Rap:
    return find_rap("one-on-one.en")


def _misses(rap: Rap, lines: str, story: str = "", at_end: str = "") -> list[str]:
    (one,) = stories(lines, rap, story, at_end).stories
    return [str(miss) for miss in judge(one, play_story(one, rap, CallSettings()), rap)]


def test_story_call_passes_where_all_comes_out_as_written(rap: Rap) -> None:
    lines = (
        f'- say: "{OPEN}"\n  expect: {{step: 1, questions: open, counts: {{open: 1}}, heard: 1}}'
    )
    assert _misses(rap, lines, at_end="{heard: 1, can_save: true, draft: true}") == []


@pytest.mark.parametrize(
    ("expect", "complaint"),
    [
        ("step: 4", "line 1: expected step 4, it was step 1"),
        ("sure: false", "line 1: expected not to be sure of the step, it was step 1"),
        ("questions: closed", "line 1: expected closed, found open"),
        ("questions: none", "line 1: expected none, found open"),
        ("cues: hard_ask", "line 1: expected the cue 'hard_ask' to be shown"),
        ("goals: plan.plan", "line 1: expected the goal 'plan.plan' to be met"),
        ("not_goals: space.person", "line 1: the goal 'space.person' was met, and should not be"),
        ("card: care", "line 1: expected the card 'care', it was “"),
        ("not_card: [care, goal]", "line 1: the card 'goal' was not wanted"),
        ("nudge: true", "line 1: expected a nudge, the card was “"),
        ("counts: {closed: 2}", "line 1: expected 2 closed questions so far, counted 0"),
        ("heard: 3", "line 1: expected 3 known lines, there were 1"),
        ("listening: false", "line 1: expected no, the call is 'listening'"),
    ],
)
def test_story_call_tells_what_came_instead(rap: Rap, expect: str, complaint: str) -> None:
    (miss,) = _misses(rap, f'- say: "{OPEN}"\n  expect: {{{expect}}}')
    assert miss.startswith(complaint)


@pytest.mark.parametrize(
    ("at_end", "complaint"),
    [
        ("{issues: wages}", "expected the issue 'wages' to be proposed; proposed: none"),
        ("{decision_maker: owner}", "expected decision maker 'owner', the draft has 'none'"),
        ("{ask: sign}", "expected ask 'sign', the draft has 'none'"),
        ("{commitment: 'yes'}", "expected commitment 'yes', the draft has 'none'"),
        ("{follow_up: call}", "expected follow up 'call', the draft has 'none'"),
        ("{self_care: true}", "expected yes, it was the other way round"),
        ("{steps_reached: [1, 2]}", "expected steps 1, 2, 1"),
        ("{next_step: {who: them}}", "expected who 'them', the draft has None"),
        ("{can_save: false}", "something could be saved"),
        ("{draft: false}", "expected no, it was yes"),
        ("{forgotten: orchard}", "'orchard' should be forgotten, and still stands somewhere"),
        ("{heard: 2}", "expected 2 lines, 1 were known"),
    ],
)
def test_story_call_tells_what_the_draft_has_instead(rap: Rap, at_end: str, complaint: str) -> None:
    assert _misses(rap, f'- say: "{OPEN}"', at_end=at_end) == [f"at the end: {complaint}"]


def test_story_call_what_is_typed_is_masked_or_the_story_says_so(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "- tap: next_step\n  who: both\n  what: tea with Priyanka\n  when: 2026-03-19"
    at_end = "{not_saved: Priyanka, next_step: {who: both, when: 2026-03-19}}"
    assert _misses(rap, lines, at_end=at_end) == []

    class Lazy:
        """Masks nothing."""

        def __init__(self, language: str) -> None:
            """Whatever the language."""

        def redact(self, text: str, kept: object = ()) -> object:
            from companion.redaction.spans import Redaction

            return Redaction(text, ())

    monkeypatch.setattr(story_call, "ShippedRedactor", Lazy)
    assert _misses(rap, lines, at_end=at_end) == ["at the end: 'Priyanka' would be saved"]


def test_story_call_off_the_record_that_keeps_words_is_found(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = '- say: "Odile was there."\n- tap: off_record\n  expect: {heard: 0}'
    at_end = "{forgotten: Odile}"
    assert _misses(rap, lines, "safety: off_record", at_end) == []
    monkeypatch.setattr(Conversation, "forget", lambda self, from_s: None)
    assert _misses(rap, lines, "safety: off_record", at_end) == [
        "line 2: expected 0 known lines, there were 1",
        "at the end: 'Odile' should be forgotten, and still stands somewhere",
    ]


def test_story_call_an_ask_card_while_fear_is_open_breaks_a_promise_of_every_story(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "- tap: fear\n  expect: {step: 1}"
    assert _misses(rap, lines) == []
    ask = Prompt("ask.ask/0", "Ask now.", PromptKind.ASK, "Because.", 5)
    monkeypatch.setattr(Policy, "_care", lambda self, situation: ask)
    promise = "a promise was broken: an ask card stood there while fear was open"
    assert _misses(rap, lines) == [f"line 1: {promise}"]


def test_story_call_a_card_that_moves_while_they_speak_breaks_a_promise(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = f'- say: "{OPEN}"\n- wait_s: 30\n  expect: {{silence: true}}'
    assert _misses(rap, lines) == []
    tick = Conversation.tick
    counts: Iterator[int] = iter(range(10_000))

    def restless(self: Conversation, now_s: float, *turn: float | None) -> None:
        tick(self, now_s, *turn)
        if now_s > 10:
            card = Prompt(f"x/{next(counts)}", "Look here.", PromptKind.GOAL, "Because.", 1)
            self._state = replace(self._state, card=card)

    monkeypatch.setattr(Conversation, "tick", restless)
    found = _misses(rap, lines)
    assert "line 2: a promise was broken: the card changed by itself while they were speaking" in (
        found
    )
    assert any(miss.startswith("line 2: expected the card to stay") for miss in found)


def test_story_call_without_consent_hears_nothing(rap: Rap) -> None:
    lines = f'- say: "{OPEN}"\n  expect: {{heard: 0, questions: none, listening: false}}'
    story, at_end = "safety: consent\nconsent: none", "{heard: 0, forgotten: orchard}"
    assert _misses(rap, lines, story, at_end) == []


def test_story_call_that_could_listen_without_consent_is_found(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_call, "compose", lambda plan: None)
    story, at_end = "safety: consent\nconsent: none", "{heard: 0}"
    assert _misses(rap, f'- say: "{OPEN}"', story, at_end) == [
        "line 1: a promise was broken: a call could listen although nobody had agreed"
    ]


def test_story_call_help_only_and_withdrawn_leave_nothing_to_save(
    rap: Rap, monkeypatch: pytest.MonkeyPatch
) -> None:
    help_only = ("safety: consent\nconsent: help", "{draft: true, can_save: false}")
    withdrawn = ("safety: consent", "{draft: false, can_save: false, forgotten: orchard}")
    assert _misses(rap, f'- say: "{OPEN}"', *help_only) == []
    assert _misses(rap, f'- say: "{OPEN}"\n- tap: withdraw', *withdrawn) == []
    monkeypatch.setattr(LiveCall, "withdraw", LiveCall.pause)
    assert "at the end: expected no, it was yes" in _misses(
        rap, f'- say: "{OPEN}"\n- tap: withdraw', *withdrawn
    )


def test_story_call_words_are_heard_however_short_the_cards_moment(rap: Rap) -> None:
    (one,) = stories(f'- say: "{OPEN}"\n  expect: {{heard: 1, questions: open}}', rap).stories
    settings = CallSettings(card_window_s=0.2)
    assert judge(one, play_story(one, rap, settings), rap) == ()


def test_story_call_nothing_is_heard_while_paused(rap: Rap) -> None:
    lines = (
        f'- tap: pause\n- say: "{OPEN}"\n  expect: {{heard: 0, questions: none}}\n'
        f'- tap: resume\n- say: "{OPEN}"\n  expect: {{heard: 1, questions: open}}'
    )
    assert _misses(rap, lines) == []


def test_story_call_is_the_same_every_time(rap: Rap) -> None:
    lines = f'- say: "{OPEN}"\n- wait_s: 60\n- say: "Who decides that?"'
    (one,) = stories(lines, rap, at_end="{heard: 2}").stories
    first, second = (play_story(one, rap, CallSettings()) for _ in range(2))
    assert first.moments == second.moments
    assert first.ended.record == second.ended.record


def test_story_call_a_long_turn_is_told_from_the_time_it_takes(rap: Rap) -> None:
    lines = f'- say: "{OPEN}"\n  lasts_s: 75\n  expect: {{card: monologue}}'
    assert _misses(rap, lines) == []
