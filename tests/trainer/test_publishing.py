"""Published versions follow each other, never change, and say what they are."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from companion import locations
from companion.errors import CompanionError, RapError
from companion.trainer.published import Published, all_published, check_published, read_published
from companion.trainer.publishing import Publication, publish
from companion.understanding import rap_library
from companion.understanding.learned_parts import learned_file
from companion.understanding.rap import find_rap, load_rap
from tests.fakes.own_raps import SHIPPED, TEXT, changed, own_rap

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=-5)))
FIRST = changed({'version: "1.1.0"': 'version: "1.0.0"'})
CARD = "Leave room for a no. You can talk without it."


def published(path: Path, **wanted: Any) -> Published:
    return publish(Publication(path, **wanted), NOW)


def test_publishing_keeps_the_rap_with_its_fingerprint_and_record() -> None:
    path = own_rap(text=FIRST)
    record = published(path, note="Our own words", signed_by="J. S.")
    kept = record.folder / "rap.yaml"
    assert kept.read_bytes() == path.read_bytes()
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_published("our-rap", "1.0.0") == record
    assert (record.note, record.signed_by) == ("Our own words", "J. S.")
    assert record.published_at == "2026-03-02T18:30:00-05:00"
    assert find_rap("our-rap@1.0.0").sha256 == record.sha256
    check_published(record)


def test_publishing_a_version_writes_it_into_the_draft_too() -> None:
    path = own_rap(text=FIRST)
    record = published(path, version="2.0.0")
    assert load_rap(path).version == "2.0.0"
    assert load_rap(path).sha256 == record.sha256
    assert "# How to read and change this file" in path.read_text(encoding="utf-8")


NEXT = [
    # What was changed, the least version, and one that is too low.
    ({CARD: "Leave room for a no, always."}, "1.0.1", "1.0.0"),
    ({"  closed_run: 3": "  closed_run: 4"}, "1.1.0", "1.0.1"),
    ({'      - "take your time"\n': ""}, "1.1.0", "1.0.9"),
    ({"      - id: space.listen": "      - id: space.hear"}, "2.0.0", "1.9.0"),
    ({"# How to read": "# how to read"}, "1.0.1", "1.0.0"),
]


@pytest.mark.parametrize(("changes", "least", "low"), NEXT, ids=[n[1] for n in NEXT])
def test_publishing_asks_for_a_version_that_fits_the_change(
    changes: dict[str, str], least: str, low: str
) -> None:
    published(own_rap(text=FIRST))
    path = own_rap(text=changed(changes, FIRST))
    before = path.read_bytes()
    with pytest.raises(RapError, match=f"--version {least}"):
        published(path, version=low)
    assert path.read_bytes() == before
    assert published(path, version=least).version == least
    assert rap_library.published_versions("our-rap") == ("1.0.0", least)


def test_publishing_tells_what_is_otherwise_in_the_record_and_the_changelog() -> None:
    published(own_rap(text=FIRST))
    text = changed({"  closed_run: 3": "  closed_run: 4", CARD: "Leave room for a no."}, FIRST)
    record = published(own_rap(text=text), version="1.1.0", note="Four in a row")
    assert "timing > closed_run: 1 changed" in record.changes
    told = (record.folder.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    assert told.index("## 1.1.0 (2026-03-02)") < told.index("## 1.0.0 (2026-03-02)")
    assert "Four in a row" in told
    assert record.sha256 in told


@pytest.mark.parametrize(
    "version", ["1", "1.0", "v1.0.0", "1.0.0-beta", "01.0.0", "1.0.0 ", "../1.0.0", "latest"]
)
def test_publishing_refuses_what_is_no_version(version: str) -> None:
    with pytest.raises(RapError, match="three numbers"):
        published(own_rap(text=FIRST), version=version)
    assert rap_library.published_versions("our-rap") == ()


def test_publishing_the_same_again_is_refused() -> None:
    path = own_rap(text=FIRST)
    published(path)
    with pytest.raises(RapError, match="nothing to publish"):
        published(path)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"note": "long " * 200}, "the note has"),
        ({"note": "turned \u202e around"}, "cannot be seen"),
        ({"signed_by": "x" * 61}, "the signature has"),
    ],
)
def test_publishing_bounds_note_and_signature(wanted: dict[str, str], told: str) -> None:
    with pytest.raises(RapError, match=told):
        published(own_rap(text=FIRST), **wanted)


def test_publishing_a_shipped_rap_or_a_file_from_elsewhere_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RapError, match=r"companion rap new NAME --from one-on-one\.en"):
        published(SHIPPED)
    elsewhere = tmp_path / "x.yaml"
    elsewhere.write_text(TEXT, encoding="utf-8")
    with pytest.raises(RapError, match="companion rap import"):
        published(elsewhere)


def test_publishing_a_rap_with_mistakes_is_refused() -> None:
    with pytest.raises(RapError, match="problem"):
        published(own_rap(text=changed({"    pace_s: 180": "    pase_s: 180"})))


def test_publishing_takes_the_learned_part_along() -> None:
    path = own_rap(text=FIRST)
    folder = locations.learned_folder("our-rap")
    folder.mkdir()
    shutil.copy(locations.shipped("models", "understanding.en.npz"), folder)
    record = published(path)
    assert set(record.learned) == {"understanding.en.npz"}
    shutil.rmtree(folder)  # what is learned later for the draft does not change the version
    used = learned_file(find_rap("our-rap@1.0.0"), "understanding")
    assert used == record.folder / "learned" / "understanding.en.npz"
    used.chmod(0o600)
    used.write_bytes(b"other")
    with pytest.raises(RapError, match="was changed or removed"):
        check_published(record)


def test_publishing_a_changed_version_cannot_be_read() -> None:
    record = published(own_rap(text=FIRST))
    kept = record.folder / "rap.yaml"
    kept.chmod(0o600)
    kept.write_text(FIRST.replace("Leave room", "Make room"), encoding="utf-8")
    with pytest.raises(RapError, match="was changed after it was published"):
        find_rap("our-rap@1.0.0")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"form": 2}', '{"form": 1}', "[" * 5000, '{"form": 1, "name": "x"}']
)
def test_publishing_a_damaged_record_is_told_of(content: str) -> None:
    record = published(own_rap(text=FIRST))
    path = record.folder / "published.json"
    path.chmod(0o600)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RapError, match="missing or damaged"):
        read_published("our-rap", "1.0.0")
    assert all_published("our-rap") == []


def test_publishing_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    path = own_rap(text=FIRST)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(RapError, match="No space left"):
        published(path, version="1.0.1")
    assert list((rap_library.raps_folder() / "published" / "our-rap").iterdir()) == []
    assert load_rap(path).version == "1.0.0"


def report(sha256: str, **more: Any) -> dict[str, Any]:
    figure = {"value": 0.91234, "count": 20, "low": 0.8, "high": 0.95}
    return {
        "form": 1,
        "rap": {"name": "x", "version": "1.0.0", "sha256": sha256},
        "stories": [{"passed": True}, {"passed": False}, {"passed": True}],
        "calls": ["a", "b"],
        "written": {"figures": {"steps.accuracy": figure, "other": figure}},
        **more,
    }


def test_publishing_keeps_a_summary_of_the_last_test(tmp_path: Path) -> None:
    path = own_rap(text=FIRST)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(report(load_rap(path).sha256, passed=True)), encoding="utf-8")
    record = published(path, version="1.2.0", figures=file)
    assert dict(record.figures) == {
        "stories": 3,
        "stories passed": 2,
        "calls": 2,
        "steps.accuracy": 0.9123,
        "gate passed": True,
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ("{}", "is no report of a rap"),
        (json.dumps({"rap": "one-on-one.en 1.1.0"}), "is no report of a rap"),
        (json.dumps(report("0" * 64)), "another state of the rap"),
        (json.dumps({"rap": {"sha256": hashlib.sha256(FIRST.encode()).hexdigest()}}), "no figures"),
    ],
)
def test_publishing_refuses_figures_of_something_else(
    content: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CompanionError, match=told):
        published(own_rap(text=FIRST), figures=file)
    assert rap_library.published_versions("our-rap") == ()
