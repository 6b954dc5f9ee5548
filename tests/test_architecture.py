"""Who may import whom (the rooms of CONTRIBUTING.md), and which library lives where."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import companion

PACKAGE = Path(companion.__file__).parent
GROUND_FLOOR = {
    "clocks",
    "documents",
    "errors",
    "locations",
    "seclusion",
    "settings",
    "settings_file",
    "settings_reference",
    "whole_files",
}

# A room may import itself, the domain, the ground floor, and what is listed here.
ROOMS: dict[str, set[str]] = {
    "domain": set(),
    "audio": set(),
    "asr": {"audio.sound"},
    "understanding": set(),
    "coach": {"understanding"},
    "records": set(),
    "redaction": set(),
    "after": {"understanding", "redaction", "records"},
    "store": {"redaction", "records"},
    "notes": {"understanding", "records", "after", "store"},
    "live": {"audio", "asr", "understanding", "coach", "after", "records"},
    "web": {
        "audio",
        "asr",
        "understanding",
        "coach",
        "redaction",
        "records",
        "after",
        "store",
        "notes",
        "live",
        "checks",
        "trainer",
    },
    "audit": {"audio", "asr", "understanding", "store", "live"},
    "checks": {"audio", "asr", "understanding", "audit.last_audit"},
    "trainer": {"understanding", "coach", "after", "redaction"},
    "practice": {"understanding", "coach", "trainer"},
    "labelling": {"trainer", "live"},
    "cli": {
        "practice",
        "labelling",
        "audio",
        "asr",
        "audit",
        "understanding",
        "coach",
        "redaction",
        "records",
        "after",
        "store",
        "notes",
        "live",
        "web",
        "checks",
        "trainer",
    },
}
# Only these files of live/ compose rooms; the rest of live/ shows values.
COMPOSERS = {"live/session.py", "live/call_record.py"}
# The stage on which a trainer's stories are played as live calls, and the written voice on it.
STAGE = {
    "trainer/story_call.py": {"asr.spec", "live.board", "live.call", "live.ears", "live.session"},
    "trainer/written_voice.py": {"asr.protocol", "audio.sound"},
}
LIVE_VIEW_MAY = {"audio.sound", "asr.protocol", "after.review"}

# A library that has exactly one home.
HOMES = {
    "sounddevice": {"audio/portaudio.py"},
    "faster_whisper": {"asr/whisper.py"},
    "ctranslate2": {"asr/whisper.py"},
    "httpx": {"asr/hub.py"},
    "huggingface_hub": set(),
    "pocketsphinx": {"asr/sphinx.py"},
    "typer": {"cli"},
    "textual": {"live/terminal", "labelling"},
    "spacy": {"redaction"},
    "sqlmodel": {"store"},
    # Optuna keeps a search through SQLAlchemy, whose errors come out of it.
    "sqlalchemy": {"store", "trainer/tune_study.py"},
    "optuna": {"trainer/tune_study.py"},
    "alembic": {"store"},
    "sqlcipher3": {"store"},
    "psycopg": {"store"},
    "keyring": {"store"},
    "argon2": {"store"},
    "cryptography": {"store"},
    "icalendar": {"after"},
    "fastapi": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web", "trainer/report_page.py"},
    "onnxruntime": {"audio/voice_activity.py"},
    "soxr": {"audio"},
    "soundfile": {"audio"},
}


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _sources() -> list[str]:
    return sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py"))


def _within(module: str, allowed: set[str]) -> bool:
    return any(module == a or module.startswith(a + ".") for a in allowed)


@pytest.mark.parametrize("source", _sources())
def test_architecture_imports_go_down(source: str) -> None:
    room = source.split("/", 1)[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    if room in GROUND_FLOOR:
        allowed = GROUND_FLOOR
    else:
        allowed = {room, "domain"} | GROUND_FLOOR | ROOMS[room]
    allowed = allowed | STAGE.get(source, set())
    if room == "domain":
        allowed = {"domain"}
    if room == "live" and source not in COMPOSERS:
        allowed = {"live", "domain"} | GROUND_FLOOR | LIVE_VIEW_MAY
    for name in _imports(PACKAGE / source):
        if not name.startswith("companion."):
            continue
        module = name.removeprefix("companion.")
        if _within(module, allowed) or module == "__version__":
            continue
        # `from companion.audio import x` also yields the package itself; judge the longer name.
        if any(a.startswith(module + ".") for a in allowed):
            continue
        pytest.fail(f"{source} imports companion.{module}; allowed: {sorted(allowed)}")


@pytest.mark.parametrize("source", [s for s in _sources() if s.startswith("domain/")])
def test_architecture_domain_uses_the_standard_library_only(source: str) -> None:
    for name in _imports(PACKAGE / source):
        top = name.split(".", 1)[0]
        assert top == "companion" or top in sys.stdlib_module_names, f"{source} imports {name}"


@pytest.mark.parametrize("library", sorted(HOMES))
def test_architecture_each_library_has_one_home(library: str) -> None:
    for source in _sources():
        if any(source == home or source.startswith(home) for home in HOMES[library]):
            continue
        for name in _imports(PACKAGE / source):
            assert name.split(".", 1)[0] != library, f"{source} imports {name}"
