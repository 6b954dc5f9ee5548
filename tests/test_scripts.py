"""The developer's scripts: quick when nothing changed, safe when interrupted, plain when they fail.

`scripts/setup-venv` is run with a stand-in for Python that writes down how it was called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BASH_SCRIPTS = [
    path
    for path in (ROOT / ".ci" / "run", *sorted((ROOT / "scripts").iterdir()))
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="only on systems with bash")

STAND_IN = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  *"-m venv"*)
    for last; do :; done
    rm -rf "$last"
    mkdir -p "$last/bin"
    cp "$0" "$last/bin/python"
    ;;
  *"version_info < "*) exit ${TOO_OLD:-0} ;;
  *"version_info[:2]"*) echo 3.12 ;;
  *"import ensurepip"*) exit ${NO_VENV:-0} ;;
  *" install "*) exit ${NO_NETWORK:-0} ;;
  "--version") echo Python 3.12.0 ;;
esac
"""


class Project:
    """A copy of what set-up needs, and a stand-in for Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a project"
        self.calls = folder / "calls"
        (self.folder / "scripts").mkdir(parents=True)
        (self.folder / "requirements").mkdir()
        for name in ("setup-venv", "in-venv"):
            shutil.copy(ROOT / "scripts" / name, self.folder / "scripts" / name)
        for name in ("pyproject.toml", "requirements/app.txt", "requirements/dev.txt"):
            (self.folder / name).write_text(f"{name}\n", encoding="utf-8")
        self.programs = folder / "bin"
        self.programs.mkdir()
        stand_in = self.programs / "python3"
        stand_in.write_text(STAND_IN, encoding="utf-8")
        stand_in.chmod(0o755)

    def set_up(self, kind: str = "app", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it from another folder."""
        return subprocess.run(
            ["bash", self.folder / "scripts" / "setup-venv", kind],
            cwd=self.programs,
            env={
                **{k: v for k, v in os.environ.items() if k != "COMPANION_PYTHON"},
                "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
                "CALLS": str(self.calls),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def installs(self) -> list[str]:
        """What was installed since the last time this was asked."""
        calls = self.calls.read_text(encoding="utf-8").splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return [call for call in calls if " install " in call]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("script", BASH_SCRIPTS, ids=lambda p: p.name)
def test_scripts_are_sound_bash_and_may_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    assert os.access(script, os.X_OK)


def test_scripts_name_no_index_and_pin_with_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
        pins = [line for line in text.splitlines() if "==" in line]
        assert pins
        assert all(line.endswith("\\") for line in pins)
    setup = (ROOT / "scripts" / "setup-venv").read_text(encoding="utf-8")
    assert "--require-hashes --only-binary :all:" in setup
    assert "://" not in setup


def test_scripts_set_up_installs_pins_then_the_project_without_fetching(project: Project) -> None:
    done = project.set_up()
    assert done.returncode == 0, done.stderr
    pins, own = project.installs()
    assert "--require-hashes" in pins
    assert "requirements/app.txt" in pins
    assert "--no-deps --no-build-isolation --editable ." in own


def test_scripts_set_up_is_done_once(project: Project) -> None:
    project.set_up()
    project.installs()
    again = project.set_up()
    assert (again.returncode, again.stderr) == (0, "")
    assert project.installs() == []


def test_scripts_set_up_again_where_pins_changed(project: Project) -> None:
    project.set_up()
    project.installs()
    (project.folder / "requirements" / "app.txt").write_text("newer\n", encoding="utf-8")
    project.set_up()
    assert len(project.installs()) == 2


def test_scripts_set_up_for_developers_serves_the_program_too(project: Project) -> None:
    project.set_up("dev")
    assert "requirements/dev.txt" in project.installs()[0]
    project.set_up("app")
    assert project.installs() == []


def test_scripts_set_up_interrupted_goes_on_the_next_time(project: Project) -> None:
    failed = project.set_up(NO_NETWORK="1")
    assert failed.returncode == 1
    assert "check the internet connection and run this again" in failed.stderr
    assert len(project.installs()) == 1
    assert project.set_up().returncode == 0
    assert len(project.installs()) == 2


def test_scripts_set_up_where_an_environment_is_broken_makes_it_anew(project: Project) -> None:
    project.set_up()
    project.installs()
    python = project.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    done = project.set_up()
    assert done.returncode == 0, done.stderr
    assert "making an environment" in done.stderr
    assert len(project.installs()) == 2


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"NO_VENV": "1"}, "sudo apt install python3.12-venv"),
        ({"COMPANION_PYTHON": "python3", "TOO_OLD": "1"}, "is no Python 3.10 or newer"),
        ({"COMPANION_PYTHON": "nosuch-python"}, "is no Python 3.10 or newer"),
    ],
)
def test_scripts_set_up_without_a_fitting_python_says_what_to_do(
    environment: dict[str, str], says: str, project: Project
) -> None:
    done = project.set_up(**environment)
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (project.folder / ".venv").exists()


def test_scripts_set_up_refuses_an_unknown_kind(project: Project) -> None:
    done = project.set_up("test")
    assert done.returncode == 2
    assert "neither app nor dev" in done.stderr


@pytest.mark.parametrize(("on_ci", "code"), [("true", 1), ("", 0)])
def test_scripts_on_ci_a_skipped_test_fails(on_ci: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    tmp_path.joinpath("test_it.py").write_text(
        "import pytest\n"
        "def test_skips(): pytest.skip('needs a part')\n"
        "def test_exempt(): pytest.skip('the audio is not beside the project')\n"
        "def test_passes(): pass\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env={**os.environ, "CI": on_ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    expected = "1 failed, 1 passed, 1 skipped" if on_ci else "1 passed, 2 skipped"
    assert expected in done.stdout
