"""Sound files as a source: every kind, streamed, paced on scripted time, and damaged."""

from __future__ import annotations

import os
import struct
import threading
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from companion.audio.files import FileSource
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, Samples, Source, SourceState
from companion.errors import SoundFileError
from tests.fakes.sound import FakeClock, counting, speech_like, tone


def _wav(path: Path, sound: Samples, rate_hz: int = SAMPLE_RATE_HZ, **form: str) -> Path:
    soundfile.write(path, sound, rate_hz, **form)
    return path


def _sound(chunks: list[AudioChunk]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *(c.samples for c in chunks)])


def _heard(path: Path) -> tuple[Samples, FileSource]:
    with FileSource(path) as source:
        return _sound(list(source.chunks())), source


def test_files_is_a_source(tmp_path: Path) -> None:
    source: Source = FileSource(_wav(tmp_path / "a.wav", tone(0.1)))
    assert not source.paced


FORMS = [(16_000, 1), (44_100, 2), (48_000, 6), (8_000, 1)]


@pytest.mark.parametrize(
    ("kind", "rate_hz", "channels"),
    [(kind, *form) for kind in ("wav", "flac", "ogg") for form in FORMS]
    + [("mp3", *form) for form in ((44_100, 1), (48_000, 2), (16_000, 1))],
)
def test_files_of_every_kind_become_16_khz_mono(
    tmp_path: Path, kind: str, rate_hz: int, channels: int
) -> None:
    sound = np.repeat(tone(1.5, rate_hz, 440)[:, None], channels, axis=1)
    heard, source = _heard(_wav(tmp_path / f"a.{kind}", sound, rate_hz))
    assert source.duration_s == pytest.approx(1.5, abs=0.1)
    assert len(heard) / SAMPLE_RATE_HZ == pytest.approx(1.5, abs=0.1)
    middle = heard[8000:16000]
    pitch_hz = np.abs(np.fft.rfft(middle)).argmax() * SAMPLE_RATE_HZ / len(middle)
    assert pitch_hz == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(0.3, abs=0.05)
    assert source.status().detail == ""


@pytest.mark.parametrize("kind", ["flac", "ogg", "mp3"])
def test_files_streamed_are_the_same_as_read_at_once(tmp_path: Path, kind: str) -> None:
    path = _wav(tmp_path / f"a.{kind}", speech_like(3.0))
    at_once, _ = soundfile.read(path, dtype="float32")
    heard, _ = _heard(path)
    assert heard == pytest.approx(at_once[: len(heard)], abs=1e-4)


def test_files_every_sample_arrives_in_order_and_in_call_time(tmp_path: Path) -> None:
    sound = counting(50_001)
    with FileSource(_wav(tmp_path / "a.wav", sound, subtype="FLOAT")) as source:
        chunks = list(iter(lambda: source.read(0), None))
        assert np.array_equal(_sound(chunks), sound)
        assert chunks[0].start_s == 0
        for before, after in pairwise(chunks):
            assert after.start_s == pytest.approx(before.end_s, abs=1e-9)
        assert {len(c.samples) for c in chunks[:-1]} == {1600}
        assert source.status().state is SourceState.ENDED
        assert source.position_s == pytest.approx(source.duration_s)


def test_files_ends_only_once_everything_was_given(tmp_path: Path) -> None:
    with FileSource(_wav(tmp_path / "a.wav", tone(0.25))) as source:
        for _ in range(3):
            assert source.status().state is SourceState.RUNNING
            assert source.read(0) is not None
        assert source.status().state is SourceState.ENDED
        assert source.read(0) is None


def test_files_shows_the_level(tmp_path: Path) -> None:
    with FileSource(_wav(tmp_path / "a.wav", tone(1.0, peak=0.1))) as source:
        source.read(0)
        source.read(0)
        assert source.status().level_dbfs == pytest.approx(-23, abs=0.5)
        assert source.status().name == "a.wav"


def test_files_silence_between_turns_is_no_problem(tmp_path: Path) -> None:
    with FileSource(_wav(tmp_path / "a.wav", np.zeros(80_000, np.float32))) as source:
        for _ in range(45):
            source.read(0)
        assert source.status().state is SourceState.RUNNING


# Pacing


def test_files_paced_gives_each_chunk_when_it_has_been_said(tmp_path: Path) -> None:
    clock = FakeClock()
    path = _wav(tmp_path / "a.wav", tone(0.3))
    with FileSource(path, paced=True, clock=clock, wait=clock.wait) as source:
        assert source.paced
        began_s = clock()
        for k in range(10):
            chunk = source.read(1.0)
            assert chunk is not None
            assert chunk.start_s == pytest.approx(0.03 * k)
            assert clock() - began_s == pytest.approx(chunk.end_s)
        assert source.read(1.0) is None
        assert source.status().state is SourceState.ENDED


def test_files_paced_comes_back_when_the_time_is_over(tmp_path: Path) -> None:
    clock = FakeClock()
    path = _wav(tmp_path / "a.wav", tone(0.3))
    with FileSource(path, paced=True, clock=clock, wait=clock.wait) as source:
        assert source.read(0.01) is None
        assert source.read(0.01) is None
        assert source.read(0.011) is not None


def test_files_paced_reader_that_was_held_up_catches_up_without_loss(tmp_path: Path) -> None:
    clock = FakeClock()
    sound = counting(16_000)
    path = _wav(tmp_path / "a.wav", sound, subtype="FLOAT")
    with FileSource(path, paced=True, clock=clock, wait=clock.wait) as source:
        clock.advance(0.6)
        chunks = [c for c in (source.read(0) for _ in range(21)) if c is not None]
        assert np.array_equal(_sound(chunks), sound[: 20 * 480])


def test_files_paced_discard_skips_what_has_passed(tmp_path: Path) -> None:
    clock = FakeClock()
    path = _wav(tmp_path / "a.wav", tone(3.0))
    with FileSource(path, paced=True, clock=clock, wait=clock.wait) as source:
        source.read(1.0)
        clock.advance(1.515)
        source.discard()
        chunk = source.read(1.0)
        assert chunk is not None
        assert chunk.start_s == pytest.approx(1.53, abs=0.001)


def test_files_not_paced_discard_skips_nothing(tmp_path: Path) -> None:
    with FileSource(_wav(tmp_path / "a.wav", tone(1.0))) as source:
        source.read(0)
        source.discard()
        chunk = source.read(0)
        assert chunk is not None
        assert chunk.start_s == pytest.approx(0.1)


def test_files_paced_stops_at_once_when_closed(tmp_path: Path) -> None:
    source = FileSource(_wav(tmp_path / "a.wav", tone(60.0)), paced=True)
    source.__enter__()
    waiting = threading.Event()
    got: list[AudioChunk | None] = []

    def reader() -> None:
        waiting.set()
        while source.status().state is SourceState.RUNNING:
            got.append(source.read(3600.0))

    thread = threading.Thread(target=reader, daemon=True)
    thread.start()
    assert waiting.wait(10)
    source.__exit__(None, None, None)
    thread.join(10)
    assert not thread.is_alive()
    assert source.status().state is SourceState.ENDED


# Long files


def _ten_hours(path: Path) -> Path:
    """A WAV file of ten hours that takes no room on the disk: a header and a hole."""
    rate_hz, length = 8_000, 10 * 3600 * 8_000 * 2
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, 1, rate_hz, 2 * rate_hz, 2, 16),
        *(b"data", length),
    )
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + length)
    return path


def test_files_of_ten_hours_are_streamed(tmp_path: Path) -> None:
    with FileSource(_ten_hours(tmp_path / "long.wav")) as source:
        assert source.duration_s == pytest.approx(36_000)
        chunks = source.chunks()
        next(chunks)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(2_000):
            next(chunks)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert source.position_s == pytest.approx(200, abs=1)
        assert peak - before < 200_000, "less than two seconds of sound are held"


# Damage


def _patched(path: Path, place: int, value: bytes) -> Path:
    data = bytearray(path.read_bytes())
    data[place : place + len(value)] = value
    path.write_bytes(data)
    return path


def test_files_missing(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match=r"there is no file .*nobody\.wav; check its name"):
        FileSource(tmp_path / "nobody.wav")


def test_files_folder(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match="is a folder; name a sound file"):
        FileSource(tmp_path)


def test_files_not_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _wav(tmp_path / "a.wav", tone(0.1))

    def refuse(self: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied", str(self))

    # Not by taking the permission away: the superuser of a container may read everything.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SoundFileError, match=r"cannot be opened \(Permission denied\)"):
        FileSource(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_files_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(SoundFileError, match="is not a file"):
        FileSource(tmp_path / "pipe.wav")


@pytest.mark.parametrize(
    ("what", "name", "content"),
    [
        ("text", "a.wav", b"not a sound at all\n" * 50),
        ("text called raw", "a.raw", b"not a sound at all\n" * 50),
        ("half a header", "a.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("an OGG cut in its first page", "a.ogg", b"OggS" + b"\x00" * 60),
        ("an MP4", "a.m4a", b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 100),
        ("a number", "a.mp3", b"\x00" * 1000),
        ("no extension", "sound", b"\xff\xd8\xff\xe0" * 20),
    ],
)
def test_files_not_sound(tmp_path: Path, what: str, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SoundFileError, match=r"convert it to WAV, FLAC, OGG or MP3"):
        FileSource(path)


def test_files_empty(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    with pytest.raises(SoundFileError, match=r"empty \(0 bytes\)"):
        FileSource(tmp_path / "a.wav")


def test_files_without_samples(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match=r"no sound in it \(0 samples\)"):
        FileSource(_wav(tmp_path / "a.wav", np.zeros(0, np.float32)))


def test_files_without_channels(tmp_path: Path) -> None:
    path = _patched(_wav(tmp_path / "a.wav", tone(0.1)), 22, b"\x00\x00")
    with pytest.raises(SoundFileError, match="has no channels"):
        FileSource(path)


@pytest.mark.parametrize(
    ("rate_hz", "message"),
    [
        (1, "1 samples a second"),
        (3_999, "3999 samples a second"),
        (1_000_000_000, "1000000000 samples a second"),
        (0, "not a sound file"),
        (0xFFFF_FFFF, "not a sound file"),
    ],
)
def test_files_with_an_absurd_rate(tmp_path: Path, rate_hz: int, message: str) -> None:
    path = _patched(_wav(tmp_path / "a.wav", tone(0.1)), 24, struct.pack("<I", rate_hz))
    with pytest.raises(SoundFileError, match=message):
        FileSource(path)


def test_files_with_too_many_channels(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match="100 channels, and at most 64"):
        FileSource(_wav(tmp_path / "a.wav", np.zeros((100, 100), np.float32)))


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg"])
def test_files_cut_off_give_what_there_is_and_say_so(tmp_path: Path, kind: str) -> None:
    whole = _wav(tmp_path / f"whole.{kind}", speech_like(10.0))
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    heard, source = _heard(cut)
    assert 2.0 < len(heard) / SAMPLE_RATE_HZ < 8.0
    assert source.status().detail == "the file is cut off; everything up to there is used"
    assert source.status().state is SourceState.ENDED
    heard, source = _heard(whole)
    assert len(heard) / SAMPLE_RATE_HZ == pytest.approx(10, abs=0.1)
    assert source.status().detail == ""


def test_files_cut_off_mp3_gives_what_there_is(tmp_path: Path) -> None:
    whole = _wav(tmp_path / "whole.mp3", speech_like(10.0))
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    heard, _ = _heard(cut)
    assert np.abs(heard[: 3 * SAMPLE_RATE_HZ]).max() > 0.2


@pytest.mark.parametrize("length", [0x7FFF_FFFF, 0xFFFF_FFFF])
def test_files_written_to_a_pipe_are_not_called_cut_off(tmp_path: Path, length: int) -> None:
    path = _wav(tmp_path / "a.wav", tone(1.0))
    data = path.read_bytes()
    place = data.index(b"data") + 4
    heard, source = _heard(_patched(path, place, struct.pack("<I", length)))
    assert len(heard) == SAMPLE_RATE_HZ
    assert source.status().detail == ""


def test_files_of_unknown_length_are_read_to_the_end(tmp_path: Path) -> None:
    # The number of samples in a FLAC header: 36 bits, of which the first four share a byte.
    path = _wav(tmp_path / "a.flac", tone(1.0))
    shared = path.read_bytes()[21] & 0xF0
    heard, source = _heard(_patched(path, 21, bytes([shared, 0, 0, 0, 0])))
    assert len(heard) == SAMPLE_RATE_HZ
    assert source.duration_s == 0
    assert source.status().detail == ""


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_files_with_samples_that_are_no_numbers_are_silent_there_and_say_so(
    tmp_path: Path, bad: float
) -> None:
    sound = tone(1.0)
    sound[4000:4100] = bad
    heard, source = _heard(_wav(tmp_path / "a.wav", sound, subtype="FLOAT"))
    assert np.isfinite(heard).all()
    assert not heard[4000:4100].any()
    assert heard[8000:] == pytest.approx(tone(1.0)[8000:])
    assert "damaged" in source.status().detail


def test_files_louder_than_full_scale_stay_in_range(tmp_path: Path) -> None:
    heard, _ = _heard(_wav(tmp_path / "a.wav", tone(0.5, peak=5.0), subtype="FLOAT"))
    assert np.abs(heard).max() == 1.0


def test_files_closed_give_nothing_more(tmp_path: Path) -> None:
    with FileSource(_wav(tmp_path / "a.wav", tone(1.0))) as source:
        source.read(0)
    assert source.read(0) is None
    assert list(source.chunks()) == []
    assert source.status().state is SourceState.ENDED
