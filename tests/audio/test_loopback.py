"""Own side only: inputs that would hear the other person, by name."""

from __future__ import annotations

import pytest

from companion.audio.loopback import refused_lead, refused_name

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
    "Gerät mit mehreren Ausgängen",
    "Périphérique agrégé",
    "Dispositivo combinato",
    "機器セット",
    "eqMac",
    "Boom2Device",
    "WebexMediaAudioDevice",
    "Microsoft Teams Audio Device (Virtual)",
    # More languages of the sound server
    "Монитор источника Встроенное аудио",
    "Övervakare av Inbyggt ljud",
    "Sledování Vnitřní zvukový systém",
    "内置音频 模拟立体声 的监视器",
    "内蔵オーディオ アナログステレオ のモニター",
    # Cut to the 31 characters of MME, and with a name given by hand
    "Stereo Mix (Realtek High Defini",
    "CABLE Output (VB-Audio Virtual ",
    "Aufnahme (VB-Audio Cable A)",
    "Sztereó keverő (Realtek)",
    "Stereo směšovač (Realtek)",
    "Στερεοφωνική μίξη (Realtek)",
    "My own name (Realtek HD Audio Stereo input)",
    "Virtual Desktop Audio (Virtual Desktop Virtual Audio Device)",
    "Microphone (Steam Streaming Microphone)",
    "RØDE Connect System",
    # A phone that plays through the computer
    "bluez_source.AA_BB_CC_DD_EE_FF.a2dp_source",
    "bluez_source.AA_BB_CC_DD_EE_FF.headset_audio_gateway",
    "bluez_source.AA_BB_CC_DD_EE_FF.handsfree_audio_gateway",
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
    "RØDE NT1 Signature Series",
    "ZOOM H4essential Audio",
    "Zoom UAC-2",
    "Jabra SPEAK 510 USB",
    "Echo Cancelling Speakerphone (Jabra SPEAK 510 USB)",
    "Sunshine's AirPods",
    "Boom Microphone USB",
    "Boombox Microphone",
    "Blackwire 3220",
    "Aggregate Sounds Mic",
    "Монитор Dell U2723QE Микрофон",
    "Mikrofon (USB Stereo Headset)",
    "Output Eight Microphone",
    "bluez_input.AA_BB_CC_DD_EE_FF.0",
    "bluez_source.AA_BB_CC_DD_EE_FF.handsfree_head_unit",
    "alsa_input.pci-0000_00_1f.3.analog-stereo",
    "alsa_input.usb-Focusrite_Scarlett_2i2_USB-00.analog-stereo",
    "echo-cancel-source",
    "rnnoise_source",
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


@pytest.mark.parametrize(
    ("host_api", "name", "refused"),
    [
        ("Windows WDM-KS", "PC Speaker (Realtek HD Audio 2nd output with SST)", True),
        ("Windows WDM-KS", "Speakers 1 (Realtek HD Audio output)", True),
        ("Windows WASAPI", "Lautsprecher (Realtek(R) Audio)", True),
        ("MME", "Haut-parleurs (Realtek(R) Audio", True),
        ("Windows WDM-KS", "Output (NVIDIA High Definition Audio)", True),
        ("Windows WDM-KS", "Microphone (Realtek HD Audio Mic input)", False),
        ("Windows WDM-KS", "Headset (@System32\\drivers\\bthhfenum.sys,#2;(Jabra))", False),
        ("MME", "Microphone (Jabra SPEAK 510 USB", False),
        ("Windows WASAPI", "Speakerphone (Poly Sync 20)", False),
        ("ALSA", "Speakers Corner Mic (hw:1,0)", False),
        ("JACK Audio Connection Kit", "system", False),
        ("JACK Audio Connection Kit", "Firefox", True),
        ("JACK Audio Connection Kit", "ZOOM VoiceEngine", True),
    ],
)
def test_loopback_judges_names_by_whose_they_are(host_api: str, name: str, refused: bool) -> None:
    assert (refused_name(name, host_api) is not None) is refused


def test_loopback_names_where_an_input_leads() -> None:
    monitor = "alsa_output.pci.analog-stereo.monitor"
    assert refused_lead("alsa_input.usb-Jabra.mono") is None
    assert monitor in str(refused_lead(monitor))
