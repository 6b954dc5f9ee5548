"""Which raps there are, and how that is printed: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from companion.cli.terminal_text import Column, output_width, table, visible, wrapped
from companion.errors import RapError
from companion.settings import load_settings
from companion.trainer.published import Published, all_published
from companion.understanding import rap_library

_NAME_WIDTH = 12
_FIGURE_DIGITS = 3


@dataclass(frozen=True, slots=True)
class OnShelf:
    """One rap by its name."""

    name: str
    ships: bool
    is_own: bool
    """Whether the user's folder has a file of it."""
    versions: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The raps that there are, and the one that calls use."""

    in_use: str
    raps: tuple[OnShelf, ...]


def shelf(name: str | None = None) -> Shelf:
    """All raps, or the one of that name.

    Raises: RapError where there is none of that name.
    """
    names = rap_library.rap_names() if name is None else (rap_library.read_name(name).name,)
    if name is not None and names[0] not in rap_library.rap_names():
        raise RapError(rap_library.unknown_rap(names[0]))
    ships, own = set(rap_library.shipped_raps()), set(rap_library.own_raps())
    return Shelf(
        load_settings().call.rap,
        tuple(OnShelf(n, n in ships, n in own, tuple(all_published(n))) for n in names),
    )


def shelf_object(found: Shelf) -> str:
    """One JSON object; names are stable, see docs/trainers.md."""
    return json.dumps(
        {
            "in_use": found.in_use,
            "raps": [
                {
                    "name": rap.name,
                    "ships": rap.ships,
                    "own": rap.is_own,
                    "published": [asdict(version) for version in rap.versions],
                }
                for rap in found.raps
            ],
        }
    )


def shelf_text(found: Shelf) -> str:
    """A table, the rap in use marked in words."""
    columns = [Column("rap"), Column("what it is"), Column("used"), Column("note", gives_way=True)]
    rows = [row for rap in found.raps for row in _rows(rap, found.in_use)]
    lines = table(columns, rows, output_width())
    if not any(rap.is_own or rap.versions for rap in found.raps):
        lines += ["", "None is yours yet; 'companion rap new our-rap' makes one to begin with."]
    return "\n".join(lines)


def _rows(rap: OnShelf, in_use: str) -> Iterator[list[str]]:
    used = "in use" if rap.name == in_use else ""
    if rap.is_own:
        yield [rap.name, "yours, a file", used, "ships too; yours comes first" if rap.ships else ""]
    elif rap.ships:
        yield [rap.name, "ships", used, ""]
    for version in reversed(rap.versions):
        name = f"{rap.name}@{version.version}"
        what = f"published {version.published_at[:10]}"
        yield [name, what, "in use" if name == in_use else "", version.note]


def versions_text(found: Shelf, name: str) -> str:
    """Everything that is known of the published versions of one rap."""
    records = [version for rap in found.raps for version in rap.versions]
    if not records:
        return f"No version of {name} is published; 'companion rap publish {name}' makes one."
    return "\n\n".join(
        published_lines(r, in_use=f"{r.name}@{r.version}" == found.in_use)
        for r in reversed(records)
    )


def published_lines(record: Published, in_use: bool = False) -> str:
    """One published version, with its fingerprint, what is new, and its figures."""
    width = output_width()
    title = f"{record.name}@{record.version}" + (" (in use)" if in_use else "")
    rows = [
        (
            "published",
            f"{record.published_at[:16].replace('T', ' ')}, companion {record.companion}",
        ),
        ("called", f"{record.title} ({record.language})"),
        ("note", record.note),
        ("signed by", record.signed_by),
        ("changes", "; ".join(record.changes)),
        ("figures", "; ".join(f"{name} {_figure(v)}" for name, v in record.figures.items())),
        ("learned", "its own learned part" if record.learned else ""),
        ("SHA-256", record.sha256),
    ]
    lines = [visible(title)]
    for name, value in rows:
        if value:
            lines += wrapped(f"  {name}", value, width, _NAME_WIDTH)
    return "\n".join(lines)


def _figure(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.{_FIGURE_DIGITS}f}" if isinstance(value, float) else str(value)
