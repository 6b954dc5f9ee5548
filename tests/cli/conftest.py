"""What tests of commands share."""

from __future__ import annotations

import pytest

from tests.fakes.kept_calls import KeptCalls


@pytest.fixture
def kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> KeptCalls:
    """An encrypted store without calls, and commands on it."""
    return KeptCalls(capsys, monkeypatch)
