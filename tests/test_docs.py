"""The documents say what is so: their commands run, their links lead somewhere.

A block of commands is labelled in its first line. Without a label it is run as it stands;
`machine` is run on a short sound, `kept` on a store with the call maple-17, `own` one after the
other, from a new rap to a published one, with a few role-plays; the others (interactive, download,
trainer, developer) are read, and every command, option and script that they use must exist.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import typer

from companion.cli.app import app, run
from companion.live.terminal.keys import GROUPS
from tests.fakes.kept_calls import KeptCalls
from tests.fakes.role_plays import folder_of_role_plays
from tests.fakes.store import approved_of

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
WITH_COMMANDS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "audit.md",
    ROOT / "docs" / "keeping.md",
    ROOT / "docs" / "labelling.md",
    ROOT / "docs" / "practice.md",
    ROOT / "docs" / "store.md",
    ROOT / "docs" / "team.md",
    ROOT / "docs" / "trainers.md",
]
LABELS = {
    "",
    "machine",
    "kept",
    "own",
    "interactive",
    "download",
    "trainer",
    "developer",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of commands in a document."""

    label: str
    text: str

    def __str__(self) -> str:
        return self.text


def _blocks(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"^ *```(\w*) *(\w*)\n(.*?)^ *```$", text, re.M | re.S):
        if match[1] in ("sh", "console"):
            yield match[2], match[3]


def _lines() -> list[Line]:
    return [
        Line(label, line.partition("#")[0].strip().removeprefix("$ "))
        for path in WITH_COMMANDS
        for label, block in _blocks(path)
        for line in block.splitlines()
        if line.strip()
    ]


def _without_code(path: Path) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def test_docs_every_block_of_commands_has_a_known_label() -> None:
    assert {line.label for line in _lines()} <= LABELS
    assert len(_lines()) > 15


@pytest.mark.parametrize("line", [li for li in _lines() if li.label == ""], ids=str)
def test_docs_commands_run(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(line.text)
    assert program == "companion"
    # Doctor may find something to mend here, and a machine without PortAudio has no devices.
    allowed = {"doctor": {0, 1}, "devices": {0, 2}}.get(arguments[0], {0})
    assert run(arguments) in allowed
    out, err = capsys.readouterr()
    assert out or err
    assert "should not have" not in err


@pytest.mark.parametrize("line", [li for li in _lines() if li.label == "machine"], ids=str)
def test_docs_commands_for_programs_run_on_a_short_sound(
    line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.001, 16_000).astype(np.float32)
    soundfile.write(tmp_path / "talk.wav", noise, 16_000)
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(line.text)
    assert program == "companion"
    assert run(arguments) in {"doctor": {0, 1}, "devices": {0, 2}}.get(arguments[0], {0})
    out, err = capfd.readouterr()
    assert "should not have" not in err
    assert all(row.startswith("{") and row.endswith("}") for row in out.splitlines())


@pytest.mark.parametrize("line", [li for li in _lines() if li.label == "kept"], ids=str)
def test_docs_commands_run_on_kept_calls(
    line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = KeptCalls(capsys, monkeypatch)
    kept.keep(approved_of(17))
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(line.text)
    assert program == "companion"
    answered = kept.run(*arguments)
    assert answered.code == 0, answered.err
    assert answered.out or answered.err


def test_docs_the_walk_of_a_trainer_runs_from_new_to_rollback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder_of_role_plays(tmp_path / "role-plays")
    Path("practice.txt").write_text("Hello there.\nWhat keeps you up at night?\n", encoding="utf-8")
    Path("our-stories.yaml").write_text(_story_of_the_walk(), encoding="utf-8")
    lines = [line for line in _lines() if line.label == "own"]
    for line in lines:
        program, *arguments = shlex.split(line.text)
        assert program == "companion"
        assert run(arguments) == 0, line.text
        assert capsys.readouterr().out, line.text
    way = dict.fromkeys(_command_of(line) for line in lines)
    assert list(way) == [
        "rap new", "rap validate", "rap try", "rap test", "rap compare", "rap gate", "train",
        "rap tune", "rap publish", "rap use", "rap list", "rap rollback",
    ]  # fmt: skip


def _story_of_the_walk() -> str:
    """The stories that the page for trainers says to save."""
    text = (ROOT / "docs" / "trainers.md").read_text(encoding="utf-8")
    found = re.search(r"^```yaml\n(# yaml-language-server.*?)^```$", text, re.M | re.S)
    assert found is not None
    return found[1]


def _command_of(line: Line) -> str:
    _, *words = line.text.split()
    return " ".join(words[:2]) if words[0] == "rap" else words[0]


@pytest.mark.parametrize("line", _lines(), ids=str)
def test_docs_commands_and_options_exist(line: Line) -> None:
    for part in re.split(r"&&|\|", line.text):
        _check_exists(shlex.split(part))


def _check_exists(words: list[str]) -> None:
    program, *arguments = words
    if program.startswith("./scripts/"):
        script = ROOT / program
        assert script.is_file(), f"{program} is not there"
        if program == "./scripts/demo":
            _check_options(_command("demo"), arguments)
        return
    if program.endswith("companion"):
        command: Any = typer.main.get_command(app)
        while arguments and arguments[0] in getattr(command, "commands", {}):
            command = command.commands[arguments.pop(0)]
        alone = not getattr(command, "commands", None) or command.invoke_without_command
        assert alone, f"{words}: names no command"
        _check_options(command, arguments)
        return
    assert program in ("git", "cd", "source"), f"{program}: what is this?"


def _command(name: str) -> Any:
    command: Any = typer.main.get_command(app)
    return command.commands[name]


def _check_options(command: Any, arguments: list[str]) -> None:
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    for word in arguments:
        if word == ">":
            return
        assert not word.startswith("-") or word in known, f"{command.name} has no {word}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_docs_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", _without_code(path)):
        if not target.startswith(("http://", "https://", "#")):
            assert (path.parent / target.partition("#")[0]).exists(), (
                f"{path.name} links to {target}"
            )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_docs_named_files_exist(path: Path) -> None:
    named = re.findall(
        r"`((?:tests|companion|configs|scripts|models|requirements)/[\w./-]*)`", _without_code(path)
    )
    for name in named:
        assert (ROOT / name).exists(), f"{path.name} names {name}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_docs_headings_make_an_outline(path: Path) -> None:
    levels = [len(h) for h in re.findall(r"^(#+) ", _without_code(path), re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1


def test_docs_the_map_of_the_house_is_right() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = text[text.index("companion/\n  domain/") :].partition("```")[0]
    inside = True
    for line in tree.splitlines()[1:]:
        inside = inside and line.startswith("  ")
        for name in re.findall(r"(?:^| )([\w]+(?:/|\.py))", line.partition("   ")[0] + " "):
            assert (ROOT / ("companion" if inside else "") / name).exists(), name
    rooms = {p.name for p in (ROOT / "companion").iterdir() if (p / "__init__.py").is_file()}
    assert {room for room in rooms if f"  {room}/" not in tree} == set()


def test_docs_the_keys_are_those_of_the_view() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text[text.index("### Keys during a call") :].partition("\n`Ctrl-C`")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    told = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    there = {shown for _, group in GROUPS for key in group for shown in key.shown.split()}
    assert told == there


MAY_CONNECT = ("httpx", "psycopg")
# What a package's license file says where its metadata name no license.
UNDECLARED = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT", "sqlcipher3": "Zlib"}


def test_docs_every_direct_dependency_is_listed_with_its_license_and_its_network() -> None:
    names = {re.split(r"[^\w-]", wanted)[0] for wanted in requires("companion") or []}
    rows = {}
    for line in (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in ("package", "---"):
            rows[cells[0]] = cells
    assert set(rows) == names
    for name, (_, license_name, purpose, network) in rows.items():
        assert purpose
        assert network.startswith("nothing") or (name in MAY_CONNECT and "only in" in network)
        family = re.split(r"[-\s]", license_name)[0]
        if name == "atheris" and importlib.util.find_spec(name) is None:
            continue  # it has builds for some systems only
        assert family in _declared_license(name), f"{name}: {_declared_license(name)}"


def _declared_license(name: str) -> str:
    declared = metadata(name)
    # All of a kind: asking for one that is missing is an error with some versions of the library.
    kinds = ("License-Expression", "License", "Classifier")
    fields = [text for kind in kinds for text in declared.get_all(kind) or []]
    fields.append(UNDECLARED.get(name, ""))
    return " ".join(field for field in fields if field and "Programming" not in field)


def test_docs_version_is_in_the_changelog() -> None:
    from companion import __version__

    assert metadata("companion")["Version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
