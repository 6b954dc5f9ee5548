from __future__ import annotations

import dataclasses
import errno
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from companion import locations
from companion.asr import download
from companion.asr.download import Offer, Progress, fetch
from companion.asr.hub import Hub
from companion.asr.model_files import (
    KnownModel,
    installed_models,
    known_model,
    read_record,
    sha256_of,
    verify,
)
from companion.errors import ModelError
from tests.fakes.hub import REVISION, FakeHub, FakeRepository
from tests.fakes.whisper_model import make_whisper_model


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = make_whisper_model(tmp_path_factory.mktemp("hub") / "model", says="yes we can")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {"README.md": b"# A model", ".gitattributes": b"", **files}


@pytest.fixture
def model() -> KnownModel:
    return known_model("base.en")


@pytest.fixture
def hub(content: dict[str, bytes], model: KnownModel) -> Iterator[FakeHub]:
    with FakeHub({model.repository: FakeRepository(dict(content))}) as hub:
        yield hub


def get(hub: FakeHub, model: KnownModel) -> list[Progress]:
    with Hub(hub.endpoint) as client:
        return list(fetch(client, Offer(model, client.listing(model))))


def offer_of(hub: FakeHub, model: KnownModel) -> Offer:
    with Hub(hub.endpoint) as client:
        return Offer(model, client.listing(model))


def part_of(hub: FakeHub, model: KnownModel, file: str = "model.bin") -> Path:
    return offer_of(hub, model).partial_folder / f"{file}.part"


def test_download_brings_a_whole_model_that_verifies(
    hub: FakeHub, model: KnownModel, content: dict[str, bytes]
) -> None:
    progress = get(hub, model)
    folder = locations.speech_models() / "base.en"
    wanted = {name for name in content if name not in ("README.md", ".gitattributes")}
    assert {path.name for path in folder.iterdir()} == wanted | {"download.json"}
    assert [m.name for m in installed_models()] == ["base.en"]
    assert installed_models()[0].problem is None
    verdict = verify("base.en")
    assert verdict.compared
    assert verdict.intact
    record = read_record(folder)
    assert record is not None
    assert record.revision == REVISION
    assert record.repository == model.repository
    assert record.files["model.bin"].sha256 == sha256_of(folder / "model.bin")
    # Progress only grows, and ends with everything.
    counts = [p.bytes for p in progress]
    assert counts == sorted(counts)
    assert counts[-1] == progress[-1].total_bytes == sum(len(content[name]) for name in wanted)
    # Nothing is left beside it.
    assert [path.name for path in folder.parent.iterdir()] == ["base.en"]


def test_download_shows_the_size_before_anything_is_fetched(
    hub: FakeHub, model: KnownModel, content: dict[str, bytes]
) -> None:
    offer = offer_of(hub, model)
    assert offer.total_bytes == sum(
        len(data) for name, data in content.items() if name not in ("README.md", ".gitattributes")
    )
    assert offer.listing.revision == REVISION
    assert offer.here_bytes() == 0
    assert hub.downloads() == []
    assert not locations.speech_models().exists()


def test_download_tells_the_hub_nothing_about_this_computer(
    hub: FakeHub, model: KnownModel
) -> None:
    get(hub, model)
    sent = {name.lower() for request in hub.requests for name in request.headers}
    assert sent <= {"host", "accept", "accept-encoding", "connection", "user-agent", "range"}
    agents = {r.headers.get("User-Agent", r.headers.get("user-agent")) for r in hub.requests}
    assert all(agent and agent.startswith("companion/") and " " not in agent for agent in agents)


def test_download_goes_on_at_once_after_a_cut_connection(hub: FakeHub, model: KnownModel) -> None:
    hub.cuts["model.bin"] = [300_000, 200_000]
    get(hub, model)
    firsts = [first for file, first in hub.downloads() if file == "model.bin"]
    assert firsts == [0, 300_000, 500_000]
    assert verify("base.en").intact


def test_download_goes_on_in_the_next_run(hub: FakeHub, model: KnownModel) -> None:
    hub.cuts["model.bin"] = [100_000, 0]
    with pytest.raises(ModelError, match=r"broke off.*what has arrived is kept"):
        get(hub, model)
    assert installed_models() == []
    assert part_of(hub, model).stat().st_size == 100_000
    before = len(hub.downloads())
    assert offer_of(hub, model).here_bytes() >= 100_000
    get(hub, model)
    # Finished files are not fetched twice.
    assert hub.downloads()[before:] == [("model.bin", 100_000)]
    assert verify("base.en").intact


def test_download_gives_up_when_the_connection_keeps_breaking(
    hub: FakeHub, model: KnownModel
) -> None:
    hub.cuts["model.bin"] = [1000] * 50
    with pytest.raises(ModelError, match="broke off"):
        get(hub, model)
    tries = [first for file, first in hub.downloads() if file == "model.bin"]
    assert len(tries) == download.ATTEMPTS


def test_download_starts_over_where_the_hub_cannot_resume(hub: FakeHub, model: KnownModel) -> None:
    hub.cuts["model.bin"] = [100_000]
    hub.ignores_ranges = True
    get(hub, model)
    assert verify("base.en").intact


def test_download_stopped_by_hand_goes_on_in_the_next_run(hub: FakeHub, model: KnownModel) -> None:
    with Hub(hub.endpoint) as client:
        progress = fetch(client, Offer(model, client.listing(model)))
        for step in progress:
            if step.bytes > 200_000:
                break
        progress.close()  # type: ignore[attr-defined]
    assert installed_models() == []
    here = offer_of(hub, model).here_bytes()
    assert here > 0
    counts = [p.bytes for p in get(hub, model)]
    assert max(counts) == offer_of(hub, model).total_bytes
    assert verify("base.en").intact


@pytest.mark.parametrize("file", ["model.bin", "tokenizer.json"])
def test_download_refuses_and_deletes_a_file_with_a_wrong_checksum(
    hub: FakeHub, model: KnownModel, file: str
) -> None:
    repository = hub.repositories[model.repository]
    repository.lies_about = frozenset({file})
    with pytest.raises(ModelError, match=rf"{file} of base\.en arrived with a wrong checksum"):
        get(hub, model)
    assert installed_models() == []
    assert not part_of(hub, model, file).exists()
    repository.lies_about = frozenset()
    get(hub, model)
    assert verify("base.en").intact


def test_download_mends_what_was_damaged_between_two_runs(hub: FakeHub, model: KnownModel) -> None:
    folder = offer_of(hub, model).partial_folder
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "model.bin.part").write_bytes(b"x" * 10_000_000)
    (folder / "tokenizer.json.part").write_bytes(b"x" * 10)
    with pytest.raises(ModelError, match=r"tokenizer\.json .*wrong checksum"):
        get(hub, model)
    get(hub, model)
    assert verify("base.en").intact


def test_download_replaces_an_older_or_broken_model(hub: FakeHub, model: KnownModel) -> None:
    get(hub, model)
    folder = locations.speech_models() / "base.en"
    assert offer_of(hub, model).is_installed()
    (folder / "model.bin").write_bytes(b"broken")
    assert not offer_of(hub, model).is_installed()
    get(hub, model)
    assert offer_of(hub, model).is_installed()
    newer = "f" * 40
    hub.repositories[model.repository].revision = newer
    assert not offer_of(hub, model).is_installed()
    get(hub, model)
    record = read_record(folder)
    assert record is not None
    assert record.revision == newer
    assert [path.name for path in folder.parent.iterdir()] == ["base.en"]


@pytest.mark.parametrize(
    ("status", "fragment"),
    [
        (404, r"has no Systran/faster-whisper-base\.en .*\(404\)"),
        (401, r"that anyone may fetch \(401\)"),
        (503, r"cannot serve this now \(503\).*again later"),
        (429, r"\(429\)"),
    ],
)
def test_download_words_the_hubs_refusals(
    hub: FakeHub, model: KnownModel, status: int, fragment: str
) -> None:
    hub.status = status
    with pytest.raises(ModelError, match=fragment):
        get(hub, model)


@pytest.mark.parametrize(
    "page", [b"<html>Welcome to the hotel</html>", b"{}", b'{"sha": "x", "siblings": []}']
)
def test_download_tells_a_sign_in_page_from_a_hub(
    hub: FakeHub, model: KnownModel, page: bytes
) -> None:
    hub.page = page
    with pytest.raises(ModelError, match="sign-in page"):
        get(hub, model)


def test_download_refuses_a_repository_that_lacks_a_file(hub: FakeHub, model: KnownModel) -> None:
    del hub.repositories[model.repository].files["tokenizer.json"]
    with pytest.raises(ModelError, match=r"lacks tokenizer\.json"):
        get(hub, model)


def test_download_without_network_says_how_else_to_get_a_model(
    hub: FakeHub, model: KnownModel
) -> None:
    with FakeHub({}) as closed:
        endpoint = closed.endpoint
    with (
        Hub(endpoint) as client,
        pytest.raises(ModelError, match=r"no connection to 127\.0\.0\.1.*by hand"),
    ):
        client.listing(model)


def test_download_checks_the_disk_before_it_begins(
    hub: FakeHub, model: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 1_000_000))
    with pytest.raises(ModelError, match="1 MB are free"):
        get(hub, model)
    assert hub.downloads() == []


def test_download_keeps_what_it_has_when_the_disk_fills_up(
    hub: FakeHub, model: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "write_record", full)
    with pytest.raises(ModelError, match=r"is full; what has arrived is kept"):
        get(hub, model)
    assert installed_models() == []
    offer = offer_of(hub, model)
    assert offer.here_bytes() == offer.total_bytes


@pytest.mark.parametrize("endpoint", ["http://example.org", "ftp://example.org"])
def test_download_refuses_a_hub_without_encryption(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(ModelError, match="not https"):
        Hub()


def test_download_fetches_no_file_that_a_model_does_not_need(
    hub: FakeHub, model: KnownModel
) -> None:
    files = hub.repositories[model.repository].files
    files["../../outside.txt"] = b"x"
    files["sub/model.bin"] = b"x"
    files["pytorch_model.bin"] = b"x"
    get(hub, model)
    fetched = {file for file, _ in hub.downloads()}
    assert fetched == {
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.json",
        "preprocessor_config.json",
    }


def test_download_values_are_frozen(hub: FakeHub, model: KnownModel) -> None:
    offer = offer_of(hub, model)
    with pytest.raises(dataclasses.FrozenInstanceError):
        offer.model = model  # type: ignore[misc]
