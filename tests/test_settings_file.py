"""Writing settings: what a person wrote stays, what cannot be used is kept, all or nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from companion import locations
from companion.errors import DocumentError, SettingsError
from companion.settings import load_settings
from companion.settings_file import write_settings
from companion.settings_reference import Value, find_setting, known_settings, value_of


def _file(text: str | bytes) -> Path:
    path = locations.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_settings_file_a_first_file_holds_only_what_differs() -> None:
    written = write_settings({"audio.device": "Headset (USB)", "recognizer.beam": 2})
    text = written.path.read_text(encoding="utf-8")
    assert "Headset (USB)" in text
    assert "Name of the input" in text
    assert "beam" not in text
    assert load_settings().audio.device == "Headset (USB)"
    assert written.kept_as is None


def test_settings_file_keeps_comments_order_and_unrelated_lines() -> None:
    path = _file(
        "# mine\n"
        "call:\n"
        "  # said to me by Ann\n"
        "  card_cooldown_s: 30   # calmer\n"
        "\n"
        "audio:\n"
        "    # the old one\n"
        "    device: Old\n"
        "    # the end of audio\n"
        "# the very end\n"
    )
    write_settings({"audio.device": "New", "audio.headset": True, "call.show_transcript": True})
    assert path.read_text(encoding="utf-8") == (
        "# mine\n"
        "call:\n"
        "  # said to me by Ann\n"
        "  card_cooldown_s: 30   # calmer\n"
        "  # Show the words on screen during a call. (true or false)\n"
        "  show_transcript: true\n"
        "\n"
        "audio:\n"
        "    # the old one\n"
        "    device: New\n"
        "    # true: headset, false: speakers, empty: not said yet. (true or false)\n"
        "    headset: true\n"
        "    # the end of audio\n"
        "# the very end\n"
    )


def test_settings_file_a_value_equal_to_the_default_goes_and_others_stay() -> None:
    path = _file("recognizer:\n  beam: 5\n  threads: 2\n")
    write_settings({"recognizer.beam": 2})
    # `threads` is the default too, but a person wrote it and nobody asked to change it.
    assert path.read_text(encoding="utf-8") == "recognizer:\n  threads: 2\n"


def test_settings_file_what_was_written_and_taken_back_leaves_nothing() -> None:
    path = write_settings({"audio.device": "X", "call.rap": "mine"}).path
    write_settings({"audio.device": None, "call.rap": "one-on-one.en"})
    assert path.read_text(encoding="utf-8").strip() == ""


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ("audio:\n", "audio:\n  # {c}\n  device: X\n"),
        ("audio:", "audio:\n  # {c}\n  device: X\n"),
        ("audio:\n  device:\n", "audio:\n  device: X\n"),
        ("audio:\n  device: 'a b' # old\n", "audio:\n  device: X # old\n"),
        ("audio:\r\n  ring_s: 5\r\n", "audio:\r\n  ring_s: 5\r\n  # {c}\r\n  device: X\r\n"),
        ("audio:\n  ring_s: 5", "audio:\n  ring_s: 5\n  # {c}\n  device: X\n"),
        (
            "# only a comment\n",
            "# only a comment\n\n# The microphone.\naudio:\n  # {c}\n  device: X\n",
        ),
        ("\ufeffaudio:\n  device: Y\n", "audio:\n  device: X\n"),
    ],
)
def test_settings_file_edits_in_place(present: str, expected: str) -> None:
    path = _file(present)
    assert write_settings({"audio.device": "X"}).kept_as is None
    comment = find_setting("audio.device").comment
    assert path.read_bytes().decode() == expected.format(c=comment)


@pytest.mark.parametrize(
    "present",
    [
        "audio: {device: Y, ring_s: 5}\n",
        "{audio: {device: Y, ring_s: 5}}\n",
        "audio:\n  ring_s: 5\n  device: |\n    Y\n",
        "audio:\n  ring_s: 5\n  device:\n    Y\n",
    ],
)
def test_settings_file_a_form_that_is_not_edited_is_rewritten_and_kept(present: str) -> None:
    path = _file(present)
    written = write_settings({"audio.device": "X"})
    assert load_settings().audio.device == "X"
    assert load_settings().audio.ring_s == 5
    assert written.kept_as is not None
    assert written.kept_as.read_text(encoding="utf-8") == present
    assert written.path == path


def test_settings_file_a_damaged_file_is_an_error_and_stays() -> None:
    damaged = "audio: [oh\n"
    path = _file(damaged)
    with pytest.raises(DocumentError):
        write_settings({"audio.device": "X"})
    assert path.read_text(encoding="utf-8") == damaged
    assert [p.name for p in path.parent.iterdir()] == ["settings.yaml"]


def test_settings_file_a_damaged_file_can_be_replaced_and_is_kept() -> None:
    damaged = b"audio: \xff\n"
    path = _file(damaged)
    first = write_settings({"audio.device": "X"}, replace_damaged=True)
    assert first.kept_as == path.with_name("settings.yaml.bak")
    assert first.kept_as.read_bytes() == damaged
    _file(damaged)
    second = write_settings({"audio.device": "X"}, replace_damaged=True)
    assert second.kept_as == path.with_name("settings.yaml.bak2")


def test_settings_file_what_can_be_used_of_a_damaged_file_is_taken_over() -> None:
    _file("audio:\n  device: Y\n  ring: 3\nrecognizer:\n  beam: many\n  threads: 4\nnonsense: 1\n")
    with pytest.raises(SettingsError, match="nothing was changed"):
        write_settings({"call.show_transcript": True})
    write_settings({"call.show_transcript": True}, replace_damaged=True)
    settings = load_settings()
    assert (settings.audio.device, settings.recognizer.threads) == ("Y", 4)
    assert (settings.recognizer.beam, settings.call.show_transcript) == (2, True)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("audio.devise", "X", "did you mean 'audio.device'"),
        ("beam", 3, "did you mean 'recognizer.beam'"),
        ("qqqq", 3, "companion settings show"),
        ("recognizer.beam", "eleven", "recognizer.beam must be a whole number"),
        ("recognizer.beam", 11, "less than or equal to 10"),
        ("audio.ring_s", "nan", "audio.ring_s must be a"),
        ("recognizer.engine", "magic", "'auto', 'whisper' or 'sphinx'"),
        ("audio.headset", "maybe", "true or false"),
        ("endpoint.offset", 0.9, "must not be above onset"),
        ("recognizer.language", "English", "form"),
    ],
)
def test_settings_file_refuses_and_leaves_the_file_as_it_was(
    key: str, value: Value, says: str
) -> None:
    path = _file("# mine\naudio:\n  device: Y\n")
    with pytest.raises(SettingsError, match=says):
        write_settings({key: value})
    assert path.read_text(encoding="utf-8") == "# mine\naudio:\n  device: Y\n"


def test_settings_file_an_interrupted_write_leaves_the_old_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = _file("audio:\n  device: Y\n")

    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(SettingsError, match="No space left"):
        write_settings({"audio.device": "X"})
    assert path.read_text(encoding="utf-8") == "audio:\n  device: Y\n"
    assert [p.name for p in path.parent.iterdir()] == ["settings.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="only on systems with POSIX file modes")
def test_settings_file_is_readable_by_its_owner_only() -> None:
    path = write_settings({"audio.device": "X"}).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="only on systems where anyone may link")
def test_settings_file_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.yaml"
    real.write_text("audio:\n  device: Y\n", encoding="utf-8")
    link = locations.settings_file()
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    write_settings({"audio.device": "X"})
    assert link.is_symlink()
    assert "device: X" in real.read_text(encoding="utf-8")


_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


_changes = st.dictionaries(
    st.sampled_from(["audio.device", "audio.headset", "recognizer.beam", "call.rap"]),
    st.one_of(st.none(), st.booleans(), st.integers(1, 10), _texts),
    min_size=1,
)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_changes, max_size=4))
def test_settings_file_always_reads_back_what_was_written(
    tmp_path: Path, runs: list[dict[str, Value]]
) -> None:
    path = tmp_path / "s.yaml"
    path.unlink(missing_ok=True)
    for changes in runs:
        before = load_settings(path)
        try:
            write_settings(changes, path)
        except SettingsError:
            assert load_settings(path) == before
            continue
        after = load_settings(path)
        for setting in known_settings():
            if setting.key not in changes:
                value = value_of(before, setting)
                assert value_of(after, setting) == value
