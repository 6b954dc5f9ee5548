"""`companion doctor`: findings in plain words, each with a remedy, and never a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from companion import __version__, checks, locations, seclusion
from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.audit.last_audit import LastAudit, keep_last
from companion.checks import Check, Verdict, computer
from companion.cli.app import run
from companion.errors import AudioDeviceError, CompanionError
from companion.seclusion import Seclusion
from companion.settings_file import write_settings

MICROPHONE = InputDevice(0, "USB Headset", "ALSA", 1, 48_000, is_default=True)
MONITOR = InputDevice(1, "Monitor of Speakers", "ALSA", 2, 48_000, refused="it hears the call")


@pytest.fixture(autouse=True)
def _inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    _list(monkeypatch, lambda: (MICROPHONE, MONITOR))


@pytest.fixture(autouse=True)
def _secluded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a command is; the process of the tests is not."""
    monkeypatch.setattr(seclusion, "look", lambda: Seclusion(False, False, True))


def _list(monkeypatch: pytest.MonkeyPatch, found: Callable[[], tuple[InputDevice, ...]]) -> None:
    monkeypatch.setattr(devices, "list_inputs", found)


def _find(name: str) -> Check:
    return next(check for check in checks.run_checks() if check.name == name)


def _look(name: str) -> Check:
    return checks.guarded(name, dict(checks.CHECKS)[name])


def test_doctor_all_well_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    write_settings({"audio.headset": True})
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "ok    Microphone: USB Headset (1 that would hear the other side refused)" in out
    assert "All well." in out


def test_doctor_opens_no_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    from companion.audio import microphone

    def opened(*_: Any, **__: Any) -> None:
        raise AssertionError("doctor opened the microphone")

    monkeypatch.setattr(microphone.MicrophoneSource, "__enter__", opened)
    assert all("AssertionError" not in check.finding for check in checks.run_checks())


def test_doctor_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == len(checks.CHECKS)
    for line in lines:
        assert set(line) == {"name", "verdict", "finding", "remedy"}
        assert line["verdict"] in ("ok", "warn", "fail")
        assert line["finding"]
        assert bool(line["remedy"]) == (line["verdict"] != "ok")


def test_doctor_something_to_mend_exits_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _list(monkeypatch, lambda: ())
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "mend  Microphone: no microphone was found" in out
    assert "      What to do: plug one in" in out
    assert "One thing needs mending" in out


def test_doctor_portaudio_missing_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> tuple[InputDevice, ...]:
        raise AudioDeviceError("PortAudio is missing; run 'sudo apt install libportaudio2'")

    _list(monkeypatch, missing)
    check = _look("Microphone")
    assert (check.verdict, check.finding) == (Verdict.FAIL, "PortAudio is missing")
    assert check.remedy == "run 'sudo apt install libportaudio2'"


def test_doctor_a_default_that_is_a_loopback_needs_mending(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = InputDevice(1, "Monitor", "ALSA", 2, 48_000, is_default=True, refused="hears others")
    _list(monkeypatch, lambda: (monitor,))
    check = _look("Microphone")
    assert check.verdict is Verdict.FAIL
    assert "hears others" in check.finding


@pytest.mark.parametrize(
    ("headset", "verdict", "says"),
    [
        (True, Verdict.OK, "hears only you"),
        (False, Verdict.WARN, "hears the other person too"),
        (None, Verdict.WARN, "not said yet"),
    ],
)
def test_doctor_speakers_are_a_note(headset: bool | None, verdict: Verdict, says: str) -> None:
    write_settings({"audio.headset": headset})
    check = _look("Headset")
    assert check.verdict is verdict
    assert says in check.finding


def test_doctor_damaged_settings_are_named_and_the_rest_goes_on() -> None:
    path = locations.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("audio: [\n", encoding="utf-8")
    check = _find("Settings")
    assert check.verdict is Verdict.FAIL
    assert "line 2" in check.finding
    assert _look("Microphone").verdict is Verdict.OK


def test_doctor_a_shipped_file_that_is_damaged_or_gone_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert _look("Shipped files").verdict is Verdict.OK
    shutil.copytree(locations.shipped("models"), tmp_path / "models")
    monkeypatch.setattr(locations, "shipped", tmp_path.joinpath)
    assert _look("Shipped files").verdict is Verdict.OK
    model = tmp_path / "models" / "silero_vad_v6.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    check = _look("Shipped files")
    assert check.verdict is Verdict.FAIL
    assert "silero_vad_v6.onnx" in check.finding
    model.unlink()
    assert _look("Shipped files").verdict is Verdict.FAIL


def test_doctor_a_rap_that_is_not_there_is_named() -> None:
    write_settings({"call.rap": "nosuch"})
    check = _look("Conversation")
    assert check.verdict is Verdict.FAIL
    assert "nosuch" in check.finding


def test_doctor_the_shipped_rap_is_valid() -> None:
    check = _look("Conversation")
    assert (check.verdict, check.finding) == (
        Verdict.OK,
        "one-on-one.en: 5 steps, no errors",
    )


def test_doctor_says_which_recognizer_a_call_would_use() -> None:
    assert _look("Built-in recognizer").verdict is Verdict.OK
    check = _look("Recognizer in calls")
    assert check.verdict is Verdict.OK
    assert "pocketsphinx" in check.finding


def test_doctor_a_whisper_model_that_is_not_here_needs_mending() -> None:
    write_settings({"recognizer.engine": "whisper"})
    check = _look("Recognizer in calls")
    assert check.verdict is Verdict.FAIL
    assert "companion models" in check.finding + check.remedy


def test_doctor_a_full_disk_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    check = _look("Disk")
    assert check.verdict is Verdict.WARN
    assert "0.0 GB free" in check.finding


def test_doctor_a_small_computer_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "total_memory_gb", lambda: 1.0)
    assert _look("Computer").verdict is Verdict.WARN
    monkeypatch.setattr(computer, "total_memory_gb", lambda: None)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert _look("Computer") == Check("Computer", Verdict.OK, "8 processor cores")


def test_doctor_memory_is_told_in_gb() -> None:
    memory_gb = computer.total_memory_gb()
    assert memory_gb is None or 0.1 < memory_gb < 100_000


class _Screen:
    def __init__(self, encoding: str) -> None:
        self.encoding = encoding

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("size", "encoding", "verdict"),
    [
        ((80, 24), "utf-8", Verdict.OK),
        ((200, 60), "UTF8", Verdict.OK),
        ((79, 24), "utf-8", Verdict.WARN),
        ((80, 23), "utf-8", Verdict.WARN),
        ((80, 24), "cp1252", Verdict.WARN),
    ],
)
def test_doctor_the_terminal_must_be_large_enough_and_utf8(
    size: tuple[int, int], encoding: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", _Screen(encoding))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: size)
    assert _look("Terminal").verdict is verdict


@pytest.mark.parametrize(
    ("error", "finding", "remedy"),
    [
        (CompanionError("it broke; mend it"), "it broke", "mend it"),
        (RuntimeError("she said something private"), "could not be checked (RuntimeError)", "rein"),
    ],
)
def test_doctor_a_check_that_fails_is_a_finding(
    error: Exception, finding: str, remedy: str
) -> None:
    def look(_name: str) -> Check:
        raise error

    check = checks.guarded("Anything", look)
    assert (check.verdict, check.finding) == (Verdict.FAIL, finding)
    assert check.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("loudest_dbfs", "too_loud", "well", "says"),
    [
        (-120.0, False, False, "nothing at all"),
        (-85.0, False, False, "nothing at all"),
        (-60.0, False, False, "faintly"),
        (-50.0, False, True, "well"),
        (-20.0, False, True, "well"),
        (-6.0, True, False, "too loud"),
    ],
)
def test_doctor_a_level_is_told_in_words(
    loudest_dbfs: float, too_loud: bool, well: bool, says: str
) -> None:
    heard = checks.loudness(loudest_dbfs, too_loud)
    assert heard.well is well
    assert says in heard.words


@pytest.mark.parametrize(
    ("held", "verdict", "words"),
    [
        (Seclusion(False, False, True), Verdict.OK, "no core dumps, no looking in"),
        (Seclusion(None, None, None), Verdict.OK, "crash reports without memory"),
        (Seclusion(True, False, True), Verdict.WARN, "leave its memory on disk"),
        (Seclusion(False, True, True), Verdict.WARN, "read its memory"),
        (Seclusion(False, None, False), Verdict.WARN, "could be read by others"),
    ],
)
def test_doctor_says_what_others_could_see_of_the_process(
    monkeypatch: pytest.MonkeyPatch, held: Seclusion, verdict: Verdict, words: str
) -> None:
    monkeypatch.setattr(seclusion, "look", lambda: held)
    check = _look("Own process")
    assert (check.verdict, words in check.finding) == (verdict, True)
    assert bool(check.remedy) is (verdict is Verdict.WARN or held.core_dumps is None)


def test_doctor_says_that_calls_need_no_network_and_what_only_an_audit_can_tell() -> None:
    check = _look("Network")
    assert check.verdict is Verdict.OK
    assert "calls use none" in check.finding
    assert "only 'companion audit' watches" in check.finding


def test_doctor_fails_where_a_library_may_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    check = _look("Network")
    assert check.verdict is Verdict.FAIL
    assert "ORT_DISABLE_TELEMETRY" in check.finding


@pytest.mark.parametrize(
    ("outcome", "version", "verdict", "said"),
    [
        ("clean", __version__, Verdict.OK, "clean, nothing was found"),
        ("in_part", __version__, Verdict.OK, "parts that work on this system"),
        ("clean", "0.0.1", Verdict.OK, "that was version 0.0.1"),
        ("found", __version__, Verdict.FAIL, "something was found"),
    ],
)
def test_doctor_tells_of_the_last_audit(
    outcome: str, version: str, verdict: Verdict, said: str
) -> None:
    made_at = datetime(2026, 11, 22, 14, 30, tzinfo=timezone.utc)
    keep_last(LastAudit(made_at, version, outcome, quick=False))
    check = _look("Audit")
    assert check.verdict is verdict
    assert said in check.finding
    assert "2026-11-22" in check.finding


@pytest.mark.parametrize("content", ["", "[]", '{"made_at": 1}', '{"outcome": "fine"}'])
def test_doctor_passes_over_a_damaged_note_of_an_audit(content: str) -> None:
    locations.user_data().mkdir(parents=True)
    (locations.user_data() / "last-audit.json").write_text(content, encoding="utf-8")
    assert "not checked on this computer yet" in _look("Audit").finding
