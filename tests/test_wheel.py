"""The wheel, installed where the checkout cannot be seen, holds all it needs and runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[1]
SHIPPED = ("configs", "models")


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel in it, and a folder to run in."""

    programs: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `companion` with a home of its own, far from the checkout."""
        return subprocess.run(
            [self.programs / "companion", *arguments],
            cwd=self.folder,
            env=_environment(self.folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )

    def python(self, program: str) -> str:
        """Run a program in the environment's Python; what it printed."""
        done = subprocess.run(
            [self.programs / "python", "-c", program],
            cwd=self.folder,
            env=_environment(self.folder),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "COMPANION_HOME": str(folder / "home"), "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    out = tmp_path_factory.mktemp("dist")
    # The wheel is built from the source archive, so that the archive is known to be whole.
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment that sees our dependencies and not our checkout."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "env", with_pip=False)
    programs = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", programs / "python", "install"),
            *("--quiet", "--no-deps", "--no-index", wheel),
        ],
        check=True,
        capture_output=True,
    )
    folder = home / "folder"
    folder.mkdir()
    installed = Installed(programs, folder)
    own = Path(installed.python("import sysconfig; print(sysconfig.get_path('purelib'))"))
    # Plain entries, not `site.addsitedir`: the .pth file of our editable install is not followed.
    dependencies = [p for p in sys.path if Path(p).name == "site-packages"]
    own.joinpath("dependencies.pth").write_text("\n".join(dependencies), encoding="utf-8")
    return installed


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _tracked_files(folder: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.split("\n")) - {""}


def test_wheel_holds_every_file_of_the_package_and_what_ships_with_it(wheel: Path) -> None:
    names = _names(wheel)
    missing = _tracked_files("companion") - names
    assert not missing
    for folder in SHIPPED:
        missing = {f"companion/_shipped/{name}" for name in _tracked_files(folder)} - names
        assert not missing


def test_wheel_holds_types_styles_and_licences(wheel: Path) -> None:
    names = _names(wheel)
    assert "companion/py.typed" in names
    assert any(name.endswith(".tcss") for name in names)
    licences = {name.rsplit("/", 1)[-1] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "THIRD_PARTY.md"}


def test_wheel_holds_nothing_that_is_not_the_program(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _names(wheel)}
    assert tops == {"companion", f"{wheel.name.split('-py3')[0]}.dist-info"}


def test_wheel_the_source_archive_has_tests_and_scripts(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "scripts/demo", "tests/conftest.py"} <= names


def test_wheel_is_imported_from_where_it_was_installed(installed: Installed) -> None:
    place = Path(installed.python("import companion; print(companion.__file__)"))
    assert place.is_relative_to(installed.folder.parent)
    assert str(ROOT) not in installed.python("import sys; print(sys.path)").split("site-packages")
    shipped = installed.python("from companion import locations; print(locations.shipped())")
    assert Path(shipped).is_relative_to(installed.folder.parent)


def test_wheel_help_and_version(installed: Installed) -> None:
    done = installed.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "companion" in done.stdout
    assert installed.run("--version").stdout.startswith("companion ")


def test_wheel_doctor_finds_what_is_shipped(installed: Installed) -> None:
    done = installed.run("doctor", "--json")
    checks = {c["name"]: c for c in map(json.loads, done.stdout.splitlines())}
    for name in ("Shipped files", "Settings", "Conversation", "Built-in recognizer"):
        assert checks[name]["verdict"] == "ok", checks[name]
    assert "Traceback" not in done.stderr


def test_wheel_plays_the_demo(installed: Installed) -> None:
    done = installed.run("demo", "--fast", "--plain")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) > 10
    assert list(installed.folder.iterdir()) in ([], [installed.folder / "home"])


def test_wheel_makes_and_opens_a_store(installed: Installed) -> None:
    program = """
from pathlib import Path
from companion.settings import StoreSettings
from companion.store.vault import Vault

vault = Vault(Path("store"), StoreSettings(), None)
vault.create("four words nobody guesses").close()
with vault.open("four words nobody guesses") as store:
    print(store.calls.count(), store.calls.search("anything"))
"""
    assert installed.python(program) == "0 []"
