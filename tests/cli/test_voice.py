"""`companion voice`: learned from reading aloud, kept only with consent, forgotten for good."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np
import pytest

from companion.audio import devices
from companion.audio.devices import InputDevice
from companion.audio.files import FileSource
from companion.audio.own_voice import OwnVoice
from companion.audio.sample_call import shipped_sound
from companion.audio.sound import Source
from companion.cli import calling, voice_learning
from companion.cli.app import run
from companion.cli.call_start import CallRequest
from companion.errors import InputError
from companion.settings import AudioSettings
from tests.fakes.kept_calls import KeptCalls, Terminal
from tests.fakes.speaker import SpeakerSource
from tests.fakes.store import NOW

MICROPHONE = InputDevice(0, "USB Microphone", "ALSA", 1, 48_000, is_default=True)
VOICE = OwnVoice(
    center=np.zeros(12, np.float32),
    means=np.zeros((1, 12), np.float32),
    pitch=7.0,
    level_dbfs=-20.0,
    likeness_mean=4.0,
    likeness_spread=0.5,
)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads aloud: the voice of the sample call."""

    def microphone(audio: AudioSettings, allow_loopback: bool) -> Source:
        return FileSource(shipped_sound(), paced=False)

    monkeypatch.setattr(voice_learning, "microphone", microphone)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[AudioSettings]:
    """Every voice is learned at once; what it was learned with."""
    asked: list[AudioSettings] = []

    def learn(audio: AudioSettings, *, allow_loopback: bool = False) -> OwnVoice:
        asked.append(audio)
        return VOICE

    monkeypatch.setattr(voice_learning, "read_and_learn", learn)
    monkeypatch.setattr(OwnVoice, "to_bytes", lambda self: b"figures")
    return asked


def test_voice_is_learned_kept_shown_and_forgotten(kept: KeptCalls, reader: None) -> None:
    assert "not known" in kept.run("voice", "status").out
    answered = kept.run("voice", "learn", "--keep")
    assert answered.code == 0, answered.err
    assert "learned and kept" in answered.out
    for said in ("No sound is kept", "the baker opens her shop", "50% is learned"):
        assert said in " ".join(answered.err.split())
    with kept.store() as store:
        found = store.voices.kept()
        assert found is not None
        assert found.learned_at == NOW
        assert OwnVoice.from_bytes(found.figures).to_bytes() == found.figures
        assert voice_learning.kept_voice(store) is not None
    assert f"learned on {NOW.astimezone():%Y-%m-%d}" in kept.run("voice", "status").out
    status = json.loads(kept.run("voice", "status", "--json").out)
    assert status == {"known": True, "learned_at": NOW.isoformat(timespec="seconds")}
    assert "forgotten" in kept.run("voice", "forget").out
    assert "nothing to forget" in kept.run("voice", "forget").out
    with kept.store() as store:
        assert store.voices.kept() is None


@pytest.mark.parametrize(
    ("options", "typed"), [(["--no-keep"], ()), ([], ()), ([], ["n"]), ([], [""])]
)
def test_voice_is_not_kept_unless_agreed_to(
    kept: KeptCalls,
    learned: list[AudioSettings],
    options: list[str],
    typed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "".join(f"{line}\n" for line in typed)
    monkeypatch.setattr("sys.stdin", Terminal(text) if typed else io.StringIO())
    assert run(["voice", "learn", *options]) == 0
    out, err = capsys.readouterr()
    assert "Nothing of it was kept" in out
    assert ("Keep these figures" in err) is bool(typed)
    assert len(learned) == 1
    with kept.store() as store:
        assert store.voices.kept() is None


def test_voice_needs_a_store_to_be_kept_in(
    learned: list[AudioSettings], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["voice", "learn", "--keep"]) == 2
    assert "'companion store init'" in capsys.readouterr().err
    assert learned == [], "nobody reads in vain"
    for command in ("status", "forget"):
        assert run(["voice", command]) == 0


def test_voice_that_cannot_be_learned_says_why_and_keeps_nothing(
    kept: KeptCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence = SpeakerSource((), length_s=200.0)
    monkeypatch.setattr(voice_learning, "microphone", lambda audio, allow: silence)
    answered = kept.run("voice", "learn", "--keep")
    assert answered.code == 2
    assert "too little speech" in answered.err
    assert not silence.opened
    with kept.store() as store:
        assert store.voices.kept() is None


def test_voice_of_another_version_is_said_and_not_used(
    kept: KeptCalls, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept.store() as store:
        store.voices.keep(b"of old", NOW)
        assert voice_learning.kept_voice(store) is None
        store.voices.forget()
        assert voice_learning.kept_voice(store) is None
    assert voice_learning.kept_voice(None) is None
    assert capsys.readouterr().err.count("read aloud once more") == 1


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[OwnVoice | None]:
    """The voices of the calls that were begun."""
    voices: list[OwnVoice | None] = []

    def note(request: CallRequest, *_: object, own_voice: OwnVoice | None, **__: object) -> None:
        voices.append(own_voice)

    monkeypatch.setattr(calling, "run_with", note)
    monkeypatch.setattr(devices, "list_inputs", lambda: (MICROPHONE,))
    return voices


def test_voice_is_learned_right_before_a_call_and_kept_nowhere(
    kept: KeptCalls,
    learned: list[AudioSettings],
    begun: list[OwnVoice | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["call", "--plain", "--consent", "spoken", "--learn-voice"]) == 0
    assert begun == [VOICE]
    assert "your voice is known" in capsys.readouterr().err
    with kept.store() as store:
        assert store.voices.kept() is None


@pytest.mark.parametrize("known", [True, False])
def test_voice_that_is_kept_is_used_in_calls(
    kept: KeptCalls,
    begun: list[OwnVoice | None],
    known: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OwnVoice, "from_bytes", lambda figures: VOICE)
    if known:
        with kept.store() as store:
            store.voices.keep(b"figures", NOW)
    answered = kept.run("call", "--plain", "--consent", "spoken", "--save")
    assert answered.code == 0, answered.err
    assert begun == [VOICE if known else None]
    assert ("your voice is known" in answered.err) is known


@pytest.mark.parametrize(
    ("headset", "said"), [("headset", False), ("speakers", True), ("not said", True)]
)
def test_voice_that_is_not_known_is_said_where_that_matters(
    headset: str,
    said: bool,
    begun: list[OwnVoice | None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from companion.settings_file import write_settings

    if headset != "not said":
        write_settings({"audio.headset": headset == "headset"})
    monkeypatch.setattr("sys.stdin", Terminal("\n1\n"))
    assert run(["call", "--plain", "--no-headset-test"]) == 0
    assert ("your voice is not known" in capsys.readouterr().err) is said
    assert begun == [None]


@pytest.mark.parametrize("options", [["--prompts-only"], ["--input", "talk.wav"]])
def test_voice_is_not_learned_without_a_microphone(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    assert run(["call", "--plain", "--learn-voice", *options]) == 2
    assert "--learn-voice" in capsys.readouterr().err


def test_voice_learning_shows_each_problem_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from companion.audio.reading_aloud import Reading

    def learning(source: object) -> object:
        for share in (0.1, 0.2, 0.3):
            yield Reading(share, -20.0, "There is much noise around you.")
        raise InputError("there is much noise around you; find a quieter place")

    monkeypatch.setattr(voice_learning, "learn_aloud", learning)
    quiet: Callable[..., SpeakerSource] = lambda audio, allow: SpeakerSource((), 1.0)  # noqa: E731
    monkeypatch.setattr(voice_learning, "microphone", quiet)
    with pytest.raises(InputError, match="quieter place"):
        voice_learning.read_and_learn(AudioSettings())
    err = capsys.readouterr().err
    assert err.count("There is much noise around you.") == 1
    assert "25% is learned" not in err
    assert "30% is learned" in err
