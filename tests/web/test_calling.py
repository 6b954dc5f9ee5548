"""A call composed for the browser: what is opened, what is kept of it, and what is let go."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from companion.asr.choose import Chosen
from companion.audio.sound import AudioChunk
from companion.domain.actions import MarkIssue
from companion.domain.call import CallPhase, ConsentHow, ConsentScope
from companion.errors import AudioDeviceError, InputError
from companion.live.gate import consent_now
from companion.live.one_call import the_only_call
from companion.settings import Settings
from companion.web import calling
from companion.web.calling import BrowserCall, start_call, start_sample
from companion.web.workspace import Workspace
from tests.fakes.browser import workspace_at
from tests.fakes.live_desk import wait_over
from tests.fakes.recognizer import scripted_spec
from tests.fakes.speaker import SpeakerSource
from tests.fakes.store import PASSPHRASE

SPOKEN = consent_now(ConsentHow.SPOKEN)
HELP_ONLY = consent_now(ConsentHow.SPOKEN, ConsentScope.HELP)


class SilentSource(SpeakerSource):
    """A microphone before which nobody speaks, for as long as the call lasts."""

    def __init__(self) -> None:
        super().__init__((), length_s=1e9)
        self.closed = threading.Event()

    def read(self, timeout_s: float) -> AudioChunk | None:
        return None if self.closed.wait(min(timeout_s, 0.01)) else super().read(timeout_s)


class BreakingSource(SilentSource):
    def read(self, timeout_s: float) -> AudioChunk | None:
        raise ValueError("canary words that must not be shown")


class AbsentSource(SilentSource):
    def __enter__(self) -> AbsentSource:
        raise AudioDeviceError("there is no microphone; plug one in")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> SilentSource:
    """In place of the microphone; the recognizer is a scripted one."""
    made = SilentSource()
    monkeypatch.setattr(calling, "microphone", lambda settings: made)
    chosen = Chosen(scripted_spec(), "A scripted one.")
    monkeypatch.setattr(calling, "choose", lambda settings: chosen)
    return made


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """With a place for notes, opened."""
    made = workspace_at(tmp_path)
    made.create_store(PASSPHRASE)
    yield made
    made.close()


def _drafts(workspace: Workspace) -> list[str]:
    pending = workspace.open_store().drafts.pending(datetime.now(timezone.utc))
    return [draft.draft_id for draft in pending]


def _end(call: BrowserCall) -> None:
    call.controls.end()
    wait_over(call)


def test_calling_without_consent_no_microphone_is_even_looked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise AssertionError("somebody reached for the microphone")

    monkeypatch.setattr(calling, "microphone", refuse)
    monkeypatch.setattr(calling, "choose", refuse)
    call = start_call(workspace, None, None)
    assert call.view.shown.frame.phase is CallPhase.PROMPTS_ONLY
    assert workspace.call is call
    assert workspace.in_call
    _end(call)
    assert not workspace.in_call


def test_calling_taps_are_in_the_record_and_in_the_draft_of_the_notes(
    workspace: Workspace,
) -> None:
    call = start_call(workspace, None, None)
    issue = call.outline.issues[0].id
    call.controls.act(MarkIssue(issue))
    _end(call)
    assert call.ending is not None
    assert call.ending.record is not None
    assert [fact.value for fact in call.ending.record.issues] == [issue]
    assert _drafts(workspace) == [call.draft_id]


def test_calling_with_consent_the_microphone_is_open_until_the_end(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_call(workspace, SPOKEN, None)
    assert source.opened
    assert call.view.shown.frame.phase is CallPhase.LISTENING
    _end(call)
    assert not source.opened
    assert call.ending is not None
    assert call.ending.record is not None
    assert call.ending.record.consent is not None
    assert call.ending.record.consent.how is ConsentHow.SPOKEN


def test_calling_the_chosen_microphone_is_the_one_of_the_call(
    workspace: Workspace, source: SilentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def open_one(settings: Settings) -> SilentSource:
        asked.append(settings.audio.device)
        return source

    monkeypatch.setattr(calling, "microphone", open_one)
    start_call(workspace, SPOKEN, "USB Headset").close()
    assert asked == ["USB Headset"]


def test_calling_a_withdrawn_consent_leaves_nothing(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_call(workspace, SPOKEN, None)
    call.controls.act(MarkIssue(call.outline.issues[0].id))
    call.controls.withdraw()
    wait_over(call)
    assert not source.opened
    assert call.ending is not None
    assert call.ending.phase is CallPhase.WITHDRAWN
    assert call.ending.record is None
    assert call.ending.summary is None
    assert _drafts(workspace) == []


def test_calling_consent_for_the_helper_only_keeps_no_draft_and_no_record(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_call(workspace, HELP_ONLY, None)
    assert call.draft_id is None
    _end(call)
    assert call.ending is not None
    assert call.ending.record is None
    assert _drafts(workspace) == []


@pytest.mark.parametrize("why", ["locked", "set so"])
def test_calling_without_a_draft_there_still_is_something_to_review(
    workspace: Workspace, why: str
) -> None:
    if why == "locked":
        workspace.lock()
    else:
        path = workspace.settings_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("store:\n  keep_draft: false\n", encoding="utf-8")
    call = start_call(workspace, None, None)
    assert call.draft_id is None
    _end(call)
    assert call.ending is not None
    assert call.ending.record is not None


def test_calling_a_microphone_that_cannot_be_opened_leaves_no_call(
    workspace: Workspace, source: SilentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "microphone", lambda settings: AbsentSource())
    before = threading.active_count()
    with pytest.raises(AudioDeviceError, match="plug one in"):
        start_call(workspace, SPOKEN, None)
    assert workspace.call is None
    assert threading.active_count() <= before


def test_calling_while_a_call_in_a_terminal_listens_is_refused_and_cards_by_hand_are_not(
    workspace: Workspace, source: SilentSource
) -> None:
    with the_only_call():
        with pytest.raises(AudioDeviceError, match="listening already"):
            start_call(workspace, SPOKEN, None)
        assert not source.opened
        start_call(workspace, None, None).close()
    call = start_call(workspace, SPOKEN, None)
    with pytest.raises(AudioDeviceError, match="listening already"), the_only_call():
        pytest.fail("a terminal's call beside the one in the browser")
    _end(call)
    with the_only_call():
        assert call.is_over


def test_calling_what_heard_the_call_is_gone_when_it_is_over(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_call(workspace, SPOKEN, None)
    heard_by = weakref.ref(call.controls)
    _end(call)
    call.view.close()
    gc.collect()
    assert heard_by() is None
    with pytest.raises(InputError):
        _ = call.controls


def test_calling_an_app_that_stops_in_mid_call_leaves_the_draft_and_closes_the_microphone(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_call(workspace, SPOKEN, None)
    workspace.begin_call(None)
    assert call.is_over
    assert not source.opened
    assert _drafts(workspace) == [call.draft_id]
    call.close()  # a second time does no harm


def test_calling_a_call_that_breaks_says_so_without_its_words(
    workspace: Workspace, source: SilentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "microphone", lambda settings: BreakingSource())
    call = start_call(workspace, SPOKEN, None)
    wait_over(call)
    assert call.ending is not None
    assert call.ending.record is None
    assert "ValueError" in (call.ending.problem or "")
    assert "canary" not in (call.ending.problem or "")


def test_calling_nothing_of_the_sample_can_be_kept(
    workspace: Workspace, source: SilentSource
) -> None:
    call = start_sample(workspace)
    assert call.sample
    assert call.draft_id is None
    assert not call.may_be_kept
    _end(call)
    assert call.ending is not None
    assert call.ending.record is None
    assert call.ending.summary is not None
    assert _drafts(workspace) == []
