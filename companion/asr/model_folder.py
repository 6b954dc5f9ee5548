"""What a Whisper model folder is made of, checked without loading it.

The layout is CTranslate2's, as the hub's `faster-whisper-*` repositories have it. Standard
library only: the recognizer's process and `companion models list` both read it, quickly.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

from companion.errors import ModelError, RecognizerError

NEEDED_FILES = ("config.json", "model.bin", "tokenizer.json")
VOCABULARY_FILES = ("vocabulary.json", "vocabulary.txt")
"""One of the two."""
OPTIONAL_FILES = ("preprocessor_config.json",)
"""Says how many mel bands a model hears where they are not 80."""
MODEL_FILES = (*NEEDED_FILES, *VOCABULARY_FILES, *OPTIONAL_FILES)
"""Every file that a model folder may need; a download takes these and nothing else."""

RECORD_FILE = "download.json"
"""Lies in a downloaded model's folder: where it came from, and the checksum of every file."""
_SPEC_NAME = "WhisperSpec"
_LANGUAGE_TOKEN = re.compile(r"<\|([a-z]{2,3})\|>")


def missing_files(present: set[str]) -> list[str]:
    """The files that a set of file names lacks to be a model, in plain words."""
    missing = [name for name in NEEDED_FILES if name not in present]
    if not present.intersection(VOCABULARY_FILES):
        missing.append(" or ".join(VOCABULARY_FILES))
    return missing


def check_folder(folder: Path) -> None:
    """Check that a folder holds a Whisper model; cheap, reads the head of one file.

    Raises: ModelError: there is no folder, a file is missing or empty, or it is another kind of
        model. A damaged file with a sound head is found by loading or by its checksum only.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no model folder {folder}; {_download_hint(folder)}")
    files = {path.name: path for path in folder.iterdir() if path.is_file()}
    missing = missing_files(set(files))
    if missing:
        raise ModelError(
            f"the model folder {folder} is not complete: {', '.join(missing)} is missing; "
            f"copy the whole folder again, or {_download_hint(folder)}"
        )
    for name in MODEL_FILES:
        if name in files and files[name].stat().st_size == 0:
            raise ModelError(f"{files[name]} is empty; copy it again, or {_download_hint(folder)}")
    kind = _kind_of(files["model.bin"])
    if kind is None:
        raise damaged(folder, "model.bin is not a CTranslate2 model")
    if kind != _SPEC_NAME:
        raise ModelError(
            f"{folder} holds a model of another kind ({kind}), not Whisper; "
            f"{_download_hint(folder)}"
        )


def damaged(folder: Path, reason: str) -> ModelError:
    """The error for a folder that looks whole and cannot be used."""
    return ModelError(
        f"the model in {folder} is damaged ({reason}); remove the folder and copy it again, "
        f"or {_download_hint(folder)}"
    )


def languages_of(folder: Path) -> frozenset[str]:
    """The languages a model can be asked for, by code; {'en'} for an English-only one.

    Raises: ModelError: the vocabulary cannot be read.
    """
    tokens = _vocabulary(folder)
    # Both kinds of vocabulary list every language. What tells them apart, to CTranslate2 too, is
    # the empty token, which only the multilingual one has.
    if "" not in tokens:
        return frozenset({"en"})
    found = (_LANGUAGE_TOKEN.fullmatch(token) for token in tokens)
    return frozenset(match[1] for match in found if match)


def check_language(can: frozenset[str], name: str, language: str) -> None:
    """Check that a model which hears the languages `can` can be asked for one.

    Raises: RecognizerError: it cannot; says which model can.
    """
    if language in can:
        return
    if can == {"en"}:
        raise RecognizerError(
            f"the model {name} hears English only, not '{language}'; "
            "'companion models download base' gets one for other languages"
        )
    raise RecognizerError(
        f"the model {name} does not know the language '{language}'; use a code such as en, es or fr"
    )


def size_bytes(folder: Path) -> int:
    """Bytes of the folder's files."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _download_hint(folder: Path) -> str:
    """How to get a whole model: the same one, where it was downloaded, or the usual one."""
    name = folder.name if (folder / RECORD_FILE).is_file() else "base.en"
    return f"'companion models download {name}' gets a whole one"


def _kind_of(model_file: Path) -> str | None:
    """The specification named in the head of model.bin; None where there is no such head.

    u32 version of the format, u16 length of the name with its closing zero, the name.
    """
    with model_file.open("rb") as file:
        head = file.read(64)
    if len(head) < 7:
        return None
    version, length = struct.unpack_from("<IH", head)
    name = head[6 : 6 + length - 1]
    if not 1 <= version < 100 or not 1 < length <= 50 or not name.isalnum():
        return None
    return name.decode("ascii")


def _vocabulary(folder: Path) -> frozenset[str]:
    for name in VOCABULARY_FILES:
        path = folder / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            tokens = json.loads(text) if path.suffix == ".json" else text.rstrip("\n").split("\n")
            return frozenset(str(token) for token in tokens)
        except (OSError, ValueError, TypeError):
            raise damaged(folder, f"{name} cannot be read") from None
    raise damaged(folder, "it has no vocabulary")
