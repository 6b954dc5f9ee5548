"""Listing and choosing inputs."""

from __future__ import annotations

import json

import pytest

from companion.audio.devices import InputDevice, base_name, choose_input, list_inputs
from companion.audio.macos_inputs import MacInputs
from companion.audio.sound_server import SoundServer
from companion.errors import AudioDeviceError
from tests.fakes.sound import FakeClock, FakeSystem, microphone

SILENT_SERVER = SoundServer(lambda command: None, {})


def _listed(*devices: InputDevice, server: SoundServer = SILENT_SERVER) -> tuple[InputDevice, ...]:
    return list_inputs(FakeSystem(FakeClock(), devices), server)


HEADSET = microphone("USB Headset: Audio (hw:1,0)", index=0)
BUILT_IN = microphone("HDA Intel PCH: ALC257 Analog (hw:0,0)", index=1, is_default=False)
MONITOR = microphone("Monitor of Built-in Audio", index=2, is_default=False)


def test_devices_lists_every_input_and_judges_it() -> None:
    listed = _listed(HEADSET, BUILT_IN, MONITOR)
    assert [d.name for d in listed] == [HEADSET.name, BUILT_IN.name, MONITOR.name]
    assert [d.is_default for d in listed] == [True, False, False]
    assert [d.refused is not None for d in listed] == [False, False, True]


def test_devices_refuses_a_default_that_leads_to_a_monitor() -> None:
    server = SoundServer(lambda command: "speakers.monitor\n", {})
    listed = _listed(microphone("default"), BUILT_IN, server=server)
    assert listed[0].refused is not None
    assert listed[1].refused is None
    with pytest.raises(AudioDeviceError, match=r"default input 'default' is refused.*ALC257"):
        choose_input(listed)


@pytest.mark.parametrize("host_api", ["MME", "Windows DirectSound"])
def test_devices_refuses_the_alias_that_follows_the_windows_default(host_api: str) -> None:
    # "Microsoft Sound Mapper", translated: no device, it moves with the default during a call.
    alias = microphone("Soundzuordnung - Eingang", index=0, host_api=host_api, is_default=False)
    other = microphone("Mikrofon (Realtek)", index=1, host_api=host_api, is_default=False)
    default = microphone("Mikrofon (Realtek)", index=2, host_api="Windows WASAPI")
    listed = _listed(alias, other, default)
    assert [d.refused is None for d in listed] == [False, True, True]
    assert "unseen" in str(listed[0].refused)


@pytest.mark.parametrize(
    ("cut", "whole", "refused"),
    [
        ("Everything my computer plays (St", "Everything my computer plays (Stereo Mix)", True),
        ("Everything my computer plays (S", "Everything my computer plays (Stereo Mix)", True),
        ("Everything my computer plays (S", "Everything my computer plays (USB)", False),
        ("Mic", "Mic Loopback", False),
    ],
)
def test_devices_judges_what_mme_cut_off_by_the_whole_name(
    cut: str, whole: str, refused: bool
) -> None:
    listed = _listed(
        microphone("Microsoft Sound Mapper - Input", host_api="MME", is_default=False),
        microphone(cut, index=1, host_api="MME", is_default=False),
        microphone(whole, index=2, host_api="Windows WASAPI"),
    )
    assert (listed[1].refused is not None) is refused


def _profiler(**transports: str) -> MacInputs:
    items = [
        {"_name": name, "coreaudio_device_transport": f"coreaudio_device_type_{kind}"}
        for name, kind in transports.items()
    ]
    printed = json.dumps({"SPAudioDataType": [{"_items": items, "_name": "coreaudio_device"}]})
    return MacInputs(lambda command: printed)


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        ("My show", "virtual", True),
        ("My show", "aggregate", True),
        ("My show", "unknown", True),
        ("Krisp Microphone", "virtual", False),
        ("MacBook Pro Microphone", "builtin", False),
        ("Jabra Evolve2 65", "usb", False),
        ("AirPods Pro", "bluetooth", False),
        ("iPhone Microphone", "continuity_capture", False),
    ],
)
def test_devices_refuses_what_macos_lists_as_made_up_whatever_its_name(
    name: str, kind: str, refused: bool
) -> None:
    system = FakeSystem(FakeClock(), [microphone(name, host_api="Core Audio")])
    (listed,) = list_inputs(system, SILENT_SERVER, _profiler(**{name: kind}))
    assert (listed.refused is not None) is refused


@pytest.mark.parametrize("printed", [None, "", "[]", "{}", '{"SPAudioDataType": [7]}', "{"])
def test_devices_on_macos_go_by_names_where_the_system_cannot_be_asked(
    printed: str | None,
) -> None:
    system = FakeSystem(
        FakeClock(),
        [microphone("BlackHole 2ch", host_api="Core Audio"), microphone(host_api="Core Audio")],
    )
    listed = list_inputs(system, SILENT_SERVER, MacInputs(lambda command: printed))
    assert [d.refused is not None for d in listed] == [True, False]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (None, HEADSET),
        ("", HEADSET),
        ("USB Headset: Audio (hw:1,0)", HEADSET),
        ("usb headset: audio (HW:1,0)", HEADSET),
        ("USB Headset: Audio (hw:3,0)", HEADSET),
        ("USB Headset: Audio", HEADSET),
        ("headset", HEADSET),
        ("ALC257", BUILT_IN),
    ],
)
def test_devices_chooses_by_name_or_by_an_unmistakable_part(
    wanted: str | None, chosen: InputDevice
) -> None:
    assert choose_input(_listed(HEADSET, BUILT_IN, MONITOR), wanted) == chosen


def test_devices_prefers_the_defaults_own_interface_for_a_name_listed_twice() -> None:
    listed = _listed(
        microphone("Headset (Jabra)", index=0, host_api="MME", is_default=False),
        microphone("Headset (Jabra)", index=1, host_api="Windows WASAPI", is_default=False),
        microphone("Array (Intel)", index=2, host_api="Windows WASAPI"),
    )
    assert choose_input(listed, "Headset (Jabra)").host_api == "Windows WASAPI"


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("USB Hedset", "'USB Headset: Audio (hw:1,0)'"),
        ("HDA Intel PCH: ALC256", "'HDA Intel PCH: ALC257 Analog (hw:0,0)'"),
        ("audio", "'USB Headset: Audio (hw:1,0)' or 'Monitor of Built-in Audio'"),
    ],
)
def test_devices_unknown_name_suggests_the_nearest(wanted: str, hint: str) -> None:
    with pytest.raises(AudioDeviceError) as caught:
        choose_input(_listed(HEADSET, BUILT_IN, MONITOR), wanted)
    assert f"no input called {wanted!r}" in str(caught.value)
    assert hint in str(caught.value)
    assert "'companion devices'" in str(caught.value)


def test_devices_unlike_any_name_suggests_none() -> None:
    with pytest.raises(AudioDeviceError) as caught:
        choose_input(_listed(HEADSET), "qqqqqq")
    assert "did you mean" not in str(caught.value)


def test_devices_refused_is_opened_with_permission_only() -> None:
    listed = _listed(HEADSET, MONITOR)
    with pytest.raises(AudioDeviceError, match=r"refused.*choose a microphone, such as 'USB"):
        choose_input(listed, MONITOR.name)
    assert choose_input(listed, MONITOR.name, allow_loopback=True).name == MONITOR.name


def test_devices_without_any_usable_says_to_plug_one_in() -> None:
    with pytest.raises(AudioDeviceError, match="plug in a microphone"):
        choose_input(_listed(MONITOR), MONITOR.name)


def test_devices_without_any_input_says_what_to_do() -> None:
    for wanted in (None, "Headset"):
        with pytest.raises(AudioDeviceError, match=r"no microphone was found; plug one in"):
            choose_input((), wanted)


def test_devices_without_a_default_says_to_choose() -> None:
    with pytest.raises(AudioDeviceError, match="no default microphone; choose one"):
        choose_input(_listed(BUILT_IN))


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("USB Headset: Audio (hw:1,0)", "USB Headset: Audio"),
        ("USB Headset: Audio (plughw:1,0)", "USB Headset: Audio"),
        ("Headset (Jabra)", "Headset (Jabra)"),
        ("default", "default"),
    ],
)
def test_devices_base_name_leaves_out_the_card_number(name: str, base: str) -> None:
    assert base_name(name) == base
