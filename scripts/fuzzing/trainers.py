"""Targets that read what trainers exchange: stories, personas, labelling work, Label Studio."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

import yaml

from companion import locations
from companion.documents import parse_document
from companion.domain.speech import Utterance
from companion.errors import CompanionError
from companion.practice.other_side import OtherSide, OwnTurn
from companion.practice.persona import load_persona
from companion.trainer import label_file
from companion.trainer.corpus import read_calls
from companion.trainer.label_desk import LabelDesk, new_sheet
from companion.trainer.label_studio import from_tasks, to_tasks
from companion.trainer.stories import check_stories
from companion.trainer.training_table import EXAMPLE_DAY
from companion.understanding.rap import Rap, find_rap
from scripts.fuzzing.target import Target, told_in_words

MOST_STORIES = 6
MOST_TURNS = 12
SAID = ("Hi Rosa, it's me. You got a minute?", "what is it like there")


@lru_cache(maxsize=1)
def _rap() -> Rap:
    return find_rap("one-on-one.en")


def stories(raw: bytes) -> None:
    """Stories are refused in words, or have a name and lines each."""
    try:
        found = check_stories(parse_document(raw, "fuzzed.yaml"), _rap())
    except CompanionError as error:
        told_in_words(error, "fuzzed.yaml")
        return
    assert len(found.stories) == len(found.lines)
    assert all(story.name for story in found.stories)


def persona(raw: bytes) -> None:
    """A persona is refused in words, or answers whatever it is told until the call ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.yaml"
        path.write_bytes(raw)
        try:
            found = load_persona(path)
        except CompanionError as error:
            told_in_words(error, str(path))
            return
    if not locations.shipped("configs", "languages", f"{found.language}.yaml").is_file():
        found = found.model_copy(update={"language": "en"})
    other = OtherSide(found)
    answer = other.begin()
    for turn in range(MOST_TURNS):
        if answer.outcome is not None:
            break
        answer = other.answer(OwnTurn(SAID[turn % len(SAID)]))
        assert answer.text


def labelling(raw: bytes) -> None:
    """Unfinished work is refused in words, or can be gone on with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.labels.json"
        path.write_bytes(raw)
        try:
            work = label_file.load(path)
        except CompanionError as error:
            told_in_words(error, str(path))
            return
        desk = LabelDesk(work.sheet, lambda sheet: label_file.save(path, sheet, work.labeller))
        desk.go(1)
        desk.cut()
        desk.undo()
        assert label_file.load(path).sheet.works == work.sheet.works


def label_studio(raw: bytes) -> None:
    """An export is refused in words, or its calls go out and come in again as they are."""
    try:
        calls = from_tasks(raw.decode("utf-8", "ignore"), "fuzzed.json")
    except CompanionError as error:
        told_in_words(error, "fuzzed.json")
        return
    for call in calls:
        for labelled in call.utterances:
            for span in (*labelled.questions, *labelled.pii):
                assert labelled.utterance.text[span.start_char : span.end_char] == span.text


def _story_seeds() -> list[bytes]:
    path = locations.shipped("configs", "stories", "one-on-one.en.yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["stories"] = data["stories"][:MOST_STORIES]
    return [yaml.safe_dump(data, sort_keys=False).encode()]


def _persona_seeds() -> list[bytes]:
    folder = locations.shipped("configs", "personas", "en")
    return [path.read_bytes() for path in sorted(folder.glob("*.yaml"))]


def _labelling_seeds() -> list[bytes]:
    said = tuple(Utterance(i, i * 9.0, i * 9.0 + 3, text) for i, text in enumerate(SAID))
    with tempfile.TemporaryDirectory() as folder:
        path = label_file.label_file(Path(folder), "one", "AB")
        label_file.save(path, new_sheet("one", EXAMPLE_DAY, said, "en"), "AB")
        return [path.read_bytes()]


def _task_seeds() -> list[bytes]:
    folder = locations.shipped("configs", "corpus", "en", "validation")
    return [to_tasks(read_calls([sorted(folder.glob("*.call"))[0]])).encode()]


TARGETS = (
    Target("stories", "a file of stories", stories, _story_seeds, ("say:", "expect:", "tap:")),
    Target("persona", "a persona", persona, _persona_seeds, ("moments:", "go:", "when:", "ends:")),
    Target("labelling", "unfinished labelling", labelling, _labelling_seeds, ('"clauses"', "null")),
    Target(
        "label-studio", "Label Studio's export", label_studio, _task_seeds, ('"value"', '"result"')
    ),
)
