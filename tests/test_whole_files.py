"""A file is the earlier one or the new one, whole, private, and with nothing left beside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from companion.whole_files import drop_spare, replace_whole, write_spare


def test_whole_files_are_replaced_and_private(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    replace_whole(path, b"one")
    replace_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("breaks", ["fsync", "replace"])
def test_whole_files_a_full_disk_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    path = tmp_path / "settings.yaml"
    replace_whole(path, b"one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if breaks == "fsync" else Path, breaks, full)
    with pytest.raises(OSError, match="No space left"):
        replace_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_whole_files_a_spare_that_is_not_needed_goes(tmp_path: Path) -> None:
    spare = write_spare(tmp_path / "a", b"one")
    assert spare.parent == tmp_path
    drop_spare(spare)
    drop_spare(spare)
    assert list(tmp_path.iterdir()) == []
