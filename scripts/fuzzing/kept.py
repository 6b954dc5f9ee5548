"""Targets that read what lies in folders: learned parts, published versions, a voice, and the like.

We wrote such files ourselves, but a disk damages them, a program meddles with them, and a
colleague sends a folder of theirs.
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from companion import locations
from companion.audio.other_voices import fingerprint, other_voices
from companion.audio.own_voice import OwnVoice
from companion.audio.voice_features import N_TIMBRE, VoiceFrames
from companion.audit.last_audit import LastAudit, keep_last, read_last
from companion.domain.speech import Utterance
from companion.errors import CompanionError, InputError, ModelError
from companion.settings import Settings
from companion.trainer import published
from companion.trainer.importing import import_rap
from companion.trainer.kept_learning import kept_learning
from companion.trainer.pinned import pinned_text, read_pinned
from companion.trainer.replay import Replay
from companion.trainer.training_table import EXAMPLE_DAY
from companion.understanding import rap_library
from companion.understanding.rap import Rap, load_rap
from companion.web.report_sheet import read_report
from scripts.fuzzing.documents import LINES, small_rap
from scripts.fuzzing.target import Draw, Target, told_in_words

NAME, VERSION = "fuzzed", "1.0.0"
MOST_GRAMS = 60
"""Of a learned part; the shipped one has ten thousand."""
_PARTS = ("understanding", "questions", "answers")


@contextmanager
def _home() -> Iterator[Path]:
    """An empty home of the program's, for one input."""
    before = os.environ.get("COMPANION_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COMPANION_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["COMPANION_HOME"]
            else:
                os.environ["COMPANION_HOME"] = before


@lru_cache(maxsize=1)
def _rap_text() -> bytes:
    return yaml.safe_dump(small_rap(), sort_keys=False, allow_unicode=True).encode()


@lru_cache(maxsize=1)
def _rap() -> Rap:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.yaml"
        path.write_bytes(_rap_text())
        return load_rap(path)


def voice(raw: bytes) -> None:
    """Figures of a voice are refused in words, or can be compared with."""
    head = struct.pack("<4sHHI", b"OWNV", 1, len(other_voices().weights), _background())
    for body in (raw, head + raw):
        for packed in (body, body + struct.pack("<I", zlib.crc32(body))):
            try:
                found = OwnVoice.from_bytes(packed)
            except InputError as error:
                told_in_words(error, "the kept figures")
                continue
            assert np.isfinite(found.likeness(_frames())).all()


@lru_cache(maxsize=1)
def _background() -> int:
    return fingerprint(other_voices())


@lru_cache(maxsize=1)
def _frames() -> VoiceFrames:
    n = 8
    return VoiceFrames(
        timbre=np.zeros((n, N_TIMBRE), np.float32),
        pitch=np.full(n, 7.0, np.float32),
        voiced=np.ones(n, np.bool_),
        level_db=np.full(n, -20.0, np.float32),
    )


def learned(raw: bytes) -> None:
    """A rap's own learned part is refused in words, or a call can be heard with it."""
    draw = Draw(raw)
    part = draw.pick(_PARTS)
    content = draw.rest if draw.number(4) == 0 else _changed(dict(_small_part(part)), draw)
    rap = _rap().model_copy()
    with tempfile.TemporaryDirectory() as folder:
        rap._learned_folder = Path(folder)
        for name in _PARTS:
            own = content if name == part else _packed(_small_part(name))
            (Path(folder) / f"{name}.en.npz").write_bytes(own)
        try:
            replay = Replay(rap, EXAMPLE_DAY, Settings().call)
        except ModelError as error:
            told_in_words(error, str(Path(folder)))
            return
        for i, line in enumerate(LINES):
            state = replay.hear(Utterance(i, i * 9.0, i * 9.0 + 3, line)).heard.step
            assert all(0 <= chance <= 1 for chance in state.distribution)


@lru_cache(maxsize=3)
def _small_part(part: str) -> dict[str, Any]:
    with np.load(locations.shipped("models", f"{part}.en.npz"), allow_pickle=False) as arrays:
        found: dict[str, Any] = {name: arrays[name] for name in arrays.files}
    if part != "understanding":
        return found
    n = len(found["idf"])
    kept = np.r_[0:MOST_GRAMS, n : found["step"].shape[1]]
    grams = bytes(found["vocabulary"]).decode().split("\n")[:MOST_GRAMS]
    found["vocabulary"] = np.frombuffer("\n".join(grams).encode(), np.uint8)
    found["idf"] = found["idf"][:MOST_GRAMS]
    found["step"], found["cue"] = found["step"][:, kept], found["cue"][:, kept]
    return found


def _packed(arrays: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _changed(arrays: dict[str, Any], draw: Draw) -> bytes:
    """Some of the arrays in another shape, of another kind, or with odd figures."""
    for _ in range(1 + draw.number(3)):
        name = draw.pick(sorted(arrays))
        array, kind = arrays[name], draw.number(8)
        if kind == 0:
            del arrays[name]
            break
        if kind == 1:
            arrays[name] = array.reshape(-1)[: draw.number(array.size + 1)]
        elif kind == 2:
            arrays[name] = array.T
        elif kind == 3:
            arrays[name] = np.full(array.shape, draw.pick((np.nan, np.inf, -1e30, 1e300, -1.0)))
        elif kind == 4:
            arrays[name] = np.zeros_like(array)
        elif kind == 5:
            arrays[name] = np.array(draw.text())
        elif kind == 6:
            arrays[name] = np.array([{"a": 1}, draw.text()], dtype=object)
        else:
            arrays[name] = np.frombuffer(draw.text().encode("utf-8", "ignore"), np.uint8)
    return _packed(arrays)


def parcel(raw: bytes) -> None:
    """A folder with a rap is refused in words with nothing written, or taken in."""
    draw = Draw(raw)
    with _home() as home, tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / "our-rap" / VERSION
        sent.mkdir(parents=True)
        with_record = draw.number(2) == 1
        content = _rap_text() if with_record else draw.rest
        (sent / rap_library.RAP_FILE).write_bytes(content)
        if with_record:
            (sent / rap_library.RECORD_FILE).write_bytes(draw.rest)
        try:
            taken = import_rap(sent)
        except CompanionError as error:
            told_in_words(error, "")
            assert not list(home.rglob("*.yaml"))
            return
        load_rap(taken.path)


def published_version(raw: bytes) -> None:
    """The record of a published version is refused in words, or can be checked and listed."""
    with _home():
        folder = rap_library.published_folder(NAME, VERSION)
        folder.mkdir(parents=True)
        (folder / rap_library.RAP_FILE).write_bytes(_rap_text())
        (folder / rap_library.RECORD_FILE).write_bytes(raw)
        try:
            record = published.read_published(NAME, VERSION)
            published.changelog([record])
            rap_library.published_sha256(folder / rap_library.RAP_FILE)
            published.check_published(record)
        except CompanionError as error:
            told_in_words(error, str(folder))


def baseline(raw: bytes) -> None:
    """A pinned baseline is refused in words, or comes out as it went in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.json"
        path.write_bytes(raw)
        try:
            found = read_pinned(path)
        except CompanionError as error:
            told_in_words(error, str(path))
            return
        path.write_text(pinned_text(found), encoding="utf-8")
        assert read_pinned(path) == found


def own_notes(raw: bytes) -> None:
    """Short notes of the program's own are passed over where they are damaged."""
    with _home():
        folder = locations.learned_folder(NAME)
        for path in (folder / "card.json", locations.user_data() / "last-audit.json"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        assert [kept.name for kept in kept_learning()] == [NAME]
        audit = read_last()
        if audit is not None:
            assert audit.made_at.tzinfo is not None, "it is compared with today"
            keep_last(audit)


def report(raw: bytes) -> None:
    """A report that is pasted into the trainers' page is refused in words, or shown."""
    try:
        found = read_report(raw.decode("utf-8", "ignore"))
    except InputError as error:
        told_in_words(error, "")
        return
    assert found.heading


def _voice_seeds() -> list[bytes]:
    others = other_voices()
    voice = OwnVoice(np.zeros(N_TIMBRE, np.float32), others.means, 7.0, -20.0, 2.0, 1.0)
    whole = voice.to_bytes()
    return [whole, whole[:-4], whole[12:-4], whole[12:30]]


def _learned_seeds() -> list[bytes]:
    changed = [bytes([part, 1, times, *range(k, k + 9)]) for part in range(3) for times in (0, 2)
               for k in (0, 60)]  # fmt: skip
    return [bytes([1, 0]) + _packed(_small_part("answers")), *changed]


def _record_seeds() -> list[bytes]:
    record = published.Published(
        NAME, VERSION, "Ours", "en", "0" * 64, "2026-11-22T10:00:00+00:00", "0.1.0", "a note",
        changes=("one",), learned={"answers.en.npz": "0" * 64},
    )  # fmt: skip
    return [record.as_json().encode()]


def _parcel_seeds() -> list[bytes]:
    return [b"\0" + _rap_text(), *(b"\1" + record for record in _record_seeds())]


def _note_seeds() -> list[bytes]:
    with _home():
        keep_last(LastAudit(datetime(2026, 11, 22, tzinfo=timezone.utc), "0.1.0", "clean", True))
        last = (locations.user_data() / "last-audit.json").read_bytes()
    return [last, b'{"files": {"understanding.en.npz": "00"}}']


def _report_seeds() -> list[bytes]:
    figure = '{"value": 0.5, "count": 3, "low": 0.1, "high": null}'
    form = f'{{"figures": {{"steps.all": {figure}, "cues.x": {figure}}}, "confusion": [[1, 2]]}}'
    head = '"rap": {"name": "ours", "version": "1"}, "calls": ["a"], "utterances": 3'
    return [f'{{{head}, "written": {form}, "bare": {form}}}'.encode()]


def _baseline_seeds() -> list[bytes]:
    return [locations.shipped("configs", "baselines", "one-on-one.en.json").read_bytes()]


TARGETS = (
    Target("voice", "figures of a voice", voice, _voice_seeds),
    Target("learned", "a rap's own learned part", learned, _learned_seeds),
    Target("parcel", "a rap's folder from elsewhere", parcel, _parcel_seeds, ('"sha256"', "[")),
    Target("published", "a published version's record", published_version, _record_seeds,
           ('"learned"', '"../x"', "null", "{")),
    Target("baseline", "a pinned baseline", baseline, _baseline_seeds, ('"stories"', "1e999")),
    Target("own-notes", "notes of the program's own", own_notes, _note_seeds, ("[", "null", "Z")),
    Target("report", "a pasted report", report, _report_seeds, ("1e999", "null", '"figures"')),
)  # fmt: skip
