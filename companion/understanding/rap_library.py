"""Where raps lie: those that ship, the user's own, and the versions that were published.

A rap is named by its file without the ending ('our-rap'), and a published version of it by name
and version ('our-rap@1.2.0'). A published version never changes; its fingerprint is checked
whenever it is read.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from companion import locations
from companion.errors import RapError

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}", re.ASCII)
"""A name that a new rap may have."""
_READABLE_NAME = re.compile(r"[^\W_][\w .-]{0,59}")
"""A name that a file may have that somebody put into the folder by hand."""
VERSION = re.compile(r"(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}", re.ASCII)
RAP_FILE = "rap.yaml"
"""The rap within the folder of a published version."""
RECORD_FILE = "published.json"
"""What is known of a published version: fingerprint, day, note, figures."""
LEARNED = "learned"
"""The folder of a published version's own learned part."""
# Names that Windows keeps for devices, and our own folder beside the raps.
_TAKEN = {"con", "prn", "aux", "nul", "published"}
_TAKEN |= {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}


@dataclass(frozen=True, slots=True)
class RapName:
    """A rap as people name it: 'our-rap' or 'our-rap@1.2.0'."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}@{self.version}"


def raps_folder() -> Path:
    """The folder of the user's own raps; may not exist yet."""
    return locations.user_config() / "raps"


def published_folder(name: str, version: str | None = None) -> Path:
    """Where published versions of a rap lie, or one of them; may not exist."""
    folder = raps_folder() / "published" / name
    return folder if version is None else folder / version


def shipped_raps() -> tuple[str, ...]:
    """Names of the raps that ship."""
    return _stems(locations.shipped("configs", "raps"))


def own_raps() -> tuple[str, ...]:
    """Names of the raps in the user's folder."""
    return _stems(raps_folder())


def rap_names() -> tuple[str, ...]:
    """Every rap that a name finds, without its published versions."""
    return tuple(sorted({*shipped_raps(), *own_raps(), *published_raps()}))


def published_raps() -> tuple[str, ...]:
    """Names of the raps of which a version is published."""
    folder = raps_folder() / "published"
    if not folder.is_dir():
        return ()
    return tuple(sorted(p.name for p in folder.iterdir() if published_versions(p.name)))


def published_versions(name: str) -> tuple[str, ...]:
    """The published versions of a rap, the oldest first."""
    folder = published_folder(name)
    if not _READABLE_NAME.fullmatch(name) or not folder.is_dir():
        return ()
    found = [p.name for p in folder.iterdir() if VERSION.fullmatch(p.name)]
    return tuple(sorted(found, key=version_key))


def version_key(version: str) -> tuple[int, ...]:
    """For comparing versions: '1.10.0' comes after '1.9.0'."""
    return tuple(int(part) for part in version.split("."))


def name_problem(name: str) -> str | None:
    """Why a rap cannot have this name, with the remedy; None where it can."""
    if not NAME.fullmatch(name) or name.endswith((".", ".yaml", ".yml")):
        return (
            "use small letters, digits, dots and hyphens, such as our-rap; no spaces, no folders, "
            "no ending"
        )
    if name.partition(".")[0] in _TAKEN:
        return "that name is kept for the system; take another one"
    return None


def read_name(text: str) -> RapName:
    """Take 'our-rap' or 'our-rap@1.2.0' apart.

    Raises: RapError where it is neither.
    """
    name, at, version = text.partition("@")
    if not _READABLE_NAME.fullmatch(name):
        raise RapError(f"{text[:60]!r} is no name of a rap; there are {_listed()}")
    if at and not VERSION.fullmatch(version):
        raise RapError(f"{text[:60]!r} names no version; write it as {name}@1.2.0")
    return RapName(name, version if at else None)


def rap_path(text: str) -> Path:
    """The file of the rap of that name: a published version, the user's own, or the shipped one.

    Raises: RapError with the names that there are.
    """
    wanted = read_name(text)
    if wanted.version is not None:
        path = published_folder(wanted.name, wanted.version) / RAP_FILE
        if path.is_file():
            return path
        versions = published_versions(wanted.name)
        there = f"published are {', '.join(versions)}" if versions else "none is published"
        raise RapError(
            f"there is no version {wanted.version} of the rap {wanted.name!r}; {there} "
            "('companion rap list' shows them)"
        )
    path = locations.find_config("raps", f"{wanted.name}.yaml")
    if path.is_file():
        return path
    versions = published_versions(wanted.name)
    if versions:
        return published_folder(wanted.name, versions[-1]) / RAP_FILE
    raise RapError(unknown_rap(text))


def given_rap(text: str) -> Path:
    """The file of a rap given by name or by path on a command line.

    Raises: RapError where there is neither a rap of that name nor such a file.
    """
    path = Path(text).expanduser()
    if path.is_dir():
        raise RapError(f"{text} is a folder; name the rap's file in it, or a rap by its name")
    if path.exists() and not path.is_file():
        raise RapError(f"{text} is no ordinary file; name the rap's file")
    if path.is_file():
        return path
    if looks_like_path(text):
        raise RapError(f"{text}: there is no such file; check the name, or name a rap: {_listed()}")
    return rap_path(text)


def looks_like_path(text: str) -> bool:
    """Whether somebody who writes this means a file and no name."""
    return "/" in text or "\\" in text or text.lower().endswith((".yaml", ".yml"))


def unknown_rap(text: str) -> str:
    """The sentence for a name that no rap has: what was meant, and what there is."""
    near = difflib.get_close_matches(text, rap_names(), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    return f"there is no rap {text[:60]!r}; {hint} {_listed()}"


def published_sha256(path: Path) -> str | None:
    """The fingerprint that a published version was given; None for any other file.

    Raises: RapError where its record is damaged.
    """
    if not _is_published(path):
        return None
    try:
        record = json.loads((path.parent / RECORD_FILE).read_text(encoding="utf-8"))
        return str(record["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        raise RapError(
            f"{path.parent}: the record of this published version is missing or damaged; "
            "use another version, or publish the rap anew"
        ) from None


def published_as(sha256: str) -> RapName | None:
    """The published version with this fingerprint, so that a kept call can name it."""
    for name in published_raps():
        for version in published_versions(name):
            with contextlib.suppress(RapError):
                if published_sha256(published_folder(name, version) / RAP_FILE) == sha256:
                    return RapName(name, version)
    return None


def learned_folder(path: Path) -> Path | None:
    """Where the learned part of a rap's own lies: beside the user's raps, or with a version.

    None for a rap from elsewhere: nothing is loaded from beside a stranger's file.
    """
    if _is_published(path):
        return path.parent / LEARNED
    name = learned_as(path)
    return None if name is None else locations.learned_folder(name)


def learned_as(path: Path) -> str | None:
    """The name under which what is learned for a rap is kept; None for one from elsewhere."""
    if _is_published(path):
        return path.parent.parent.name
    homes = (raps_folder(), locations.shipped("configs", "raps"))
    return path.stem if path.parent.resolve() in {home.resolve() for home in homes} else None


def _is_published(path: Path) -> bool:
    return path.name == RAP_FILE and _is_within(path, raps_folder() / "published")


def _is_within(path: Path, folder: Path) -> bool:
    return folder.resolve() in path.resolve().parents


def _listed() -> str:
    return _join(rap_names())


def _join(names: Iterable[str]) -> str:
    return ", ".join(names) or "none yet"


def _stems(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(p.stem for p in folder.glob("*.yaml") if p.is_file()))
