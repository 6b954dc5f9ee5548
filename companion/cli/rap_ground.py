"""What a rap is tested on: what the command line names, else what comes with companion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from companion import locations
from companion.cli.terminal_text import visible
from companion.errors import InputError
from companion.settings import load_settings
from companion.trainer.corpus import read_calls
from companion.trainer.labelled import LabelledCall
from companion.trainer.stories import Stories, given_stories, load_stories
from companion.understanding import rap_library
from companion.understanding.rap import Rap, given_rap

BASELINES = "baselines"


@dataclass(frozen=True, slots=True)
class Ground:
    """Labelled calls and stories."""

    calls: list[LabelledCall] = field(repr=False)
    stories: Stories | None

    @property
    def count(self) -> int:
        """How many calls and stories there are to play."""
        return len(self.calls) + self.story_count

    @property
    def story_count(self) -> int:
        """How many stories there are."""
        return 0 if self.stories is None else len(self.stories.stories)


def named_rap(text: str | None) -> tuple[Rap, str]:
    """The rap that a command line names, else the one that calls use; with its short name.

    Raises: RapError, DocumentError; see `load_rap`.
    """
    named = load_settings().call.rap if text is None else text
    rap = given_rap(named)
    is_file = rap_library.looks_like_path(named) or Path(named).is_file()
    return rap, Path(named).stem if is_file else rap_library.read_name(named).name


def ground_of(
    rap: Rap, name: str, calls: Sequence[Path] | None, stories: str | None, *, strict: bool = True
) -> Ground:
    """What is named; where nothing is, the rap's own stories or those that ship, and the practice
    calls that ship in its language.

    Args:
        rap: what is tested.
        name: its short name; stories of one's own are found by it.
        calls: files and folders of labelled calls.
        stories: a file of stories, or a name.
        strict: whether what stories name has to be in this rap.

    Raises: InputError where a file is wrong, or there is nothing to test on.
    """
    fits = rap if strict else None
    if calls or stories is not None:
        found = None if stories is None else load_stories(given_stories(stories), fits)
        return Ground(read_calls(calls) if calls else [], found)
    path = _usual_stories(rap, name)
    try:
        found = None if path is None else load_stories(path, fits)
    except InputError as error:
        raise InputError(
            f"{error}\nThese stories were taken since none were named; copy them to "
            f"{locations.user_config() / 'stories' / f'{name}.yaml'} and change them there, or "
            "name others with --stories"
        ) from None
    folder = locations.shipped("configs", "corpus", rap.language, "validation")
    ground = Ground(read_calls([folder]) if folder.is_dir() else [], found)
    if not ground.count:
        raise InputError("there is nothing to test on; name labelled calls, or --stories FILE")
    of_stories = "" if path is None else f", and on {ground.story_count} stories ({path.stem})"
    typer.echo(
        f"On the {len(ground.calls)} practice calls that come with companion{of_stories}.", err=True
    )
    return ground


def _usual_stories(rap: Rap, name: str) -> Path | None:
    """Those that bear the rap's name, else those of the rap that ships in its language."""
    for wanted in (name, _shipped_name(rap)):
        path = locations.find_config("stories", f"{wanted}.yaml")
        if path.is_file():
            return path
    return None


def usual_baseline(rap: Rap, name: str, *, to_pin: bool) -> Path:
    """Where the baseline of a rap lies if none is named: among the user's own, or the shipped one.

    Raises: InputError where there is none to hold the rap against.
    """
    own = locations.user_config() / BASELINES / f"{name}.json"
    if to_pin or own.is_file():
        return own
    shipped = locations.shipped("configs", BASELINES, f"{_shipped_name(rap)}.json")
    if not shipped.is_file():
        raise InputError(
            f"no baseline of {visible(name)} was pinned; pin what it reaches now with --pin"
        )
    typer.echo(
        f"Held against what {shipped.stem} reaches, which ships; --pin makes a baseline of its "
        "own.",
        err=True,
    )
    return shipped


def _shipped_name(rap: Rap) -> str:
    return f"one-on-one.{rap.language}"
