"""The keys of a call: what may be set, and what the page and its help make of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from companion.settings import KeySettings
from companion.web.call_keys import GROUPS, help_of, keys_of


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"fear": "y"}, "the same key"),
        ({"fear": "Y"}, "the same key"),
        ({"fear": "space"}, "the same key"),
        ({"fear": "ff"}, "one character"),
        ({"fear": "\n"}, "one character"),
        ({"fear": " "}, "cannot have this key"),
        ({"fear": "3"}, "1 to 5 name the steps"),
    ],
)
def test_call_keys_that_could_not_be_told_apart_are_refused(
    changes: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        KeySettings.model_validate(changes)


def test_call_keys_may_change_places_and_may_be_none() -> None:
    keys = keys_of(KeySettings(fear="y", ready="f", end="", quiet="", withdraw="Ä"))
    assert (keys["fear"], keys["ready"], keys["withdraw"]) == ("y", "f", "ä")
    assert keys["end"] == keys["quiet"] == ""
    assert keys["pause"] == " "


def test_call_keys_the_help_names_every_action_once() -> None:
    named = [line.action for _, lines in help_of(KeySettings()) for line in lines]
    assert sorted(named) == sorted([*KeySettings.model_fields, "step"])
    assert {title for title, _ in GROUPS} == {title for title, _ in help_of(KeySettings())}
