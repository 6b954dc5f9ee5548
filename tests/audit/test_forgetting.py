"""A real call, at the speed of speech, with its recognizer's process: told to forget, it does."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from companion.audit.forgetting import measure_forgetting
from companion.audit.identifiers import make_identifiers
from companion.domain.call import CallPhase
from companion.live.session import LiveSession
from companion.web.live_view import LiveView
from tests.fakes.board import OUTLINE


@contextmanager
def _page_of(session: LiveSession) -> Iterator[LiveView]:
    view = LiveView(session.board, OUTLINE, transcript=True)
    view.start()
    yield view
    view.close()


@pytest.mark.skipif(os.name == "nt", reason="the audit's line is a socket with a path")
@pytest.mark.parametrize("how", [CallPhase.OFF_RECORD])
def test_forgetting_leaves_no_word_and_no_sound_and_no_recognizer(
    how: CallPhase, tmp_path: Path
) -> None:
    planted = make_identifiers(40, random.Random(61))
    forgot = measure_forgetting(how, planted, tmp_path, _page_of)
    assert forgot.words_before > 0
    assert forgot.sound_before > 0
    assert forgot.held_after == 0, forgot.paths
    assert forgot.recognizer_gone
