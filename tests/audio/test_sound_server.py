"""Own side only: where an input of the sound server leads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from companion.audio.sound_server import SoundServer, ask_program


def _server(environment: Mapping[str, str] | None = None, **printed: str) -> SoundServer:
    """A sound server whose pactl prints what is given, by the command's last word."""
    return SoundServer(
        lambda command: printed.get(command[-1].replace("-", "_")), environment or {}
    )


def _in_use_refused(server: SoundServer) -> bool:
    route = server.in_use()
    return route is not None and route.refused is not None


MIC = "alsa_input.usb-Jabra.mono"
MONITOR = "alsa_output.pci.analog-stereo.monitor"


@pytest.mark.parametrize(
    ("environment", "pactl", "refused"),
    [
        ({}, MIC, False),
        ({}, MONITOR, True),
        ({"PULSE_SOURCE": MONITOR}, MIC, True),
        ({"PULSE_SOURCE": MIC}, MONITOR, False),
        ({"PULSE_SOURCE": "@DEFAULT_SOURCE@"}, MONITOR, True),
        ({"PULSE_SOURCE": "@DEFAULT_SOURCE@"}, MIC, False),
        ({"PULSE_SOURCE": MONITOR}, None, True),
        ({"PULSE_SOURCE": ""}, MONITOR, True),
        ({}, None, False),
        ({}, "", False),
    ],
)
def test_sound_server_follows_the_default_to_where_it_leads(
    environment: dict[str, str], pactl: str | None, refused: bool
) -> None:
    printed = {} if pactl is None else {"get_default_source": pactl + "\n"}
    server = _server(environment, **printed)
    for name in ("default", "pulse", "pipewire"):
        reason = server.refused(name, "ALSA")
        assert (reason is not None) is refused
        assert reason is None or MONITOR in reason
    # Whatever does not go through the server is not judged by it.
    assert server.refused("HDA Intel PCH: ALC257 Analog (hw:0,0)", "ALSA") is None
    assert server.refused("default", "Core Audio") is None


def test_sound_server_knows_the_word_for_what_the_speakers_play() -> None:
    server = _server({"PULSE_SOURCE": "@DEFAULT_MONITOR@"}, get_default_source=MIC + "\n")
    assert "what the speakers play" in str(server.refused("pulse", "ALSA"))


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("", True),
        ("unix:/run/user/1000/pulse/native", True),
        ("/run/user/1000/pulse/native", True),
        ("{3f2a}unix:/tmp/native", True),
        ("tcp:localhost:4713", True),
        ("127.0.0.1", True),
        ("tcp6:[::1]:4713", True),
        ("tcp:192.168.1.7:4713", False),
        ("studio.example.org", False),
        ("unix:/tmp/native tcp:studio.example.org", False),
        ("localhost.example.org", False),
    ],
)
def test_sound_server_refuses_a_sound_server_across_the_network(address: str, local: bool) -> None:
    server = _server({"PULSE_SERVER": address}, get_default_source=MIC)
    reason = server.refused("default", "ALSA")
    assert (reason is None) is local
    assert local or "network" in str(reason)


def _outputs(process_id: int, source: int) -> str:
    return (
        f"Source Output #7\n\tDriver: protocol-native.c\n\tSource: 99\n\tProperties:\n"
        f'\t\tapplication.process.id = "1"\n\n'
        f"Source Output #8\n\tDriver: protocol-native.c\n\tSource: {source}\n\tProperties:\n"
        f'\t\tapplication.name = "ALSA plug-in"\n\t\tapplication.process.id = "{process_id}"\n'
    )


def _source(
    index: int,
    name: str,
    *properties: str,
    monitor_of: str = "n/a",
    module: str = "n/a",
    driver: str = "PipeWire",
) -> str:
    lines = "".join(f"\t\t{p}\n" for p in properties)
    return (
        f"Source #{index}\n\tState: IDLE\n\tName: {name}\n\tDescription: About {name}\n"
        f"\tDriver: {driver}\n\tOwner Module: {module}\n\tMonitor of Sink: {monitor_of}\n"
        f"\tProperties:\n{lines}\tFormats:\n\t\tpcm\n\n"
    )


def _recording(source: int, *properties: str, module: str = "n/a", client: str = "n/a") -> str:
    lines = "".join(f"\t\t{p}\n" for p in properties)
    return (
        f"Source Output #{source + 40}\n\tDriver: PipeWire\n\tOwner Module: {module}\n"
        f"\tClient: {client}\n\tSource: {source}\n\tProperties:\n{lines}\n"
    )


SOURCES = _source(0, MIC) + _source(1, MONITOR, monitor_of="speakers")


@pytest.mark.parametrize(
    ("what", "whose", "source", "refused"),
    [
        ("our recording hears a microphone", 0, 0, False),
        ("our recording was moved to a monitor", 0, 1, True),
        ("somebody else records a monitor", 1, 1, False),
        ("our source is not listed", 0, 5, False),
    ],
)
def test_sound_server_sees_where_an_open_recording_was_led(
    what: str, whose: int, source: int, refused: bool
) -> None:
    process_id = os.getpid() + whose  # 0: our own
    server = _server(source_outputs=_outputs(process_id, source), sources=SOURCES)
    assert _in_use_refused(server) is refused, what


def test_sound_server_cannot_tell_without_pactl_and_says_nothing() -> None:
    assert _server().in_use() is None
    assert _server().default_source() is None


NO_MODULE = "4294967295"
MADE_FROM = [
    # (what, the source's own entry, further sources, recordings, refused)
    ("a microphone", _source(2, "odd"), "", "", False),
    ("a monitor by its class", _source(2, "odd", 'device.class = "monitor"'), "", "", True),
    ("a monitor by its sink", _source(2, "odd", monitor_of="speakers"), "", "", True),
    (
        "remapped from a monitor, as it says",
        _source(2, "odd", f'device.master_device = "{MONITOR}"', module="7"),
        "",
        "",
        True,
    ),
    (
        "remapped from a microphone",
        _source(2, "odd", f'device.master_device = "{MIC}"', module="7"),
        "",
        _recording(0, module="7"),
        False,
    ),
    (
        "remapped from a microphone, and moved to a monitor by hand",
        _source(2, "odd", f'device.master_device = "{MIC}"', module="7"),
        "",
        _recording(1, module="7"),
        True,
    ),
    (
        "remapped twice",
        _source(2, "odd", 'device.master_device = "between"'),
        _source(3, "between", f'device.master_device = "{MONITOR}"'),
        "",
        True,
    ),
    (
        "remapped in a circle",
        _source(2, "odd", 'device.master_device = "between"'),
        _source(3, "between", 'device.master_device = "odd"'),
        "",
        False,
    ),
    (
        "a PipeWire loopback from a monitor",
        _source(2, "odd", 'node.link-group = "loopback-12-3"'),
        "",
        _recording(1, 'node.link-group = "loopback-12-3"'),
        True,
    ),
    (
        "an echo canceller with a monitor as its reference",
        _source(2, "odd", 'node.link-group = "echo-cancel-12-3"'),
        "",
        _recording(0, 'node.link-group = "echo-cancel-12-3"')
        + _recording(1, 'node.link-group = "echo-cancel-12-3"', 'stream.capture.sink = "true"'),
        False,
    ),
    (
        "no module, while somebody else without one records a monitor",
        _source(2, "odd", module=NO_MODULE),
        "",
        _recording(1, module=NO_MODULE),
        False,
    ),
    (
        "a virtual source that programs are linked to",
        _source(2, "odd", 'factory.name = "support.null-audio-sink"'),
        "",
        "",
        True,
    ),
    (
        "remapped from EasyEffects' microphone",
        _source(2, "odd", 'device.master_device = "easyeffects_source"'),
        _source(3, "easyeffects_source", 'factory.name = "support.null-audio-sink"'),
        "",
        False,
    ),
    ("across the network", _source(2, "odd", driver="module-tunnel-source.c"), "", "", True),
    (
        "a phone that plays through this computer",
        _source(2, "odd", 'api.bluez5.profile = "audio-gateway"'),
        "",
        "",
        True,
    ),
    (
        "a headset by Bluetooth",
        _source(2, "odd", 'api.bluez5.profile = "headset-head-unit"'),
        "",
        "",
        False,
    ),
]


@pytest.mark.parametrize(("what", "own", "others", "recordings", "refused"), MADE_FROM)
def test_sound_server_follows_what_a_source_is_made_from(
    what: str, own: str, others: str, recordings: str, refused: bool
) -> None:
    server = _server(
        get_default_source="odd\n", sources=SOURCES + own + others, source_outputs=recordings
    )
    assert (server.refused("default", "ALSA") is not None) is refused, what
    # PortAudio built for the server names its sources by their descriptions.
    assert (server.refused("About odd", "PulseAudio") is not None) is refused, what


@pytest.mark.parametrize(("what", "own", "others", "recordings", "refused"), MADE_FROM)
def test_sound_server_follows_an_open_recording_as_far(
    what: str, own: str, others: str, recordings: str, refused: bool
) -> None:
    mine = _recording(2, f'application.process.id = "{os.getpid()}"')
    server = _server(sources=SOURCES + own + others, source_outputs=recordings + mine)
    assert _in_use_refused(server) is refused, what


def test_sound_server_finds_our_recording_by_its_client() -> None:
    clients = f'Client #9\n\tProperties:\n\t\tapplication.process.id = "{os.getpid()}"\n'
    for client, refused in (("9", True), ("8", False)):
        server = _server(
            sources=SOURCES, source_outputs=_recording(1, client=client), clients=clients
        )
        assert _in_use_refused(server) is refused


@pytest.mark.parametrize(
    ("inspected", "refused"),
    [
        ('id 52, type PipeWire:Interface:Node\n  * node.name = "alsa_input.usb"\n', False),
        ('  * media.class = "Audio/Sink"\n  * node.name = "alsa_output.pci"\n', True),
    ],
)
def test_sound_server_asks_pipewire_itself_where_pactl_is_missing(
    inspected: str, refused: bool
) -> None:
    server = SoundServer(lambda command: inspected if command[0] == "wpctl" else None, {})
    assert (server.refused("default", "ALSA") is not None) is refused


@pytest.mark.parametrize("name", ["upmix", "speexrate", "samplerate:x", "pipewire"])
def test_sound_server_is_behind_alsas_converters_too(name: str) -> None:
    assert _server(get_default_source=MONITOR).refused(name, "ALSA") is not None


def test_sound_server_asking_a_program_that_is_missing_or_fails_gives_none() -> None:
    assert ask_program(("no-such-program-here", "x")) is None
    assert ask_program(("python3", "-c", "raise SystemExit(3)")) is None


def test_sound_server_of_older_days_is_asked_in_its_own_way() -> None:
    info = f"Server Name: pulseaudio\nDefault Sink: speakers\nDefault Source: {MONITOR}\n"
    assert MONITOR in str(_server(info=info).refused("default", "ALSA"))
    assert _server(info=info.replace(MONITOR, MIC)).refused("default", "ALSA") is None


@pytest.mark.parametrize("socket", ["pulse/native", "pipewire-0"])
def test_sound_server_that_runs_and_cannot_be_asked_is_refused(tmp_path: Path, socket: str) -> None:
    server = _server({"XDG_RUNTIME_DIR": str(tmp_path)})
    assert server.refused("default", "ALSA") is None, "without a server there is a sound card"
    (tmp_path / socket).parent.mkdir(exist_ok=True)
    (tmp_path / socket).touch()
    assert "pulseaudio-utils" in str(server.refused("default", "ALSA"))
    assert server.refused("USB Headset: Audio (hw:1,0)", "ALSA") is None
