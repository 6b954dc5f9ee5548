"""The errors that reach people: each kind is explained and ends the program as bad input does."""

from __future__ import annotations

import pytest

from companion import errors
from companion.errors import CompanionError

KINDS = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, CompanionError)]


def test_errors_there_is_a_kind_for_each_thing_a_person_can_mend() -> None:
    assert len(KINDS) > 5


@pytest.mark.parametrize("kind", KINDS)
def test_errors_each_kind_is_explained_and_exits_as_bad_input(kind: type[CompanionError]) -> None:
    assert kind.__doc__
    assert kind.exit_code == 2
    assert str(kind("what happened; what to do")) == "what happened; what to do"
