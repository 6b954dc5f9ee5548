"""What made the figures: known names stand, names that a user chose do not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from companion import locations
from companion.after.provenance import provenance_of
from companion.understanding.rap import find_rap, load_rap

SHIPPED = locations.shipped("configs", "raps", "one-on-one.en.yaml")


def test_provenance_of_the_shipped_rap_names_it_with_its_hash() -> None:
    made = provenance_of(find_rap("one-on-one.en"), "none")
    assert made.rap == "one-on-one.en"
    assert made.rap_sha256 == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert made.engine == "none"


def test_provenance_does_not_take_over_the_name_of_an_own_rap(tmp_path: Path) -> None:
    own = tmp_path / "ottoline.yaml"
    own.write_bytes(SHIPPED.read_bytes() + b"\n# changed\n")
    made = provenance_of(load_rap(own), "none")
    assert "ottoline" not in repr(made)
    assert made.rap == "own"
    assert made.rap_sha256 == hashlib.sha256(own.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("engine", "kept"),
    [
        ("pocketsphinx (built in, US English)", "pocketsphinx"),
        ("whisper base.en", "whisper base.en"),
        ("whisper large-v3", "whisper large-v3"),
        ("text", "text"),
        ("whisper ottolines-model", "own whisper model"),
        ("/home/ottoline/model", "own"),
    ],
)
def test_provenance_keeps_known_engines_only(engine: str, kept: str) -> None:
    assert provenance_of(find_rap("one-on-one.en"), engine).engine == kept
