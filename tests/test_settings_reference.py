"""What can be set, as people read it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from companion import locations
from companion.documents import parse_document, validate_document
from companion.settings import Settings, load_settings
from companion.settings_reference import defaults_text, known_settings, render


def test_settings_reference_every_setting_is_described() -> None:
    for setting in known_settings():
        assert setting.description.endswith("."), setting.key
        if setting.key.endswith("_s"):
            assert setting.allowed.startswith("seconds, "), setting.key


def test_settings_reference_the_shipped_defaults_are_the_classes_own() -> None:
    shipped = locations.shipped("configs", "settings.default.yaml")
    assert shipped.read_text(encoding="utf-8") == defaults_text(), (
        "renew it: companion settings show --defaults > configs/settings.default.yaml"
    )
    assert load_settings(shipped) == Settings()


def test_settings_reference_defaults_fit_a_terminal() -> None:
    assert max(map(len, defaults_text().splitlines())) <= 100


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_settings_reference_any_text_survives_rendering(text: str) -> None:
    document = parse_document(f"audio:\n  device: {render(text)}\n".encode(), "t")
    settings, problems = validate_document(document, Settings)
    assert settings is not None, problems
    assert settings.audio.device == text
