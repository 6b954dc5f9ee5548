"""The Whisper models: which are known, which are on this computer, and whether they are whole."""

from __future__ import annotations

import difflib
import hashlib
import json
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from companion import locations
from companion.asr.model_folder import RECORD_FILE, check_folder, languages_of, size_bytes
from companion.documents import read_document, validate_document
from companion.errors import DocumentError, ModelError

_BLOCK_BYTES = 1 << 20


class KnownModel(BaseModel):
    """A model that can be downloaded by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    license: str
    english_only: bool
    megabytes: int = Field(gt=0, description="Size of the download, in millions of bytes.")
    needs_threads: int = Field(ge=1, description="Processor threads to keep up with speech.")
    buys: str = Field(description="What a person gets for the size; one sentence.")


class _KnownModels(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[KnownModel, ...]


class FileRecord(BaseModel):
    """One file as it was downloaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int = Field(ge=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DownloadRecord(BaseModel):
    """What a download left beside the model, to compare with later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: str
    revision: str
    """The hub's commit."""
    files: dict[str, FileRecord]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model folder on this computer."""

    name: str
    folder: Path
    bytes: int
    languages: frozenset[str]
    """Codes; empty where the folder is not whole."""
    problem: str | None = None
    """Why it cannot be used: one sentence with the way out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found."""

    model: InstalledModel
    compared: bool
    """False for a folder that was added by hand: there is no record to compare it with."""
    problems: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Nothing wrong was found."""
        return not self.problems


@cache
def known_models() -> tuple[KnownModel, ...]:
    """The models that can be downloaded, best words first.

    Raises: DocumentError: the shipped list is damaged.
    """
    path = locations.shipped("models", "speech_models.yaml")
    found, problems = validate_document(read_document(path), _KnownModels)
    if found is None:
        raise DocumentError(f"{path}: {problems[0]}; install companion again")
    return found.models


def known_model(name: str) -> KnownModel:
    """The known model of a name.

    Raises: ModelError: there is none; names the nearest.
    """
    for model in known_models():
        if model.name == name:
            return model
    raise _unknown(name)


def installed_models() -> list[InstalledModel]:
    """Every model folder of the user's cache, by name; partial downloads are not among them."""
    root = locations.speech_models()
    if not root.is_dir():
        return []
    return [
        _examine(path.name, path)
        for path in sorted(root.iterdir())
        if path.is_dir() and not path.name.startswith(".")
    ]


def find_model(name_or_folder: str) -> InstalledModel:
    """The model of a name in the cache, or of a folder anywhere; it may have a `problem`.

    Raises: ModelError: there is neither; says how to get it.
    """
    for model in installed_models():
        if model.name == name_or_folder:
            return model
    folder = Path(name_or_folder).expanduser()
    if name_or_folder and folder.is_dir():
        return _examine(folder.resolve().name, folder.resolve())
    if any(model.name == name_or_folder for model in known_models()):
        raise ModelError(
            f"the model {name_or_folder} is not on this computer; "
            f"'companion models download {name_or_folder}' gets it"
        )
    if len(folder.parts) > 1:
        raise ModelError(
            f"there is no model folder {folder}; 'companion models list' shows what there is"
        )
    raise _unknown(name_or_folder)


def verify(name_or_folder: str) -> Verdict:
    """Compare a model with what was recorded when it was downloaded; reads every byte.

    Raises: ModelError: there is no such model, or it cannot be read.
    """
    model = find_model(name_or_folder)
    if model.problem is not None:
        return Verdict(model, compared=False, problems=(model.problem,))
    record = read_record(model.folder)
    if record is None:
        return Verdict(model, compared=False)
    problems = [
        problem
        for name, expected in record.files.items()
        if (problem := _difference(model.folder / name, expected)) is not None
    ]
    return Verdict(model, compared=True, problems=tuple(problems))


def find_removable(name: str) -> list[Path]:
    """The folders of a model in the user's cache, what a broken-off download left included.

    Raises: ModelError: there is none of that name.
    """
    folders = [model.folder for model in installed_models() if model.name == name]
    folders += broken_off(name)
    if not folders:
        raise ModelError(
            f"no model named {name!r} is in {locations.speech_models()}; "
            "'companion models list' shows what there is"
        )
    return folders


def remove(name: str) -> int:
    """Delete a model of the user's cache, and return the bytes given back.

    Raises: ModelError: there is none of that name, or it is in use.
    """
    freed = 0
    for folder in find_removable(name):
        freed += 0 if folder.is_symlink() else size_bytes(folder)
        remove_folder(folder)
    return freed


def broken_off(name: str) -> list[Path]:
    """The hidden folders that unfinished downloads of a model have left."""
    root = locations.speech_models()
    if not root.is_dir():
        return []
    return [path for path in root.iterdir() if path.name.startswith(f".{name}@")]


def remove_folder(folder: Path) -> None:
    """Delete a model folder; of a link only the link.

    Raises: ModelError: a file of it is in use or protected.
    """
    try:
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder)
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be deleted ({error.strerror}); close every companion and try again"
        ) from None


def read_record(folder: Path) -> DownloadRecord | None:
    """What was recorded at download; None for a folder added by hand.

    Raises: ModelError: the record cannot be read.
    """
    path = folder / RECORD_FILE
    try:
        return DownloadRecord.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError):
        raise ModelError(
            f"{path} cannot be read, so the model cannot be checked; download it again"
        ) from None


def write_record(folder: Path, record: DownloadRecord) -> None:
    """Write down where a model came from and the checksum of every file."""
    text = json.dumps(record.model_dump(), indent=2)
    (folder / RECORD_FILE).write_text(text + "\n", encoding="utf-8")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _unknown(name: str) -> ModelError:
    near = difflib.get_close_matches(name, [model.name for model in known_models()], n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return ModelError(
        f"no model named {name!r} is known; {hint}'companion models list' shows all of them"
    )


def _examine(name: str, folder: Path) -> InstalledModel:
    try:
        check_folder(folder)
        languages = languages_of(folder)
    except ModelError as error:
        return InstalledModel(name, folder, size_bytes(folder), frozenset(), problem=str(error))
    return InstalledModel(name, folder, size_bytes(folder), languages)


def _difference(path: Path, expected: FileRecord) -> str | None:
    try:
        if path.stat().st_size != expected.bytes:
            return f"{path.name} has {path.stat().st_size} bytes instead of {expected.bytes}"
        if sha256_of(path) != expected.sha256:
            return f"{path.name} has changed since it was downloaded"
    except FileNotFoundError:
        return f"{path.name} is missing"
    except OSError as error:
        return f"{path.name} cannot be read ({error.strerror})"
    return None
