"""The set-up: what each step says, what it writes, and models that are downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from companion.asr.model_files import installed_models, known_model
from companion.audio import devices
from companion.errors import AudioDeviceError, InputError
from companion.web import hearing
from companion.web.calling import start_call
from companion.web.downloads import Downloads, Phase
from tests.fakes.hub import FakeHub, FakeRepository
from tests.fakes.sound import microphone
from tests.fakes.speaker import SpeakerSource, Turn
from tests.fakes.web import Pages
from tests.fakes.whisper_model import make_whisper_model

MODEL = "base.en"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub on this machine that has one model."""
    folder = make_whisper_model(tmp_path / "model", says="yes we can")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with FakeHub({known_model(MODEL).repository: FakeRepository(files)}) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.endpoint)
        yield made


# Steps.


def test_setup_says_how_each_step_stands(bare_pages: Pages) -> None:
    page = bare_pages.get("/setup")

    for state in ("not tried yet", "not said yet", "built in, rough", "not made yet", "90 days"):
        assert state in page
    assert "the one thing here that uses the network" in page


@pytest.mark.parametrize(
    ("what", "value", "state"),
    [("headset", "true", "2. Headset or speakers headset"), ("keep_days", "30", "30 days")],
)
def test_setup_remembers_what_is_chosen(pages: Pages, what: str, value: str, state: str) -> None:
    assert state in pages.post(f"/setup/set/{what}", value=value)


@pytest.mark.parametrize(
    ("what", "value"), [("keep_days", "0"), ("keep_days", "soon"), ("headset", "maybe")]
)
def test_setup_refuses_what_cannot_be_used(pages: Pages, what: str, value: str) -> None:
    before = pages.workspace.settings_path.read_bytes()

    pages.post(f"/setup/set/{what}", 422, value=value)
    assert pages.workspace.settings_path.read_bytes() == before


def test_setup_writes_no_other_setting(pages: Pages) -> None:
    before = pages.workspace.settings_path.read_bytes()

    pages.post("/setup/set/use_keyring", value="true")
    assert pages.workspace.settings_path.read_bytes() == before


def test_setup_is_offered_at_home_until_it_is_done(bare_pages: Pages) -> None:
    assert "Set it up" in bare_pages.get("/")
    bare_pages.post("/setup/set/headset", value="true")
    assert "Set it up" in bare_pages.get("/")
    phrase = "four words nobody guesses"
    bare_pages.post("/setup/notes", passphrase=phrase, again=phrase)

    assert "Set it up" not in bare_pages.get("/")


# The microphone.


def test_setup_chooses_a_microphone(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "list_inputs", lambda: (microphone("USB Headset"),))
    pages.post("/setup/set/device", value="USB Headset")

    assert pages.workspace.settings.audio.device == "USB Headset"
    assert '<option value="USB Headset" selected>' in pages.raw("/setup")


def test_setup_says_how_the_microphone_was_heard(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = (Turn(0.5, 2.0, "one two three"),)
    monkeypatch.setattr(hearing, "microphone", lambda _: SpeakerSource(voice, length_s=10.0))
    page = pages.post("/setup/level", device="")

    assert "1. Your microphone heard well" in page
    assert "I hear you well." in page


def test_setup_a_missing_microphone_is_said_in_words(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: object) -> SpeakerSource:
        raise AudioDeviceError("there is no microphone; plug one in")

    monkeypatch.setattr(hearing, "microphone", absent)
    page = pages.post("/setup/level", device="")

    assert "There is no microphone; plug one in." in page
    assert "1. Your microphone tried" in page


# Models.


def test_setup_downloads_a_model_on_a_thread(pages: Pages, hub: FakeHub) -> None:
    downloads = Downloads(pages.workspace)
    downloads.begin(MODEL)
    downloads.wait()

    last = downloads.last
    assert last is not None
    assert last.phase is Phase.DONE, last.problem
    assert [model.name for model in installed_models()] == [MODEL]


def test_setup_a_download_tells_in_words_why_it_failed(pages: Pages, hub: FakeHub) -> None:
    hub.status = 503
    downloads = Downloads(pages.workspace)
    downloads.begin(MODEL)
    downloads.wait()

    last = downloads.last
    assert last is not None
    assert last.phase is Phase.FAILED
    assert last.words == "The hub cannot serve this now (503); download it again later."
    assert not last.is_on


def test_setup_a_stopped_download_keeps_nothing_half(pages: Pages, hub: FakeHub) -> None:
    pages.workspace.stopping.set()
    downloads = Downloads(pages.workspace)
    downloads.begin(MODEL)
    downloads.wait()

    last = downloads.last
    assert last is not None
    assert last.phase is Phase.STOPPED
    assert installed_models() == []


def test_setup_downloads_nothing_during_a_call(pages: Pages, hub: FakeHub) -> None:
    call = start_call(pages.workspace, None, None)
    with pytest.raises(InputError, match="a call is on"):
        Downloads(pages.workspace).begin(MODEL)

    assert "nothing uses the network" in pages.post(f"/setup/models/{MODEL}", 422)
    assert hub.requests == []
    call.close()


def test_setup_refuses_an_unknown_model(pages: Pages, hub: FakeHub) -> None:
    assert "is known" in pages.post("/setup/models/nonsense", 422)
    assert hub.requests == []


def test_setup_progress_is_data_for_the_page(pages: Pages) -> None:
    answer = pages.file("/setup/models/progress")

    assert answer.text == '{"on":false,"words":"","here":0,"total":0}'
