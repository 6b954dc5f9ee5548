"""The settings: defaults hold together, and a bad file is told in full with the way out."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from companion import locations
from companion.errors import DocumentError, SettingsError
from companion.settings import Settings, load_settings


def _write(text: str) -> None:
    path = locations.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_settings_without_a_file_are_the_defaults() -> None:
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "audio:\n", "audio:\n  # ring_s: 5\ncall:\n"]
)
def test_settings_an_empty_file_or_section_means_the_defaults(text: str) -> None:
    _write(text)
    assert load_settings() == Settings()


def test_settings_are_read_with_their_types() -> None:
    _write(
        "audio:\n  device: 12\n  headset: yes\n  ring_s: 5\n"
        "recognizer:\n  engine: sphinx\n  language: no\n  beam: 1\n"
    )
    settings = load_settings()
    assert settings.audio.device == "12"
    assert settings.audio.headset is True
    assert settings.audio.ring_s == 5.0
    # Norwegian, and not "false".
    assert settings.recognizer.language == "no"
    assert settings.recognizer.beam == 1


def test_settings_lists_every_problem_with_line_and_nearest_key() -> None:
    _write("audio:\n  devise: X\n  ring_s: 500\nrecogniser:\n  beam: 1\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert "line 2, audio.devise: unknown key; did you mean 'device'?" in message
    assert "line 3, audio.ring_s: must be less than or equal to 60" in message
    assert "line 4, recogniser: unknown key; did you mean 'recognizer'?" in message
    assert "companion setup" in message
    assert str(locations.settings_file()) in message


def test_settings_a_file_that_is_no_yaml_names_the_line() -> None:
    _write("audio:\n  device: [\n")
    with pytest.raises(DocumentError, match="line 3"):
        load_settings()


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("endpoint", {"onset": 0.3, "offset": 0.4}),
        ("endpoint", {"silence_s": 0.8, "silence_mid_phrase_s": 0.7}),
        ("endpoint", {"soft_cut_s": 21, "hard_cut_s": 20}),
        ("recognizer", {"lag_stop_partials_s": 7, "lag_economy_s": 6}),
        ("audio", {"ring_s": float("nan")}),
        ("audio", {"ring_s": float("inf")}),
        ("audio", {"ring_s": 0}),
        ("recognizer", {"language": "english"}),
        ("call", {"off_record_phrase": ""}),
        ("call", {"off_record_phrase": "... !"}),
    ],
)
def test_settings_refuse_values_that_cannot_work(section: str, values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({section: values})


def test_settings_are_values_that_nobody_changes() -> None:
    with pytest.raises(ValidationError):
        Settings().audio.ring_s = 3  # type: ignore[misc]


def test_settings_every_key_is_described_and_every_class_too() -> None:
    for field in Settings.model_fields.values():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        assert section.__doc__
        assert all(f.description for f in section.model_fields.values())
