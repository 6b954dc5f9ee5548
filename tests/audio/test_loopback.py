"""Own side only: inputs that would hear the other person, by name and by where they lead."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from companion.audio.loopback import SoundServer, ask_program, refused_lead, refused_name

LOOPBACKS = [
    # PulseAudio and PipeWire
    "Monitor of Built-in Audio Analog Stereo",
    "Monitor Source of Null Output",
    "Monitor von Internes Audio Analog Stereo",
    "Moniteur de Audio interne Stéréo analogique",
    "Monitor de Audio Interno Estéreo analógico",
    "Monitor di Audio interno",
    "alsa_output.pci-0000_00_1f.3.analog-stereo.monitor",
    "bluez_output.00_11_22_33_44_55.1.monitor",
    # ALSA's own loopback card
    "Loopback: PCM (hw:2,1)",
    # Windows sound cards
    "Stereo Mix (Realtek(R) Audio)",
    "STEREO MIX",
    "Stereomix (Realtek High Definition Audio)",
    "Stereo-Mix (Realtek)",
    "Mixage stéréo (Realtek Audio)",
    "Mezcla estéreo (Realtek Audio)",
    "Missaggio stereo (Realtek)",
    "Mixagem estéreo (Realtek)",
    "Стерео микшер (Realtek)",
    "Miks stereo (Realtek)",
    "ステレオ ミキサー (Realtek)",
    "立体声混音 (Realtek)",
    "스테레오 믹스(Realtek)",
    "What U Hear (Sound Blaster)",
    "What You Hear (Creative)",
    "Wave Out Mix",
    "Rec. Playback (SigmaTel)",
    # Windows WASAPI loopback, as PortAudio builds name it
    "Speakers (Realtek(R) Audio) [Loopback]",
    # Virtual cables and mixers
    "CABLE Output (VB-Audio Virtual Cable)",
    "CABLE-A Output (VB-Audio Cable A)",
    "Hi-Fi Cable Output",
    "Line 1 (Virtual Audio Cable)",
    "VoiceMeeter Output (VB-Audio VoiceMeeter VAIO)",
    "Voicemeeter Out B1",
    "virtual-audio-capturer",
    "Broadcast Stream Mix (TC-Helicon GoXLR)",
    "Wave Link Stream (Elgato Wave:XLR)",
    "SteelSeries Sonar - Stream (SteelSeries Sonar Virtual Audio Device)",
    # macOS
    "BlackHole 2ch",
    "Blackhole 16ch",
    "Soundflower (2ch)",
    "Soundflower (64ch)",
    "Loopback Audio",
    "Loopback Audio 2",
    "iShowU Audio Capture",
    "Background Music",
    "ZoomAudioDevice",
    "Microsoft Teams Audio",
    "Aggregate Device",
    "Multi-Output Device",
    "Hauptgerät",
]

MICROPHONES = [
    "default",
    "pulse",
    "sysdefault",
    "HDA Intel PCH: ALC257 Analog (hw:0,0)",
    "Built-in Audio Analog Stereo",
    "MacBook Pro Microphone",
    "MacBook Air-Mikrofon",
    "External Microphone",
    "AirPods Pro",
    "Jabra Evolve2 65: USB Audio (hw:1,0)",
    "Headset Microphone (Plantronics Blackwire 5220)",
    "Mikrofon (Realtek(R) Audio)",
    "Microphone Array (Intel® Smart Sound Technology)",
    "Microsoft Sound Mapper - Input",
    "Primary Sound Capture Driver",
    "Line In (Realtek(R) Audio)",
    "Blue Snowball",
    "Yeti Stereo Microphone: USB Audio (hw:2,0)",
    "RØDE NT-USB Mini",
    "Scarlett 2i2 USB",
    "Shure MV7",
    "Krisp Microphone",
    "NVIDIA Broadcast (Microphone)",
    "SteelSeries Sonar - Microphone (SteelSeries Sonar Virtual Audio Device)",
    "Elgato Wave:3",
    "Chat Mic (TC-Helicon GoXLR)",
    "iPhone Microphone",
    # "Monitor" and "mix" as parts of products' names: a microphone is a microphone
    "Studio Monitor Mic",
    "Dell Monitor RGB Webcam",
    "HP E24m Monitor Audio",
    "Monitor Headset Microphone",
    "Baby Monitor USB",
    "MixPre-3",
    "Wireless Mixer Microphone",
    "Stereo Microphone",
    "Cable Creation USB Mic",
]


@pytest.mark.parametrize("name", LOOPBACKS)
def test_loopback_is_refused_by_name(name: str) -> None:
    reason = refused_name(name)
    assert reason is not None
    assert reason.startswith("it ")


@pytest.mark.parametrize("name", MICROPHONES)
def test_loopback_rules_let_microphones_pass(name: str) -> None:
    assert refused_name(name, "ALSA") is None


@pytest.mark.parametrize(
    ("host_api", "refused"),
    [("JACK Audio Connection Kit", True), ("ALSA", False), ("Windows WASAPI", False)],
)
def test_loopback_takes_a_monitor_at_the_end_for_one_under_jack_only(
    host_api: str, refused: bool
) -> None:
    assert (refused_name("Built-in Audio Analog Stereo Monitor", host_api) is not None) is refused


def _server(environment: Mapping[str, str] | None = None, **printed: str) -> SoundServer:
    """A sound server whose pactl prints what is given, by the command's last word."""
    return SoundServer(
        lambda command: printed.get(command[-1].replace("-", "_")), environment or {}
    )


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
        ({"PULSE_SOURCE": MONITOR}, None, True),
        ({"PULSE_SOURCE": ""}, MONITOR, True),
        ({}, None, False),
        ({}, "", False),
    ],
)
def test_loopback_follows_the_default_to_where_it_leads(
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
def test_loopback_refuses_a_sound_server_across_the_network(address: str, local: bool) -> None:
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


SOURCES = f"0\t{MIC}\tmodule-alsa-card.c\ts16le\tRUNNING\n1\t{MONITOR}\tmodule\ts16le\tIDLE\n"


@pytest.mark.parametrize(
    ("what", "whose", "source", "refused"),
    [
        ("our recording hears a microphone", 0, 0, False),
        ("our recording was moved to a monitor", 0, 1, True),
        ("somebody else records a monitor", 1, 1, False),
        ("our source is not listed", 0, 5, False),
    ],
)
def test_loopback_sees_where_an_open_recording_was_led(
    what: str, whose: int, source: int, refused: bool
) -> None:
    process_id = os.getpid() + whose  # 0: our own
    server = _server(source_outputs=_outputs(process_id, source), sources=SOURCES)
    assert (server.refused_in_use() is not None) is refused, what


def test_loopback_cannot_tell_without_pactl_and_says_nothing() -> None:
    assert _server().refused_in_use() is None
    assert _server().default_source() is None


def test_loopback_names_where_an_input_leads() -> None:
    assert refused_lead(MIC) is None
    assert MONITOR in str(refused_lead(MONITOR))


def test_loopback_asking_a_program_that_is_missing_or_fails_gives_none() -> None:
    assert ask_program(("no-such-program-here", "x")) is None
    assert ask_program(("python3", "-c", "raise SystemExit(3)")) is None
