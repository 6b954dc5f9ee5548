"""The search of what lies on disk: names, content, and what unpacks."""

from __future__ import annotations

import gzip
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from companion.audit import disk
from companion.audit.disk import search_folders
from companion.audit.identifiers import make_identifiers
from companion.audit.needles import Needles

IDENTIFIER = make_identifiers(1, random.Random(31))[0]
WORD = IDENTIFIER.marks[0]
NEEDLES = Needles([IDENTIFIER])


def _zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", WORD * 3)


KINDS: dict[str, Callable[[Path], object]] = {
    "plain": lambda path: path.write_bytes(b"\0\1" + WORD.encode()),
    "gzip": lambda path: path.write_bytes(gzip.compress(WORD.encode() * 3)),
    "zlib": lambda path: path.write_bytes(zlib.compress(WORD.encode() * 3)),
    "zip": _zipped,
}


@pytest.mark.parametrize("kind", KINDS)
def test_disk_finds_words_in_a_file(kind: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    KINDS[kind](tmp_path / "deep" / "file")
    (found,) = search_folders([tmp_path], 0.0, NEEDLES).findings
    assert found.numbers == {0}
    assert found.where.endswith("file")


def test_disk_finds_words_in_a_name(tmp_path: Path) -> None:
    (tmp_path / f"{WORD}.txt").touch()
    assert search_folders([tmp_path], 0.0, NEEDLES).findings


def test_disk_finds_words_where_two_pieces_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "PIECE_BYTES", 64)
    (tmp_path / "file").write_bytes(b"x" * 60 + WORD.encode() + b"x" * 60)
    assert search_folders([tmp_path], 0.0, NEEDLES).findings


def test_disk_passes_over_what_is_older_or_left_out(tmp_path: Path) -> None:
    for name in ("old", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(WORD)
    later_s = (tmp_path / "old" / "file").stat().st_ctime + 100
    assert search_folders([tmp_path / "old"], later_s, NEEDLES).files == 0
    assert not search_folders(
        [tmp_path], 0.0, NEEDLES, but=[tmp_path / "old", tmp_path / "out"]
    ).files


def test_disk_tells_what_it_could_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MOST_BYTES", 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    searched = search_folders([tmp_path], 0.0, NEEDLES)
    assert searched.not_read == (str(tmp_path / "large"),)
    assert searched.findings == ()


@pytest.mark.parametrize("head", [b"\x1f\x8b", b"PK\x03\x04", b"\x78\x9c"])
def test_disk_a_damaged_archive_is_searched_as_it_lies(head: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(head + b"nonsense" + WORD.encode())
    assert len(search_folders([tmp_path], 0.0, NEEDLES).findings) == 1
