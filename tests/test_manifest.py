"""Every shipped model file is what the manifest says it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from companion import locations
from companion.documents import read_document, validate_document


class Artefact(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: str = Field(pattern=r"^[\w.-]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    version: str = Field(min_length=1)
    origin: str = Field(min_length=10)
    licence: str = Field(min_length=3)
    purpose: str = Field(min_length=10)
    measured: list[str] = []


class Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    artefacts: list[Artefact]


def _manifest() -> Manifest:
    document = read_document(locations.shipped("models", "manifest.yaml"))
    manifest, problems = validate_document(document, Manifest)
    assert manifest is not None, problems
    return manifest


ARTEFACTS = _manifest().artefacts


@pytest.mark.parametrize("artefact", ARTEFACTS, ids=lambda a: a.file)
def test_manifest_hash_and_size_match(artefact: Artefact) -> None:
    content = locations.shipped("models", artefact.file).read_bytes()
    assert len(content) == artefact.bytes
    assert hashlib.sha256(content).hexdigest() == artefact.sha256


def test_manifest_names_every_model_file_once() -> None:
    there = {
        path.relative_to(locations.shipped("models")).as_posix()
        for path in Path(locations.shipped("models")).rglob("*")
        if path.is_file() and path.suffix != ".yaml"
    }
    named = [artefact.file for artefact in ARTEFACTS]
    assert sorted(named) == sorted(there)
