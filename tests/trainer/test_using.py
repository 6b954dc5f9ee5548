"""Which rap calls use: chosen, and back again; nothing half done."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from companion.errors import CompanionError, RapError
from companion.settings import load_settings
from companion.trainer.publishing import Publication, publish
from companion.trainer.using import HISTORY_FILE, roll_back, use_rap
from companion.understanding import rap_library
from companion.understanding.rap import find_rap
from tests.fakes.own_raps import TEXT, changed, own_rap

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=timezone.utc)


def in_use() -> str:
    return load_settings().call.rap


def two_versions() -> None:
    path = own_rap(text=changed({'version: "1.1.0"': 'version: "1.0.0"'}))
    publish(Publication(path), NOW)
    own_rap(
        text=changed({'version: "1.1.0"': 'version: "1.1.0"', "closed_run: 3": "closed_run: 4"})
    )
    publish(Publication(path), NOW)


def test_using_a_name_takes_its_latest_version() -> None:
    two_versions()
    used = use_rap("our-rap")
    assert (used.name, used.before, used.is_published) == ("our-rap@1.1.0", "one-on-one.en", True)
    assert in_use() == "our-rap@1.1.0"
    assert find_rap(in_use()).timing.closed_run == 4


def test_using_a_version_is_not_touched_by_edits_of_the_file() -> None:
    two_versions()
    use_rap("our-rap@1.0.0")
    own_rap(text="broken: [")
    assert find_rap(in_use()).timing.closed_run == 3


def test_using_the_draft_is_a_choice_of_its_own() -> None:
    two_versions()
    used = use_rap("our-rap@draft")
    assert (used.name, used.is_published) == ("our-rap", False)


def test_using_a_rap_that_is_not_published_takes_its_file() -> None:
    own_rap("other")
    assert use_rap("other").name == "other"
    assert use_rap("one-on-one.es").rap.language == "es"


def test_using_goes_back_step_by_step() -> None:
    two_versions()
    for name in ("our-rap@1.0.0", "our-rap@1.1.0", "one-on-one.es"):
        use_rap(name)
    assert roll_back().name == "our-rap@1.1.0"
    assert roll_back().name == "our-rap@1.0.0"
    assert roll_back().name == "one-on-one.en"
    with pytest.raises(RapError, match=r"no other rap was used before one-on-one\.en"):
        roll_back()


def test_using_passes_over_what_cannot_be_used_any_more() -> None:
    two_versions()
    own_rap("gone").touch()
    use_rap("gone")
    use_rap("our-rap")
    (rap_library.raps_folder() / "gone.yaml").unlink()
    used = roll_back()
    assert used.name == "one-on-one.en"
    assert used.skipped == ("gone",)


def test_using_the_same_again_changes_nothing() -> None:
    two_versions()
    use_rap("our-rap")
    history = (rap_library.raps_folder() / HISTORY_FILE).read_text(encoding="utf-8")
    assert use_rap("our-rap").before == "our-rap@1.1.0"
    assert (rap_library.raps_folder() / HISTORY_FILE).read_text(encoding="utf-8") == history


@pytest.mark.parametrize(
    "name", ["nonsense", "our-rap@3.0.0", "our-rap@latest", "broken", "../x", "nonsense@draft"]
)
def test_using_what_cannot_be_used_changes_nothing(name: str) -> None:
    two_versions()
    own_rap("broken", TEXT.replace("pace_s", "pase_s"))
    with pytest.raises(CompanionError):
        use_rap(name)
    assert in_use() == "one-on-one.en"
    assert not (rap_library.raps_folder() / HISTORY_FILE).exists()


def test_using_a_version_that_was_changed_is_refused() -> None:
    two_versions()
    kept = rap_library.published_folder("our-rap", "1.1.0") / "rap.yaml"
    kept.chmod(0o600)
    kept.write_text(TEXT, encoding="utf-8")
    with pytest.raises(RapError, match="was changed after it was published"):
        use_rap("our-rap")
    assert in_use() == "one-on-one.en"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"used_before": 3}'])
def test_using_a_damaged_history_is_an_empty_one(content: str) -> None:
    own_rap("other")
    (rap_library.raps_folder() / HISTORY_FILE).write_text(content, encoding="utf-8")
    use_rap("other")
    assert roll_back().name == "one-on-one.en"
