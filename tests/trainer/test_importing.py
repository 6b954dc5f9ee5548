"""A rap from elsewhere is hostile until shown otherwise; nothing of a bad one is written."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from companion.errors import CompanionError, RapError
from companion.trainer.importing import import_rap
from companion.trainer.publishing import Publication, publish
from companion.understanding import rap_library
from companion.understanding.rap import find_rap
from tests.fakes.own_raps import TEXT, changed, own_rap

CARD = "Leave room for a no. You can talk without it."


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "from afar" / "Their Rap (2).yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def nothing_was_written() -> bool:
    return rap_library.own_raps() == ()


def test_importing_takes_the_text_and_nothing_else(theirs: Path) -> None:
    shutil.copytree(theirs.parent, theirs.parent / "Their Rap (2).learned")
    taken = import_rap(theirs)
    assert taken.name == "their-rap-2"
    assert find_rap("their-rap-2").model_dump() == find_rap("one-on-one.en").model_dump()
    assert {p.name for p in rap_library.raps_folder().iterdir()} == {
        "their-rap-2.yaml",
        "rap.schema.json",
    }
    shipped = find_rap("one-on-one.en")
    assert taken.cards > 50
    of_steps = sum(len(step.examples) for step in shipped.steps)
    assert taken.examples == of_steps + sum(len(cue.examples) for cue in shipped.cues)


def test_importing_takes_another_name(theirs: Path) -> None:
    assert import_rap(theirs, "ours").path.name == "ours.yaml"


def test_importing_leads_editors_to_our_own_schema(theirs: Path) -> None:
    lines = TEXT.splitlines()
    lines[0] = "# yaml-language-server: $schema=http://evil.example/schema.json"
    theirs.write_text("\n".join(lines), encoding="utf-8")
    text = import_rap(theirs).path.read_text(encoding="utf-8")
    assert "evil" not in text
    assert text.startswith("# yaml-language-server: $schema=./rap.schema.json\n")


def test_importing_never_takes_the_place_of_another(theirs: Path) -> None:
    path = own_rap("their-rap-2", "mine\n")
    with pytest.raises(RapError, match="choose another name with --name"):
        import_rap(theirs)
    with pytest.raises(RapError, match="ships with companion"):
        import_rap(theirs, "one-on-one.en")
    assert path.read_text(encoding="utf-8") == "mine\n"


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
)
HOSTILE = [
    (BOMB.encode(), "anchors and aliases"),
    (b"schema: !!python/object/apply:os.system ['x']\n", "tags"),
    (b"[" * 50_000, "nested|not valid|expected"),
    (b"schema: 1\n" + b"#" * 1_000_001, "larger than 1000 kB"),
    (TEXT.encode("utf-16"), "is not UTF-8 text"),
    (b"\x00\x01\x02", "does not allow|unseen"),
    (b"", "the file is empty"),
    (changed({"schema: 1": "schema: 7"}).encode(), "does not know yet"),
    (changed({CARD: "Leave <b>room</b> for a no."}).encode(), "markup of a web page"),
    (changed({CARD: "Leave <img src=x onerror=alert(1)> room."}).encode(), "markup"),
    (changed({CARD: "See javascript:alert(1) for more."}).encode(), "markup"),
    (changed({CARD: "Leave \\u202e room for a no."}).encode(), r"unseen character U\+202E"),
    (changed({CARD: "Leave \\e[2J room for a no."}).encode(), r"unseen character U\+001B"),
    (changed({"# How to read": "# How \u202e to read"}).encode(), r"line \d+: holds the unseen"),
    (changed({CARD: "They agree with you and want to sign now."}).encode(), "claims what the"),
    (changed({'"take your time"': '"' + "[a] " * 20 + 'b"'}).encode(), "square brackets"),
    (changed({'"take your time"': '"' + "(a|b) " * 40 + '"'}).encode(), "too many signs"),
    (changed({"Is that a rooster I hear?": "long " * 100}).encode(), "at most 400"),
]


@pytest.mark.parametrize(("content", "told"), HOSTILE, ids=[told for _, told in HOSTILE])
def test_importing_refuses_what_may_do_harm(content: bytes, told: str, theirs: Path) -> None:
    theirs.write_bytes(content)
    with pytest.raises(CompanionError, match=told):
        import_rap(theirs)
    assert nothing_was_written()


@pytest.mark.parametrize("name", ["../up", "a/b", "con", "Caps", "x.yaml", ""])
def test_importing_refuses_a_name_that_leads_elsewhere(name: str, theirs: Path) -> None:
    theirs = theirs.rename(theirs.parent / "con.yaml") if not name else theirs
    with pytest.raises(RapError, match="cannot be its name here"):
        import_rap(theirs, name or None)
    assert nothing_was_written()


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
def test_importing_follows_no_links_and_opens_no_pipes(theirs: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(theirs)
    folder = tmp_path / "linked"
    folder.symlink_to(theirs.parent)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "rap.yaml").symlink_to(theirs)
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for source in (link, folder, inside, pipe, Path(os.devnull)):
        with pytest.raises(RapError, match=r"is a link|no ordinary file"):
            import_rap(source)
    assert nothing_was_written()


def test_importing_from_a_folder_wants_one_rap(theirs: Path, tmp_path: Path) -> None:
    assert import_rap(theirs.parent).name == "their-rap-2"
    (theirs.parent / "second.yml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(RapError, match="has 2 of them"):
        import_rap(theirs.parent, "more")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(RapError, match="and has none"):
        import_rap(empty)


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A published version, as somebody would hand it on."""
    path = own_rap("night-shift")
    record = publish(Publication(path), datetime(2026, 3, 2, tzinfo=timezone.utc))
    folder = tmp_path / "usb" / "night-shift" / record.version
    shutil.copytree(record.folder, folder)
    shutil.rmtree(rap_library.raps_folder())
    for file in folder.iterdir():
        file.chmod(0o600)
    return folder


def test_importing_a_published_version_checks_its_fingerprint(version: Path) -> None:
    assert import_rap(version).name == "night-shift"


@pytest.mark.parametrize("what", ["rap", "record"])
def test_importing_a_version_that_was_changed_on_its_way_is_refused(
    what: str, version: Path
) -> None:
    if what == "rap":
        with (version / "rap.yaml").open("a", encoding="utf-8") as file:
            file.write("# a word more\n")
    else:
        (version / "published.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RapError, match=r"its fingerprint differs|is damaged"):
        import_rap(version)
    assert nothing_was_written()


def test_importing_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RapError, match="no such file"):
        import_rap(tmp_path / "none.yaml")
