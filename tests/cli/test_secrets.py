"""Secrets are asked for, never named: an argument stands in every list of processes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer

from companion.cli.app import app

_SECRET = re.compile(r"pass|secret|token|pin\b", re.IGNORECASE)
# Names that hold such a word and no secret: the way to a file, a name, or a yes.
_HARMLESS = {"keyring", "keep", "keys"}


def _options() -> Iterator[tuple[str, str, bool, bool]]:
    """(command, option, takes a value, may come from the environment) of every command."""
    todo = [("companion", typer.main.get_command(app))]
    while todo:
        name, command = todo.pop()
        for sub, found in getattr(command, "commands", {}).items():
            todo.append((f"{name} {sub}", found))
        for option in command.params:
            flag = bool(getattr(option, "is_flag", False))
            yield name, str(option.name), not flag, bool(option.envvar)


@pytest.mark.parametrize(("command", "option", "has_value", "from_environment"), list(_options()))
def test_secrets_have_no_option_and_no_variable(
    command: str, option: str, has_value: bool, from_environment: bool
) -> None:
    assert not from_environment, f"{command} --{option} reads the environment"
    if has_value and option not in _HARMLESS:
        assert not _SECRET.search(option), f"{command} --{option} would show a secret to others"


def test_secrets_the_search_would_find_one() -> None:
    assert len(list(_options())) > 100
    for name in ("passphrase", "password", "deletion_token", "api_secret"):
        assert _SECRET.search(name)
