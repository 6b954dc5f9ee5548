"""The desk in the terminal, driven by keys. Text is what counts, not color."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from textual.widgets import Input, TextArea

from companion.domain.speech import Utterance
from companion.labelling.app import HELP, LabelApp
from companion.live.terminal.options import ViewOptions
from companion.trainer.label_desk import LabelDesk, Sheet, new_sheet
from tests.fakes.own_loop import run_apart
from tests.fakes.screen import shown

TEXTS = ("Hi Rosa, it's me. You got a minute?", "What is it like there?", "Mm.")


@dataclass
class Run:
    """What was shown after each key, and what was saved."""

    desk: LabelDesk
    screens: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.screens[-1]


def _press(*keys: str, saved: list[Sheet] | None = None) -> Run:
    said = tuple(Utterance(i, i * 10.0, i * 10.0 + 3, text) for i, text in enumerate(TEXTS))
    kept = saved if saved is not None else []
    desk = LabelDesk(new_sheet("laundry", date(2026, 4, 14), said, "en"), kept.append)
    run = Run(desk)
    app = LabelApp(desk, "laundry.AB.labels.json", ViewOptions(theme="dark"))

    async def drive() -> None:
        async with app.run_test(size=(100, 32)) as pilot:
            await pilot.pause()
            run.screens.append("\n".join(shown(app)))
            for key in keys:
                if key.startswith("type:"):
                    app.screen.query_one(Input).value = key.removeprefix("type:")
                elif key.startswith("area:"):
                    app.screen.query_one(TextArea).text = key.removeprefix("area:")
                else:
                    await pilot.press(key)
                await pilot.pause()
                if app.is_running and not app._exit:
                    run.screens.append("\n".join(shown(app)))

    run_apart(drive())
    return run


def test_label_app_says_that_it_is_for_role_play_and_where_the_work_is() -> None:
    run = _press()
    assert "ROLE-PLAY only" in run.text
    assert "utterance 1 of 3, 0 of 3 have a step. Saved in laundry.AB.labels.json." in run.text
    assert "no step yet" in run.text
    assert "? all keys" in run.text


def test_label_app_a_call_is_labelled_by_keys_alone() -> None:
    saved: list[Sheet] = []
    run = _press("1", "s", "c", "down", "2", "o", "enter", "2", saved=saved)
    assert run.desk.sheet.is_complete
    assert [c.kind for c in run.desk.sheet.works[0].clauses] == [None, "closed"]
    assert run.desk.sheet.works[1].clauses[0].kind == "open"
    assert "complete" in run.text
    assert saved[-1] == run.desk.sheet


def test_label_app_shows_clauses_with_words_for_their_kinds() -> None:
    run = _press("right", "c")
    assert "statement        Hi Rosa, it's me." in run.text
    assert "▶ closed question  You got a minute?" in run.text


def test_label_app_cues_are_marked_in_a_list() -> None:
    run = _press("u", "3", "escape")
    assert run.desk.sheet.work.cues == ("agenda",)
    assert "cues: agenda" in run.text


def test_label_app_personal_data_is_typed_and_mistakes_are_told() -> None:
    run = _press("p", "type:PERSON Rosalind", "enter")
    assert "do not stand in the utterance" in run.text
    run = _press("p", "type:person Rosa", "enter")
    assert run.desk.sheet.work.pii[0].label == "PERSON"
    assert "personal: Rosa (PERSON)" in run.text


def test_label_app_the_whole_call_is_described_and_mistakes_are_told() -> None:
    run = _press("w", "area:setting: x\ncommitment: perhaps", "ctrl+s")
    assert "perhaps" in run.text
    assert run.desk.sheet.truth is None
    head = (
        "setting: laundry, phone\nissues: wages\ndecision maker: none\nask: none\n"
        "commitment: no\nnext step: none\nself-care: yes\nfollow-up: none"
    )
    run = _press("w", f"area:{head}", "ctrl+s")
    assert run.desk.sheet.truth is not None
    assert run.desk.sheet.truth.issues == ("wages",)
    assert run.desk.sheet.setting == "laundry, phone"
    assert "What the call came to is kept." in run.text


def test_label_app_undo_says_when_there_is_nothing_left() -> None:
    run = _press("1", "z", "z")
    assert run.desk.sheet.work.step is None
    assert "There is nothing to take back." in run.text
    run = _press("1", "z", "y", "y")
    assert run.desk.sheet.work.step == 1
    assert "There is nothing to make again." in run.text


def test_label_app_help_lists_the_keys_and_q_leaves() -> None:
    run = _press("question_mark")
    assert "closed, open, narrow, rhetorical" in run.text
    assert max(map(len, HELP.splitlines())) <= 58
    assert len(HELP.splitlines()) <= 14
    run = _press("question_mark", "escape", "q")
    assert run.desk.sheet.done == 0
