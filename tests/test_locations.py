"""Where things are: one folder moves all, the user's own goes before what is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion import locations


def test_locations_one_variable_moves_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPANION_HOME", str(tmp_path / "elsewhere"))
    for folder in (
        locations.user_config(),
        locations.user_cache(),
        locations.user_data(),
        locations.settings_file(),
        locations.speech_models(),
        locations.learned_folder("our-rap"),
        locations.tuning_folder(),
    ):
        assert folder.is_relative_to(tmp_path / "elsewhere")
        assert not folder.exists(), "asking for a place must not make it"


def test_locations_without_it_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPANION_HOME")
    folders = {locations.user_config(), locations.user_cache(), locations.user_data()}
    assert all("companion" in folder.parts[-1].lower() for folder in folders)
    assert all(folder.is_absolute() for folder in folders)


def test_locations_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_HOME", "")
    assert locations.user_config().is_absolute()


def test_locations_what_is_shipped_is_found() -> None:
    assert locations.shipped("configs", "settings.default.yaml").is_file()


def test_locations_the_packaged_copy_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "companion"
    package.mkdir(parents=True)
    monkeypatch.setattr(locations, "_PACKAGE", package)
    assert locations.shipped("configs") == tmp_path / "site-packages" / "configs"
    (package / "_shipped").mkdir()
    assert locations.shipped("configs") == package / "_shipped" / "configs"


def test_locations_a_config_is_the_given_then_the_users_then_the_shipped(tmp_path: Path) -> None:
    name = "settings.default.yaml"
    shipped = locations.shipped("configs", ".", name)
    assert locations.find_config(".", name) == shipped
    own = locations.user_config() / name
    own.parent.mkdir(parents=True)
    own.touch()
    assert locations.find_config(".", name) == own
    given = tmp_path / "given.yaml"
    assert locations.find_config(".", name, given) == given


def test_locations_a_config_that_is_nowhere_is_named_as_shipped() -> None:
    assert locations.find_config("raps", "nosuch.yaml") == locations.shipped(
        "configs", "raps", "nosuch.yaml"
    )
