"""Refuses inputs that would hear the other person: loopback and monitor devices.

Own side only is a promise, so it is kept twice: by the device's name, in every naming that we
know of, and by where an input leads. On Linux the inputs called "default" and "pulse" lead to
whatever the sound server gives them, which can be a monitor of the speakers.

A name is judged narrowly where it is an everyday word: "Monitor of Headphones" is a loopback,
the microphone of a "Studio Monitor" or of a monitor screen is not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping

_STEREO_MIX = (
    # The sound card's own mix of everything that plays, in the languages of Windows.
    r"stereo[ -]?mix(er)?\b",
    r"\bmono mix\b",
    r"\bmixage st[ée]r[ée]o",
    r"\bmezcla est[ée]reo",
    r"\bmissaggio stereo",
    r"\bmixagem est[ée]re[oa]",
    r"\bmistura est[ée]reo",
    r"\bmiks(er)? stereo",
    r"\bstereo mikser",
    r"\bstereo karışım",
    r"\bстерео[ -]?микшер",
    "ステレオ ?ミキサー",
    "立体声混音",
    "立體聲混音",
    "스테레오 믹스",
    r"\bwhat (yo)?u hear\b",
    r"\bwave ?out mix\b",
    r"\brec(ord|\.)? ?playback\b",
    r"\bloop ?back\b",
)
_MONITOR_OF = (
    # What PulseAudio and PipeWire call the way back from an output, translated or not.
    r"\.monitor$",
    r"^monitor (source )?(of|von|de|da|do|di|del|van|av|af) ",
    r"^moniteur (source )?d[e'’]",
    r"^монитор (источника|приёмника|для) ",
    "(的监视器|的監視器|のモニター?)$",
)
_VIRTUAL = (
    # Virtual cables and mixers whose recording side carries what the computer plays.
    r"\bcable([ -][a-d])? output\b",
    r"\bhi-?fi cable\b",
    r"\bvb-?(audio|cable)\b",
    r"\bvirtual (audio )?cable\b",
    r"\bvoice ?meeter\b",
    r"\bblack ?hole\b",
    r"\bsoundflower\b",
    r"\biShowU\b",
    r"\bwavtap\b",
    r"\bbackground music\b",
    r"\bzoomaudiodevice\b",
    r"\bzoom audio\b",
    r"\bmicrosoft teams audio\b",
    r"\bvirtual-audio-capturer\b",
    r"\bwave ?link stream\b",
    r"\bsonar - (stream|chat|game|media|aux)\b",
    r"\b(stream|broadcast) ?mix\b",
)
_COMBINED = (
    # macOS devices made of several, which may well include a loopback.
    r"\baggregate (audio )?device\b",
    r"\bmulti-output device\b",
    r"\bhauptger[äa]t\b",
    r"\bp[ée]riph[ée]rique agr[ée]g[ée]",
    r"\bdispositivo agregado\b",
)
_TABLE = (
    (
        re.compile("|".join(_STEREO_MIX + _MONITOR_OF), re.IGNORECASE),
        "records what the speakers play, and so the other person",
    ),
    (
        re.compile("|".join(_VIRTUAL), re.IGNORECASE),
        "is a virtual cable that can carry what the computer plays, and so the other person",
    ),
    (
        re.compile("|".join(_COMBINED), re.IGNORECASE),
        "combines devices, and one of them may carry what the computer plays",
    ),
)

_TO_THE_SOUND_SERVER = {"default", "pulse", "pipewire", "sysdefault"}

Ask = Callable[[tuple[str, ...]], str | None]
"""Runs a program and returns what it printed; None where it is missing or fails."""


def refused_name(name: str, host_api: str = "") -> str | None:
    """Why an input with this name is refused, or None where its name gives no cause."""
    what = _what_it_does(name, host_api)
    return what and f"it {what}"


def refused_lead(leads_to: str) -> str | None:
    """The same for an input that leads to another one with this name."""
    what = _what_it_does(leads_to)
    return what and f"it leads to {leads_to!r}, which {what}"


def _what_it_does(name: str, host_api: str = "") -> str | None:
    for pattern, what in _TABLE:
        if pattern.search(name):
            return what
    if host_api.startswith("JACK") and name.lower().endswith(" monitor"):
        # JACK's names for PipeWire's outputs; elsewhere a product may be called so.
        return _TABLE[0][1]
    return None


def ask_program(command: tuple[str, ...]) -> str | None:
    """Run a program briefly, in plain English; None where it is missing, fails or takes long."""
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            (program, *command[1:]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=2.0,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


class SoundServer:
    """What PulseAudio or PipeWire would give, or gives, to this program as its input.

    Asked through `pactl`; where that is missing, PULSE_SOURCE is all there is to go by.
    """

    def __init__(self, ask: Ask = ask_program, environment: Mapping[str, str] = os.environ) -> None:
        self._ask = ask
        self._environment = environment

    def refused(self, name: str, host_api: str) -> str | None:
        """Why an input that leads to the sound server is refused; None for every other input."""
        if not leads_to_server(name, host_api):
            return None
        if not all(map(_is_local, self._environment.get("PULSE_SERVER", "").split())):
            return "the sound would travel over the network, as PULSE_SERVER says"
        source = self.default_source()
        return refused_lead(source) if source is not None else None

    def default_source(self) -> str | None:
        """The name of the source that an unspecific recording gets, where it can be told."""
        # The client library prefers PULSE_SOURCE to the server's default, and so it comes first.
        chosen = self._environment.get("PULSE_SOURCE")
        if chosen and not chosen.startswith("@DEFAULT"):
            return chosen
        printed = self._ask(("pactl", "get-default-source"))
        return printed.strip() or None if printed is not None else None

    def refused_in_use(self) -> str | None:
        """Why what this process records right now is refused, or None.

        The server may lead an open recording elsewhere than its default says: it remembers a
        choice made by hand, and moves recordings when a device goes away.
        """
        outputs = self._ask(("pactl", "list", "source-outputs"))
        if outputs is None or not (wanted := _sources_of(outputs, os.getpid())):
            return None
        listed = self._ask(("pactl", "list", "short", "sources")) or ""
        for line in listed.splitlines():
            index, _, rest = line.partition("\t")
            source = rest.partition("\t")[0]
            if index in wanted and (reason := refused_lead(source)):
                return reason
        return None


def leads_to_server(name: str, host_api: str) -> bool:
    """True for ALSA's names of whatever the sound server gives (`default`, `pulse`, …)."""
    return host_api == "ALSA" and name.partition(":")[0].strip().lower() in _TO_THE_SOUND_SERVER


def _is_local(address: str) -> bool:
    """True where one of PULSE_SERVER's addresses is on this computer."""
    address = re.sub(r"^\{.*?\}", "", address)
    this_computer = r"(tcp[46]?:)?(localhost|127(\.\d+){3}|::1|\[::1\])(:\d+)?"
    return address.startswith(("/", "unix:")) or re.fullmatch(this_computer, address) is not None


def _sources_of(outputs: str, process_id: int) -> set[str]:
    """Indices of the sources that a process records from (`pactl list source-outputs`)."""
    mine = re.compile(rf'application\.process\.id = "{process_id}"')
    return {
        source.group(1)
        for entry in re.split(r"(?m)^Source Output #", outputs)
        if mine.search(entry) and (source := re.search(r"(?m)^\s*Source: (\d+)\s*$", entry))
    }
