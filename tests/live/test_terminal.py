"""The terminal view, driven by keys on Textual's own pilot. Text is what counts, not color."""

from __future__ import annotations

import colorsys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from companion.domain.actions import (
    Action,
    ConfirmNextStep,
    CorrectStep,
    MarkCommitment,
    MarkFear,
    MarkIssue,
    MarkReady,
    MarkRealization,
    NextCard,
    PinStep,
)
from companion.domain.call import CallPhase, Consent, ConsentHow
from companion.domain.dialogue import Field, NextStep, Origin, Proposal, Step
from companion.domain.outline import Choice
from companion.domain.speech import Gap, GapReason, Hypothesis
from companion.errors import InputError
from companion.live.board import Notice, NoticeKind
from companion.live.gate import PromptsOnly, Quit
from companion.live.terminal import CallApp, GateApp, ViewOptions
from companion.live.terminal.app import STOPPED_AT_ONCE
from companion.live.terminal.keys import GROUPS, footer_keys
from companion.live.terminal.large_type import large_lines
from companion.live.terminal.lines import balanced
from companion.live.terminal.options import ThemeChoice, resolve_theme
from companion.understanding.rap import find_rap
from tests.fakes.board import (
    CARD,
    OTHER_CARD,
    OUTLINE,
    FakeCall,
    call_state,
    estimate,
    snapshot,
)
from tests.fakes.own_loop import run_apart
from tests.fakes.screen import colors, shown

Script = Callable[[CallApp, Pilot[Any]], Awaitable[None]]
SIZE = (80, 24)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def _run(
    call: FakeCall,
    script: Script,
    size: tuple[int, int] = SIZE,
    clock: Clock | None = None,
    **options: Any,
) -> CallApp:
    app = CallApp(call.board, call, OUTLINE, ViewOptions(**options), clock or Clock())

    async def drive() -> None:
        async with app.run_test(size=size) as pilot:
            await _look(app, pilot)
            await script(app, pilot)

    run_apart(drive())
    return app


async def _look(app: CallApp, pilot: Pilot[Any]) -> None:
    await pilot.pause()
    app.look()
    await pilot.pause()


async def _press(app: CallApp, pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    app.look()
    await pilot.pause()


def _screen_after(
    *keys: str, call: FakeCall | None = None, size: tuple[int, int] = SIZE, **options: Any
) -> str:
    texts: list[str] = []

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, *keys)
        texts.append("\n".join(shown(app)))

    _run(call or FakeCall(), script, size, **options)
    return texts[0]


def test_terminal_shows_everything_at_80_by_24() -> None:
    state = call_state(talking_since_s=205.0)
    call = FakeCall(snapshot(state=state, speaking=True))
    text = _screen_after(call=call)
    assert "● LISTENING" in text
    assert "▮▮▮▮▮▯▯▯ good" in text
    assert "4 minutes" in text
    assert "Step 2 of 5 · What moves you · likely" in text
    assert "What about your week at" in text
    assert "work bothers you the most?" in text
    assert "✓ Asked what bothers them most" in text
    assert "○ Made room for anger" in text
    assert "3 open, 2 closed" in text
    assert "you ≈ a third" in text
    assert "you have been talking for 0:40" in text
    assert "space pause" in text
    assert "e end" in text


@pytest.mark.parametrize("size", [(40, 12), (60, 18), (80, 24), (120, 35), (200, 60)])
def test_terminal_safety_step_and_card_are_there_at_every_size(size: tuple[int, int]) -> None:
    text = _screen_after(size=size)
    assert "● LISTENING" in text
    assert "What moves you" in text
    assert "likely" in text
    assert "work bothers you the most?" in text or "█" in text
    assert "space pause" in text


def test_terminal_card_is_in_large_type_where_there_is_room() -> None:
    assert "█▄▄ " in _screen_after(size=(120, 35))
    assert "work bothers you the most?" in _screen_after(size=(80, 24))
    assert "work bothers you the most?" in _screen_after(size=(120, 35), large=False)
    assert "work bothers you the most?" in _screen_after("l", size=(120, 35))


@pytest.mark.parametrize(
    ("text", "columns", "rows", "fits"),
    [
        ("Hi.", 9, 3, True),
        ("Hi.", 7, 3, False),
        ("Hi.", 9, 2, False),
        ("Hi Hi", 9, 7, True),
        ("Hi Hi", 9, 6, False),
        ("¿Qué?", 80, 30, False),
        ("", 80, 30, False),
    ],
)
def test_terminal_large_type_knows_what_fits(
    text: str, columns: int, rows: int, fits: bool
) -> None:
    lines = large_lines(text, columns, rows)
    assert (lines is not None) is fits
    if lines is not None:
        assert len(lines) <= rows
        assert {len(line) for line in lines} == {max(map(len, lines))}
        assert len(lines[0]) <= columns


def test_terminal_large_type_draws_letters() -> None:
    assert large_lines("Hi!", 20, 3) == [
        "█  █ ▀ █",
        "█▀▀█ █ ▀",
        "▀  ▀ ▀ ▀",
    ]


def test_terminal_words_itself_again_when_resized() -> None:
    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await pilot.resize_terminal(40, 12)
        await _look(app, pilot)
        assert "2/5 What moves you · likely" in "\n".join(shown(app))
        await pilot.resize_terminal(120, 35)
        await _look(app, pilot)
        assert "Step 2 of 5 · What moves you · likely" in "\n".join(shown(app))

    _run(FakeCall(), script)


def test_terminal_nothing_moves_while_the_organizer_listens() -> None:
    call, clock = FakeCall(), Clock()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        before = shown(app)
        for _ in range(60):
            clock.now_s += 1.0
            now_s = call.board.latest().state.now_s + 1.0
            call.tell(
                now_s=now_s,
                card=OTHER_CARD,
                step=estimate(Step.CONNECT, 0.9, sure=True),
                open_count=9,
                story_since_s=200.0,
            )
            await _look(app, pilot)
        after = shown(app)
        assert after[0] == before[0].replace("4 minutes", "5 minutes")
        assert after[1:] == before[1:]
        call.tell(speaking=True)
        await _look(app, pilot)
        text = "\n".join(shown(app))
        assert "Step 3 of 5 · Connect · sure" in text
        assert "9 open" in text
        assert "nobody could punish you?" in text

    _run(call, script, clock=clock)


def test_terminal_meter_rests_unless_the_organizer_speaks() -> None:
    assert "▯▯▯▯▯▯▯▯ quiet" in _screen_after()
    assert "▯" not in _screen_after("space")


def test_terminal_trouble_and_gaps_break_through_the_freeze() -> None:
    call = FakeCall()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        call.publish(
            notices=(Notice(250.0, NoticeKind.PROBLEM, "Your microphone is gone."),),
            gaps=(Gap(192.0, 196.0, GapReason.DEVICE_LOST), Gap(10.0, 20.0, GapReason.PAUSED)),
        )
        await _look(app, pilot)
        text = "\n".join(shown(app))
        assert "! Your microphone is gone." in text
        assert "╌╌ Not heard: 4 s at 3:12: the microphone was gone" in text
        call.publish(notices=(), gaps=())
        await _look(app, pilot)
        assert "gone" not in "\n".join(shown(app))

    _run(call, script)


_ACTIONS: list[tuple[tuple[str, ...], list[Action]]] = [
    (("n",), [NextCard()]),
    (("right_square_bracket",), [CorrectStep(Step.CONNECT)]),
    (("left",), [CorrectStep(Step.MAKE_SPACE)]),
    (("5",), [CorrectStep(Step.ASK)]),
    (("5", "right"), [CorrectStep(Step.ASK)]),
    (("p", "p"), [PinStep(Step.WHAT_MOVES_YOU), PinStep(None)]),
    (("f", "y"), [MarkFear(), MarkReady()]),
    (("i", "2", "down", "enter", "escape"), [MarkIssue("pay"), MarkIssue("safety")]),
    (("i", "escape"), []),
    (("r", "1", "escape"), [MarkRealization("cares")]),
    (("m", "3"), [MarkCommitment("no")]),
    (("m", "down", "enter"), [MarkCommitment("maybe")]),
    (("m", "escape"), []),
    (("m", "9", "escape"), []),
    (
        ("c", "1", "1", *"tue", "space", *"6pm", "enter"),
        [ConfirmNextStep(NextStep("them", "meeting", "2026-05-05T18:00", (), Origin.TYPED, True))],
    ),
    (("c", "1", "1", *"someday", "enter", "escape"), []),
    (("c", "2", "escape"), []),
]


def test_terminal_keys_become_actions() -> None:
    call = FakeCall()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        for keys, actions in _ACTIONS:
            call.tell(step=estimate(Step.WHAT_MOVES_YOU), proposals=())
            call.actions.clear()
            app.look()
            for key in keys:
                await pilot.press(key)
                app.look()
            assert call.actions == actions, keys

    _run(call, script)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 35)])
def test_terminal_a_long_list_leaves_its_hint_and_the_safety_row_in_sight(
    size: tuple[int, int],
) -> None:
    issues = tuple(Choice(f"issue-{n}", f"issue number {n}") for n in range(1, 15))
    call = FakeCall()
    texts: list[str] = []

    async def drive() -> None:
        app = CallApp(call.board, call, replace(OUTLINE, issues=issues), ViewOptions())
        async with app.run_test(size=size) as pilot:
            await _press(app, pilot, "i", "end", "enter")
            texts.append("\n".join(shown(app)))

    run_apart(drive())
    assert "● LISTENING" in texts[0]
    assert "✓ issue number 14" in texts[0]
    assert "Esc close" in " ".join(texts[0].replace("│", " ").split())
    assert call.actions == [MarkIssue("issue-14")]


def test_terminal_next_step_starts_from_what_was_heard() -> None:
    heard = NextStep("both", "call", "2026-05-07", ("2026-05-07", "2026-05-14"))
    call = FakeCall(snapshot(state=call_state(next_step=heard)))

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "c", "enter", "enter")
        text = "\n".join(shown(app))
        assert "Next step for both of you: talk again. When?" in text
        assert "Heard: Thursday, May 7 or Thursday, May 14?" in text
        assert "= Thursday, May 7" in text
        await _press(app, pilot, "enter")

    _run(call, script)
    confirmed = NextStep("both", "call", "2026-05-07", (), Origin.TAPPED, True)
    assert call.actions == [ConfirmNextStep(confirmed)]


def test_terminal_an_answer_that_was_only_heard_is_not_marked_as_known() -> None:
    heard = Proposal(Field.COMMITMENT, "yes", Origin.HEARD, 0.9, 20)
    call = FakeCall(snapshot(state=call_state(proposals=(heard,))))

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "m")
        assert "✓ Yes" not in "\n".join(shown(app))
        await _press(app, pilot, "escape")
        noted = Proposal(Field.COMMITMENT, "no", Origin.TAPPED, 1.0)
        call.tell(proposals=(noted, heard))
        app.look()
        await _press(app, pilot, "m")
        text = "\n".join(shown(app))
        assert "✓ No" in text
        assert "✓ Yes" not in text

    _run(call, script)


def test_terminal_an_issue_that_was_only_heard_says_so_until_it_is_marked() -> None:
    heard = Proposal(Field.ISSUE, "pay", Origin.HEARD, 0.9, 4)
    call = FakeCall(snapshot(state=call_state(proposals=(heard,))))

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "i")
        assert "○ pay (heard from you)" in "\n".join(shown(app))
        await _press(app, pilot, "2")
        text = "\n".join(shown(app))
        assert "✓ pay" in text
        assert "heard from you" not in text

    _run(call, script)
    assert call.actions == [MarkIssue("pay")]


_STAYS: list[tuple[tuple[str, ...], list[str]]] = [
    (("space", "space"), ["pause", "resume"]),
    (("o", "space"), ["off_record", "resume"]),
    (("w", "n"), []),
    (("w", "enter", "escape"), []),
    (("e", "n"), []),
    (("i", "space", "space", "escape"), ["pause", "resume"]),
    (("question_mark", "o", "space", "escape"), ["off_record", "resume"]),
    (("b", "space", "space", "b"), ["pause", "resume"]),
    (("t", "t"), ["show_transcript True", "show_transcript False"]),
]


def test_terminal_safety_keys_are_within_reach() -> None:
    call = FakeCall()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        for keys, calls in _STAYS:
            call.calls.clear()
            for key in keys:
                await pilot.press(key)
                app.look()
            assert call.calls == calls, keys

    _run(call, script)


@pytest.mark.parametrize(
    ("keys", "calls"),
    [
        (("w", "y"), ["withdraw"]),
        (("e", "y"), ["end"]),
        (("ctrl+q", "y"), ["end"]),
        (("ctrl+c",), ["end"]),
    ],
)
def test_terminal_keys_that_end_the_call(keys: tuple[str, ...], calls: list[str]) -> None:
    call = FakeCall()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, *keys)

    _run(call, script)
    assert call.calls == calls


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("space", "‖ PAUSED   nothing is heard · space to listen"),
        ("o", "○ OFF THE RECORD   nothing is heard · space to listen"),
    ],
)
def test_terminal_says_when_nothing_is_heard(key: str, words: str) -> None:
    assert words in _screen_after(key)


def test_terminal_fear_brings_care_first() -> None:
    text = _screen_after("f")
    assert "Slow down. Breathe together." in text
    assert "Care first. No ask until you press y." in text
    assert OUTLINE.coping[0] in text


def test_terminal_every_coping_tool_of_the_shipped_rap_is_in_sight_at_80_by_24() -> None:
    outline = find_rap("one-on-one.en").outline()
    call = FakeCall()
    texts: list[str] = []

    async def drive() -> None:
        app = CallApp(call.board, call, outline, ViewOptions())
        async with app.run_test(size=SIZE) as pilot:
            await _press(app, pilot, "f")
            texts.append(" ".join("\n".join(shown(app)).replace("│", " ").split()))

    run_apart(drive())
    assert [tool for tool in outline.coping if tool not in texts[0]] == []


def test_terminal_quiet_mode_shows_only_cards_that_were_asked_for() -> None:
    call, clock = FakeCall(), Clock()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "q")
        assert "Quiet. Press n when you want a card." in "\n".join(shown(app))
        call.tell(speaking=True, card=CARD)
        await _look(app, pilot)
        assert CARD.text.split()[0] not in "\n".join(shown(app)[4:18])
        await _press(app, pilot, "n")
        assert "nobody could punish you?" in "\n".join(shown(app))
        await _press(app, pilot, "q", "q")
        assert "nobody could punish you?" not in "\n".join(shown(app))
        await _press(app, pilot, "f")
        assert "Slow down. Breathe together." in "\n".join(shown(app))

    _run(call, script, clock=clock)


def test_terminal_transcript_is_hidden_until_asked_for_and_marks_tentative_words() -> None:
    words = ("Tell me about your week.",)
    partial = Hypothesis(3, 240.0, 249.0, False, "and what is", "it about")
    call = FakeCall(snapshot(transcript=words, partial=partial, speaking=True))
    assert "Tell me" not in _screen_after(call=call)
    text = _screen_after(call=call, transcript=True)
    assert "Tell me about your week." in text
    assert "and what is [it about …]" in text


def test_terminal_blank_screen_shows_one_shape() -> None:
    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "b")
        assert "".join(shown(app)).strip() == "●"
        await _press(app, pilot, "space")
        assert "".join(shown(app)).strip() == "‖"
        await _press(app, pilot, "b")
        assert "What moves you" in "\n".join(shown(app))

    _run(FakeCall(), script)


def test_terminal_help_lists_every_key() -> None:
    text = _screen_after("question_mark", size=(80, 60))
    for _, keys in GROUPS:
        for key in keys:
            assert key.shown in text
            assert key.help in text
    assert "● LISTENING" in text


def test_terminal_footer_keeps_the_most_needed_keys() -> None:
    assert [key.shown for key in footer_keys(30)] == ["space", "o"]
    every = [key.shown for key in footer_keys(200)]
    for width in range(200):
        fitting = [key.shown for key in footer_keys(width)]
        assert fitting == [key for key in every if key in fitting]


def test_terminal_end_shows_the_draft_with_origins() -> None:
    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "i")
        await _press(app, pilot, "ctrl+c")
        text = "\n".join(shown(app))
        assert "■ ENDED" in text
        assert "Draft of this call. Nothing was stored." in text
        assert "Their answer: yes (tapped)" in text
        await _press(app, pilot, "end")
        assert OUTLINE.afterwards[-1] in "\n".join(shown(app))
        await pilot.press("enter")

    app = _run(FakeCall(), script)
    assert app.return_code == 0


def test_terminal_withdrawn_consent_leaves_nothing_on_screen() -> None:
    call = FakeCall(snapshot(transcript=("Tell me about your week.",)))
    text = _screen_after("w", "y", call=call, transcript=True)
    assert "□ CONSENT WITHDRAWN" in text
    assert "everything of this call was dropped" in text
    assert "Tell me" not in text
    assert "Draft" not in text


def test_terminal_second_interrupt_leaves_at_once() -> None:
    class SlowToEnd(FakeCall):
        def end(self) -> None:
            self.calls.append("end")

    call = SlowToEnd()

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "ctrl+c")
        assert "Press Ctrl-C again to stop at once." in "\n".join(shown(app))
        await pilot.press("ctrl+c")

    app = _run(call, script)
    assert call.calls == ["end"]
    assert app.return_code == STOPPED_AT_ONCE


def test_terminal_prompts_only_is_the_same_screen_without_ears() -> None:
    call = FakeCall(snapshot(phase=CallPhase.PROMPTS_ONLY, source=None, transcriber=None))
    text = _screen_after("n", "right", call=call)
    assert "◇ PROMPTS ONLY" in text
    assert "microphone closed" in text
    assert "nobody could punish you?" in text
    assert "Step 3 of 5 · Connect" in text
    assert "you ≈" not in text


def test_terminal_without_color_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_color = _screen_after("space")
    monkeypatch.setenv("NO_COLOR", "1")
    found: list[set[str]] = []

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "space")
        assert "\n".join(shown(app)) == with_color
        found.append(colors(app))

    _run(FakeCall(), script)
    assert all(_saturation(color) < 0.1 for color in found[0])
    # The next app of the same program is without color too.
    _run(FakeCall(), script)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_terminal_has_no_red(theme: ThemeChoice) -> None:
    trouble = Notice(1.0, NoticeKind.PROBLEM, "Your microphone is gone.")
    call = FakeCall(snapshot(notices=(trouble,), speaking=True))

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        await _press(app, pilot, "o")
        for color in colors(app):
            hue, _, saturation = _hls(color)
            reddish = (hue < 15 / 360 or hue > 330 / 360) and saturation > 0.25
            assert not reddish, color

    _run(call, script, theme=theme)


def _hls(color: str) -> tuple[float, float, float]:
    r, g, b = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return colorsys.rgb_to_hls(r, g, b)


def _saturation(color: str) -> float:
    return _hls(color)[2]


def test_terminal_makes_no_sound_and_needs_a_terminal() -> None:
    app = CallApp(FakeCall().board, FakeCall(), OUTLINE)
    app.bell()
    with pytest.raises(InputError, match="--plain"):
        app.run()


def test_terminal_a_failure_inside_prints_no_local_values(
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "words that nobody may read"

    async def script(app: CallApp, pilot: Pilot[Any]) -> None:
        def fail() -> None:
            spoken = secret
            raise ValueError(len(spoken))

        app.call_later(fail)
        await pilot.pause()

    with pytest.raises(ValueError, match="26"):
        _run(FakeCall(), script)
    assert secret not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("choice", "environment", "theme"),
    [
        ("auto", {}, "dark"),
        ("auto", {"COLORFGBG": "15;0"}, "dark"),
        ("auto", {"COLORFGBG": "0;15"}, "light"),
        ("auto", {"COLORFGBG": "0;default;15"}, "light"),
        ("light", {"COLORFGBG": "15;0"}, "light"),
        ("light", {"NO_COLOR": "1"}, "terminal"),
        ("terminal", {}, "terminal"),
    ],
)
def test_terminal_theme_follows_the_terminal(
    choice: ThemeChoice, environment: dict[str, str], theme: str
) -> None:
    assert resolve_theme(choice, environment) == theme


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("Listen.", ["Listen."]),
        (CARD.text, ["What about your week at", "work bothers you the most?"]),
        ("one two three four", ["one two three four"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsgesellschaft"]),
    ],
)
def test_terminal_card_breaks_into_even_lines(text: str, lines: list[str]) -> None:
    assert balanced(text, 30) == lines


def _gate(*keys: str, skip: bool = False, size: tuple[int, int] = SIZE) -> tuple[object, list[str]]:
    app = GateApp(OUTLINE, skip)
    texts: list[str] = []

    async def drive() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            texts.append("\n".join(shown(app)))
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                texts.append("\n".join(shown(app)))

    run_apart(drive())
    return app.return_value, texts


@pytest.mark.parametrize(
    ("keys", "how"),
    [
        (("enter", "1"), ConsentHow.SPOKEN),
        (("space", "2"), ConsentHow.WRITTEN),
        (("enter", "up", "enter"), ConsentHow.EARLIER),
    ],
)
def test_terminal_gate_records_consent(keys: tuple[str, ...], how: ConsentHow) -> None:
    answer, _ = _gate(*keys)
    assert isinstance(answer, Consent)
    assert answer.how is how


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter", "enter"), PromptsOnly()),
        (("enter", "4"), PromptsOnly()),
        (("enter", "5"), Quit()),
        (("enter", "escape"), Quit()),
        (("escape",), Quit()),
        (("ctrl+c",), Quit()),
    ],
)
def test_terminal_gate_opens_nothing_by_accident(keys: tuple[str, ...], expected: object) -> None:
    assert _gate(*keys)[0] == expected


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_terminal_gate_shows_preparation_then_script(size: tuple[int, int]) -> None:
    _, texts = _gate("enter", "5", size=size)
    assert OUTLINE.preparation[0] in texts[0]
    assert "THE MICROPHONE IS CLOSED" in texts[0]
    assert "Before we start" in texts[1]
    assert "They agreed just now, aloud" in texts[1]


def test_terminal_gate_preparation_can_be_skipped() -> None:
    _, texts = _gate("5", skip=True)
    assert "Before we start" in texts[0]
