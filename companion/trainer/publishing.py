"""Publishing a rap: a version that never changes, with its fingerprint, changelog and figures."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion import __version__
from companion.documents import parse_document
from companion.errors import RapError
from companion.trainer.new_rap import with_value
from companion.trainer.published import (
    CHANGELOG_FILE,
    Published,
    all_published,
    changelog,
)
from companion.trainer.rap_changes import rap_changes
from companion.trainer.rap_versions import Bump, NeededBump, check_version, needed_bump
from companion.trainer.rap_writing import make_folder, not_written, replace
from companion.trainer.signed_figures import read_figures
from companion.understanding import rap_library
from companion.understanding.rap import Rap, check_rap, load_rap
from companion.understanding.rap_bounds import unseen
from companion.understanding.rap_library import LEARNED, RAP_FILE, RECORD_FILE

MAX_NOTE_CHARS = 500
MAX_SIGNED_CHARS = 60
MOST_CHANGES = 12
_QUOTED = re.compile(r", “[^”]*”")
"""An entry that is told by its words rather than by an id."""
_LEARNED_FILES = ("understanding", "questions", "answers")


@dataclass(frozen=True, slots=True)
class Publication:
    """What is asked for."""

    rap: Path
    """The file of the draft."""
    version: str | None = None
    """None: the one that stands in the file."""
    note: str = ""
    signed_by: str = ""
    figures: Path | None = None
    """A report of `companion rap test` or `gate`."""


def publish(wanted: Publication, now: datetime) -> Published:
    """Keep the present state of a rap as a version that never changes.

    A version that differs from the one in the draft is written into the draft, too.

    Raises: RapError, DocumentError, InputError; then nothing is published.
    """
    name = _name_of(wanted.rap)
    note = _one_line("the note", wanted.note, MAX_NOTE_CHARS)
    signed_by = _one_line("the signature", wanted.signed_by, MAX_SIGNED_CHARS)
    draft = load_rap(wanted.rap)
    figures = {} if wanted.figures is None else read_figures(wanted.figures, draft.sha256)
    version = wanted.version or draft.version
    records = all_published(name)
    latest = records[-1] if records else None
    before = None if latest is None else load_rap(latest.folder / RAP_FILE)
    needed = NeededBump(Bump.NOTHING, "") if before is None else needed_bump(before, draft)
    if latest is not None and latest.sha256 == draft.sha256:
        raise RapError(
            f"{name} is as it was when {latest.version} was published; there is nothing to publish"
        )
    check_version(version, None if latest is None else latest.version, needed)
    content = wanted.rap.read_bytes()
    if version != draft.version:
        text = with_value(content.decode("utf-8-sig"), "version", f'"{version}"')
        content = text.encode()
    rap = check_rap(parse_document(content, str(wanted.rap)))
    learned = _learned_of(draft)
    record = Published(
        name=name,
        version=version,
        title=rap.name,
        language=rap.language,
        sha256=rap.sha256,
        published_at=now.isoformat(timespec="seconds"),
        companion=__version__,
        note=note,
        signed_by=signed_by,
        changes=_told(before, rap),
        figures=figures,
        learned={file: hashlib.sha256(data).hexdigest() for file, data in learned.items()},
    )
    _put(record, content, learned)
    if version != draft.version:
        replace(wanted.rap, content)
    replace(
        rap_library.published_folder(name) / CHANGELOG_FILE,
        changelog(all_published(name)).encode(),
    )
    return record


def _name_of(path: Path) -> str:
    name = rap_library.learned_as(path)
    if name is None or path.name == RAP_FILE:
        raise RapError(
            f"{path} is not in your folder of raps; take it in first with 'companion rap import'"
        )
    is_own = path.parent.resolve() == rap_library.raps_folder().resolve()
    if name in rap_library.shipped_raps() and not is_own:
        raise RapError(
            f"{name!r} ships with companion and is published with it; make a rap of your own "
            f"with 'companion rap new NAME --from {name}'"
        )
    problem = rap_library.name_problem(name)
    if problem is not None:
        raise RapError(f"{path.name} cannot be published under its name; {problem}")
    return name


def _one_line(what: str, text: str, most: int) -> str:
    text = " ".join(text.split())
    if len(text) > most:
        raise RapError(f"{what} has {len(text)} characters; write {most} at most")
    if unseen(text) is not None:
        raise RapError(f"{what} holds a character that cannot be seen; type it anew")
    return text


def _learned_of(rap: Rap) -> dict[str, bytes]:
    """The files of the rap's own learned part; empty where it has none."""
    folder = rap.learned_folder
    names = [f"{part}.{rap.language}.npz" for part in _LEARNED_FILES]
    if folder is None or not (folder / names[0]).is_file():
        return {}
    try:
        return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    except OSError as error:
        raise RapError(
            f"{folder} cannot be read ({error.strerror}); check that it is yours"
        ) from None


def _told(before: Rap | None, after: Rap) -> tuple[str, ...]:
    """What is otherwise, in words: counted by its place, since the texts are in the rap itself."""
    if before is None:
        return ("first published version",)
    counts: dict[str, Counter[str]] = {}
    for change in rap_changes(before, after):
        where = _QUOTED.sub("", change.where).replace(", ", " > ").removesuffix(" > text")
        if where == "version" or where.endswith(" > purpose"):
            continue
        kind = "taken out" if change.after is None else "changed"
        kind = "added" if change.before is None else kind
        counts.setdefault(where, Counter())[kind] += 1
    told = [
        f"{where}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        for where, kinds in counts.items()
    ]
    if len(told) > MOST_CHANGES:
        told = [*told[:MOST_CHANGES], f"and changes in {len(told) - MOST_CHANGES} other places"]
    return tuple(told) or ("comments or purposes only",)


def _put(record: Published, content: bytes, learned: Mapping[str, bytes]) -> None:
    """Write the version's folder beside its place, and give it its name in one go."""
    parent = record.folder.parent
    make_folder(parent)
    spare: Path | None = None
    try:
        spare = Path(tempfile.mkdtemp(dir=parent, prefix=".new-"))
        _put_file(spare / RAP_FILE, content)
        _put_file(spare / RECORD_FILE, record.as_json().encode())
        if learned:
            (spare / LEARNED).mkdir(mode=0o700)
            for name, data in learned.items():
                _put_file(spare / LEARNED / name, data)
        if record.folder.exists():
            raise FileExistsError
        spare.rename(record.folder)
        spare = None
    except FileExistsError:
        raise RapError(
            f"{record.name} {record.version} is published already; raise the version"
        ) from None
    except OSError as error:
        raise RapError(not_written(parent, error)) from None
    finally:
        if spare is not None:
            shutil.rmtree(spare, ignore_errors=True)


def _put_file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):  # a reminder for people; the fingerprint is what counts
        path.chmod(stat.S_IRUSR)
