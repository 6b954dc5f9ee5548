"""Refuses inputs that would hear the other person by their names, on every platform's naming.

Where an input leads is judged in `sound_server` (Linux) and `macos_inputs`.

A name is judged narrowly where it is an everyday word: "Monitor of Headphones" is a loopback,
the microphone of a "Studio Monitor" or of a monitor screen is not.
"""

from __future__ import annotations

import re

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
    r"\bstereo (mikser|směšovač|mengpaneel)",
    r"\bsztereó ?kever",
    r"\bsm[ěe]šova[čc] stereo",
    r"\bstereo karışım",
    r"\bстерео[ -]?м[иі]кш",
    r"\bστερεοφωνική μίξη",
    # What Realtek's driver calls its mix where a person gave it another name.
    r"\brealtek hd audio stereo input\b",
    "ステレオ ?ミ(キ|ック)(サー|ス)",
    "立体声混音",
    "立體聲混音",
    "스테레오 믹스",
    r"\bwhat (yo)?u ?hear\b",
    r"\bwave ?out mix\b",
    r"\brec(ord|\.)? ?playback\b",
    r"\bloop ?back\b",
)
_MONITOR_OF = (
    # What PulseAudio and PipeWire call the way back from an output, translated or not.
    r"\.monitor$",
    r"^monitor (source )?(of|von|de|da|do|di|del|van|av|af) ",
    r"^moniteur (source )?d[e'’]",
    r"^(монитор|монітор) (источника|приёмника|для|пристрою|of) ",
    r"^övervaka(re|ning) (av|för) ",
    r"^overvåker? (av|for) ",
    r"^overvågning af ",
    r"^sledování ",
    r" (monitörü|izleyicisi|figyelője|valvonta)$",
    "(的监视器|的监听器|的監視器|の ?モニター?|의? ?모니터)$",
)
_VIRTUAL = (
    # Virtual cables and mixers whose recording side carries what the computer plays.
    r"\bcable([ -][a-d])? output\b",
    r"\bhi-?fi cable\b",
    r"\bvb-?(audio|cable)\b",
    r"\bvirtual (audio )?(cable|soundcard|speakers?)\b",
    r"\bvoice ?meeter\b",
    r"\bblack ?hole\b",
    r"\bsoundflower\b",
    r"\biShowU\b",
    r"\bwavtap\b",
    r"\bbackground ?music\b",
    r"\beqmac\b",
    r"\bboom ?[23] ?(audio ?)?device\b",
    r"\bsound ?siphon\b",
    r"\bladiocast\b",
    r"\bgroundcontrol\b",
    r"\bvirtual-audio-capturer\b",
    r"\bndi audio\b",
    r"\bzoom ?audio ?(device)?$",
    r"\bmicrosoft teams audio\b",
    r"\bwebex(media)? ?audio ?device\b",
    r"\b(jump desktop|splashtop|anydesk|teamviewer) .*(audio|sound)\b",
    r"\bsteam streaming (speakers|microphone)\b",
    r"\b(oculus|pico|virtual desktop)\b.* virtual audio\b",
    r"\bwave ?link (stream|monitor)\b",
    r"\br[oø]de (connect|central|unify)\b.*\b(stream|system|virtual|chat|game|music|browser)\b",
    r"\bsonar - (stream|chat|game|media|aux)\b",
    r"\b(stream|broadcast) ?mix\b",
)
_COMBINED = (
    # macOS devices made of several, which may well include a loopback.
    r"\baggregate (audio )?device\b",
    r"\bmulti-output device\b",
    r"\bhauptger[äa]t\b",
    r"\bger[äa]t mit mehreren ausg[äa]ngen\b",
    r"\bp[ée]riph[ée]rique (agr[ée]g[ée]|[àa] sorties? multiples?)",
    r"\bdispositivo (agregado|combinato|de salida m[úu]ltiple|com sa[íi]da m[úu]ltipla)\b",
    r"\bsamengesteld apparaat\b",
    "(機器セット|集合设备|聚集裝置|多输出设备|複数出力装置)",
)
_PHONE = (
    # A phone that plays through this computer by Bluetooth: its sound is the other side's.
    r"^bluez_(source|input)\..*(a2dp[-_]source|audio[-_]gateway)",
)
_PLAYED = "records what the speakers play, and so the other person"
_TABLE = (
    (re.compile("|".join(_STEREO_MIX + _MONITOR_OF), re.IGNORECASE), _PLAYED),
    (
        re.compile("|".join(_VIRTUAL), re.IGNORECASE),
        "is a virtual cable that can carry what the computer plays, and so the other person",
    ),
    (
        re.compile("|".join(_COMBINED), re.IGNORECASE),
        "combines devices, and one of them may carry what the computer plays",
    ),
    (
        re.compile("|".join(_PHONE), re.IGNORECASE),
        "is a phone that plays through this computer, and so the other person",
    ),
)
_WINDOWS_APIS = ("MME", "Windows ")
_SPEAKERS = re.compile(
    # Some drivers list the way back from an output among the inputs, under the output's name.
    r"^((pc[ -]?)?speakers?|lautsprecher|haut-?parleurs?|altavoces|altoparlant[ei]|alto-?falantes"
    r"|luidsprekers?|głośniki?|динамики?|スピーカー|扬声器|揚聲器|喇叭|스피커|spdif out|output)"
    r"( ?\d+)? ?\(",
    re.IGNORECASE,
)


def refused_name(name: str, host_api: str = "") -> str | None:
    """Why an input with this name is refused, or None where its name gives no cause."""
    what = _what_it_does(name, host_api)
    return what and f"it {what}"


def refused_lead(leads_to: str) -> str | None:
    """The same for an input that leads to another one with this name."""
    what = _what_it_does(leads_to)
    return what and f"it leads to {leads_to!r}, which {what}"


def _what_it_does(name: str, host_api: str = "") -> str | None:
    name = name.strip()
    for pattern, what in _TABLE:
        if pattern.search(name):
            return what
    if host_api.startswith(_WINDOWS_APIS) and _SPEAKERS.search(name):
        return _PLAYED
    if host_api.startswith("JACK") and name != "system":
        # Every program that plays something is an input there; only the hardware's own client
        # is not, and the microphone can be had through ALSA as well.
        return "can be any program's output under JACK, and so the other person"
    return None
