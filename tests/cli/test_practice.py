"""`companion practice`: by keyboard, by microphone, from a file; a debrief, and nothing kept."""

from __future__ import annotations

import io
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.audio.files import FileSource
from companion.cli import practicing
from companion.cli.app import run
from companion.cli.practice_ears import turns_heard
from companion.cli.practicing import PracticeRequest
from companion.errors import AudioDeviceError
from companion.live.one_call import check_no_other_call, the_only_call
from companion.practice.persona import find_persona
from companion.practice.rehearsal import Rehearsal
from companion.settings import Settings
from companion.understanding.rap import find_rap


def _type(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def _files() -> list[Path]:
    return [p for p in locations.user_config().parent.rglob("*") if p.is_file()]


def test_practice_a_talk_from_a_file_ends_with_a_debrief_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _files()
    _type(monkeypatch, "Do you like the shop?", "What happened with the union?")
    assert run(["practice", "hostile"]) == 0
    out = capsys.readouterr().out
    assert "Walt: Ninety-eight." in " ".join(out.split())
    assert "How it went" in out
    assert "You ended before the call had come to its end." in out
    assert "What do you like about the shop?" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    assert _files() == before


def test_practice_commands_undo_and_explain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(
        *(monkeypatch, "/undo", "Will you sign?", "Will you sign?", "/undo", "/undo", "/why"),
        *("/card", "/fear", "/ready", "/nonsense", "/end", "never read"),
    )
    assert run(["practice", "hostile"]) == 0
    out = capsys.readouterr().out
    assert "There is nothing to take back." in out
    assert out.count("Taken back.") == 2
    assert "/undo   take your last words back" in out
    assert "never read" not in out
    assert "0 turns" in " ".join(out.split())


def test_practice_after_a_hang_up_the_last_words_can_be_taken_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch, *["Will you sign today?"] * 2, "/undo", "What happened back then?", "/end")
    assert run(["practice", "hostile", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    outcomes = [e["outcome"] for e in events if e["event"] == "answer"]
    assert "hung_up" in outcomes
    assert outcomes[-1] is None
    assert events[-1]["event"] == "debrief"
    assert events[-1]["outcome"] is None


def test_practice_json_is_one_object_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch, "What is it like there?")
    assert run(["practice", "eager", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["event"] for e in events[:3]] == ["begin", "card", "answer"]
    turn = next(e for e in events if e["event"] == "turn")
    assert turn["questions"] == ["open"]


def test_practice_list_shows_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["practice", "--list"]) == 0
    out = capsys.readouterr().out
    assert "afraid" in out
    assert "Mirela, who sews alterations (en)" in out
    assert run(["practice", "--list", "--json"]) == 0
    assert {"name", "about"} <= json.loads(capsys.readouterr().out.splitlines()[0]).keys()


def test_practice_without_a_name_and_without_anybody_to_ask_names_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch)
    assert run(["practice"]) == 2
    assert "name somebody to practice with: afraid, " in capsys.readouterr().err


def test_practice_saves_the_debrief_without_words_and_never_over_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "debrief.md"
    _type(monkeypatch, "Do you like the zeppelin shop?")
    assert run(["practice", "hostile", "--save", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Practice with Walt, who mends forklifts")
    assert "Closed ones: 1" in text
    assert "zeppelin" not in text
    if sys.platform != "win32":
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "zeppelin" in capsys.readouterr().out
    _type(monkeypatch, "Hello?")
    assert run(["practice", "hostile", "--save", str(page)]) == 2
    assert page.read_text(encoding="utf-8") == text


def test_practice_checks_a_persona(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shipped = locations.shipped("configs", "personas", "en", "eager.yaml")
    assert run(["practice", "--check", str(shipped)]) == 0
    assert "no problems found" in capsys.readouterr().out
    bad = tmp_path / "bad.yaml"
    bad.write_text(shipped.read_text(encoding="utf-8").replace("go: sure", "go: shure"), "utf-8")
    assert run(["practice", "--check", str(bad)]) == 2
    assert "did you mean 'sure'?" in capsys.readouterr().err


def test_practice_ctrl_c_ends_with_the_debrief(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(practicing, "_talk_by_keyboard", interrupted)
    assert run(["practice", "eager"]) == 0
    out = capsys.readouterr().out
    assert "You ended the call." in out
    assert "How it went" in out


def test_practice_without_a_voice_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(practicing, "find_speaker", lambda *_: None)
    _type(monkeypatch, "Hello?")
    assert run(["practice", "eager", "--speak"]) == 0
    assert "installing flite" in capsys.readouterr().err


@pytest.mark.flite
@pytest.mark.timeout(180)
def test_practice_by_voice_is_refused_while_a_call_listens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_microphone(*_: object) -> None:
        pytest.fail("the microphone was opened beside a call")

    monkeypatch.setattr("companion.audio.microphone.MicrophoneSource.__enter__", no_microphone)
    with the_only_call():
        assert run(["practice", "hostile", "--listen"]) != 0
    assert "listening already" in capsys.readouterr().err


def test_practice_by_voice_a_call_is_refused_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    def turns(*_: object) -> Iterator[None]:
        with pytest.raises(AudioDeviceError, match="listening already"):
            check_no_other_call()
        yield from ()

    monkeypatch.setattr("companion.cli.practice_ears.turns_heard", turns)
    assert run(["practice", "hostile", "--listen"]) == 0
    check_no_other_call()


def test_practice_by_voice_the_other_person_answers_at_the_end_of_each_turn(tmp_path: Path) -> None:
    flite = shutil.which("flite")
    if flite is None:
        pytest.skip("needs flite to speak")
    talk = tmp_path / "talk.wav"
    parts = ("what is it like to work there at night?", "how do you feel about that?")
    sounds = []
    for i, words in enumerate(parts):
        sounds.append(tmp_path / f"{i}.wav")
        subprocess.run([flite, "-voice", "rms", "-t", words, "-o", sounds[-1]], check=True)
    _join(sounds, talk, silence_s=3.0)
    rehearsal = Rehearsal(
        find_rap("one-on-one.en"), find_persona("eager"), date(2026, 5, 4), Settings().call
    )
    heard = turns_heard(
        PracticeRequest(engine="sphinx"), Settings(), rehearsal, FileSource(talk, paced=False)
    )
    answers = [rehearsal.answered().answer.moment for _ in heard]
    assert len(answers) == 2
    assert answers[0] == "first_answer"
    said = [piece.utterance for e in rehearsal.exchanges for piece in e.said]
    assert all(a.end_s < b.start_s for a, b in pairwise(said))


def _join(parts: list[Path], target: Path, silence_s: float) -> None:
    import numpy as np
    import soundfile

    pieces = []
    for part in parts:
        samples, rate_hz = soundfile.read(part, dtype="float32")
        pieces += [samples, np.zeros(round(silence_s * rate_hz), np.float32)]
    soundfile.write(target, np.concatenate(pieces), rate_hz)
