"""Will the organizer be heard, and their words recognized? Opens no microphone."""

from __future__ import annotations

from companion.checks.check import Check, Verdict
from companion.checks.installed import usable_settings
from companion.domain.hearing import measured_on
from companion.settings import RecognizerSettings


def microphone(name: str) -> Check:
    """The one that a call would open, and never one that hears the other side."""
    from companion.audio.devices import choose_input, list_inputs

    inputs = list_inputs()
    device = choose_input(inputs, usable_settings().audio.device)
    refused = sum(1 for d in inputs if d.refused)
    aside = f" ({refused} that would hear the other side refused)" if refused else ""
    return Check(name, Verdict.OK, f"{device.name}{aside}")


def headset(name: str) -> Check:
    """Whether the microphone hears the organizer alone."""
    audio = usable_settings().audio
    headset = audio.headset
    day = measured_on(headset, audio.headset_measured)
    known = f" (measured on {day})" if day else " (as you said; 'companion headset' measures it)"
    if headset:
        return Check(name, Verdict.OK, f"a headset: your microphone hears only you{known}")
    if headset is None:
        return Check(
            name,
            Verdict.WARN,
            "not said yet whether you use a headset or speakers",
            "run 'companion headset'; with a headset the microphone hears only you",
        )
    return Check(
        name,
        Verdict.WARN,
        f"speakers: your microphone hears the other person too{known}",
        "use a headset or earphones in calls, then run 'companion headset'",
    )


def built_in_recognizer(name: str) -> Check:
    """The recognizer that needs no download loads."""
    from companion.asr.choose import choose

    choose(RecognizerSettings(engine="sphinx")).spec.build().close()
    return Check(name, Verdict.OK, "pocketsphinx loads its own model; rough, US English only")


def recognizer(name: str) -> Check:
    """Which one a call would use."""
    from companion.asr.choose import choose, in_language
    from companion.understanding.rap import find_rap

    settings = usable_settings()
    rap = find_rap(settings.call.rap)
    recognizer = in_language(settings.recognizer, rap.language)
    return Check(name, Verdict.OK, choose(recognizer).sentence)
