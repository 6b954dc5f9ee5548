"""Is all well on this computer? Small checks, each a finding in plain words and a way to mend it.

Every check is guarded: one that fails in a way nobody thought of is a finding too. None opens
the microphone, none reaches the network, none changes anything.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from companion import locations, seclusion
from companion.documents import read_document
from companion.domain.hearing import measured_on
from companion.errors import CompanionError
from companion.settings import RecognizerSettings, Settings, load_settings

if TYPE_CHECKING:
    from companion.audio.sound import Source

NEEDED_CORES = 2
NEEDED_MEMORY_GB = 2.0
NEEDED_DISK_GB = 1.0
"""Room for a speech model of a usual size, and some to spare."""
NEEDED_COLUMNS, NEEDED_LINES = 80, 24

NO_NETWORK = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
"""Set for the recognizer's process: with these its libraries fetch nothing and report nothing."""

SILENCE_DBFS = -120.0
NOTHING_DBFS = -85.0
"""A muted input; a microphone in a silent room is above it."""
FAINT_DBFS = -50.0
"""Speech into a microphone of one's own is some 20 dB louder."""
POLL_S = 0.1


class Verdict(str, Enum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    """Works, and could be better."""
    FAIL = "fail"
    """Needs mending before a call."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""
    """What to do; empty where all is well."""


def run_checks() -> Iterator[Check]:
    """All checks, one after the other; never raises for what they find."""
    for name, look in CHECKS:
        yield guarded(name, look)


def guarded(name: str, look: Callable[[str], Check]) -> Check:
    """One check; whatever goes wrong in it becomes its finding."""
    try:
        return look(name)
    except CompanionError as error:
        finding, _, remedy = str(error).partition("; ")
        return Check(name, Verdict.FAIL, finding, remedy)
    except Exception as error:  # noqa: BLE001 - a check must not take the others with it
        return Check(
            name,
            Verdict.FAIL,
            f"could not be checked ({type(error).__name__})",
            "reinstall companion; if it stays so, please report it where companion is hosted",
        )


@dataclass(frozen=True, slots=True)
class Loudness:
    """How a microphone was heard, in words."""

    words: str
    well: bool


def hear(source: Source, for_s: float) -> Loudness:
    """Listen to an opened source for so many seconds and judge the level; keeps no sound.

    Comes back even where the source delivers nothing.
    """
    listening = levels(source, for_s)
    while True:
        try:
            next(listening)
        except StopIteration as end:  # noqa: PERF203 - it comes once, at the end
            heard: Loudness = end.value
            return heard


def levels(source: Source, for_s: float) -> Generator[float, None, Loudness]:
    """The same as `hear`, with the level of each moment on the way, in dB of full scale."""
    from companion.audio.sound import SourceState

    heard_s = waited_s = 0.0
    loudest_dbfs = SILENCE_DBFS
    too_loud = False
    while heard_s < for_s and waited_s < for_s:
        chunk = source.read(timeout_s=POLL_S)
        status = source.status()
        if chunk is None:
            if status.state is SourceState.ENDED:
                break
            waited_s += POLL_S
            continue
        heard_s += chunk.end_s - chunk.start_s
        loudest_dbfs = max(loudest_dbfs, status.level_dbfs)
        too_loud = too_loud or status.state is SourceState.CLIPPING
        yield status.level_dbfs
    return loudness(loudest_dbfs, too_loud)


def loudness(loudest_dbfs: float, too_loud: bool) -> Loudness:
    """The words for a level: RMS of the loudest tenth of a second, in dB of full scale."""
    if too_loud:
        return Loudness("You are too loud. Turn the microphone's level down a little.", False)
    if loudest_dbfs <= NOTHING_DBFS:
        return Loudness("I hear nothing at all. Is it muted, or is it another one?", False)
    if loudest_dbfs < FAINT_DBFS:
        return Loudness("I hear you only faintly. Come closer, or turn its level up.", False)
    return Loudness("I hear you well.", True)


def _python(name: str) -> Check:
    version = platform.python_version()
    if sys.version_info < (3, 10):  # noqa: UP036 - told in words instead of a syntax error
        return Check(name, Verdict.FAIL, version, "install Python 3.10 or newer from python.org")
    return Check(name, Verdict.OK, f"{version} on {platform.system()} {platform.machine()}")


def _shipped_files(name: str) -> Check:
    manifest = read_document(locations.shipped("models", "manifest.yaml")).data
    artefacts = manifest.get("artefacts") if isinstance(manifest, dict) else None
    entries = [e for e in artefacts if isinstance(e, dict)] if isinstance(artefacts, list) else []
    bad = [e["file"] for e in entries if not _is_whole(str(e["file"]), str(e["sha256"]))]
    if bad or not entries:
        return Check(
            name,
            Verdict.FAIL,
            f"damaged or missing: {', '.join(map(str, bad)) or 'all of them'}",
            "reinstall companion; in a checkout: 'git restore models'",
        )
    files = "file" if len(entries) == 1 else "files"
    return Check(name, Verdict.OK, f"{len(entries)} {files} as shipped, by checksum")


def _is_whole(file: str, sha256: str) -> bool:
    path = locations.shipped("models", file)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _settings(name: str) -> Check:
    path = locations.settings_file()
    load_settings()
    if not path.exists():
        return Check(name, Verdict.OK, "the defaults; 'companion setup' asks for yours")
    return Check(name, Verdict.OK, f"read from {path}")


def _rap(name: str) -> Check:
    from companion.understanding.rap import find_rap

    wanted = _usable_settings().call.rap
    outline = find_rap(wanted).outline()
    return Check(name, Verdict.OK, f"{wanted}: {len(outline.steps)} steps, no errors")


def _microphone(name: str) -> Check:
    from companion.audio.devices import choose_input, list_inputs

    inputs = list_inputs()
    device = choose_input(inputs, _usable_settings().audio.device)
    refused = sum(1 for d in inputs if d.refused)
    aside = f" ({refused} that would hear the other side refused)" if refused else ""
    return Check(name, Verdict.OK, f"{device.name}{aside}")


def _headset(name: str) -> Check:
    audio = _usable_settings().audio
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


def _pocketsphinx(name: str) -> Check:
    from companion.asr.choose import choose

    choose(RecognizerSettings(engine="sphinx")).spec.build().close()
    return Check(name, Verdict.OK, "pocketsphinx loads its own model; rough, US English only")


def _recognizer(name: str) -> Check:
    from companion.asr.choose import choose, in_language
    from companion.understanding.rap import find_rap

    settings = _usable_settings()
    rap = find_rap(settings.call.rap)
    recognizer = in_language(settings.recognizer, rap.language)
    return Check(name, Verdict.OK, choose(recognizer).sentence)


def _seclusion(name: str) -> Check:
    held = seclusion.look()
    open_to = [
        words
        for words, wrong in (
            ("a crash could leave its memory on disk", held.core_dumps is True),
            ("another program of yours could read its memory", held.traceable is True),
            ("files that it makes could be read by others", held.private_files is False),
        )
        if wrong
    ]
    if open_to:
        return Check(
            name,
            Verdict.WARN,
            "; ".join(open_to),
            "start companion by its command, not from a debugger or another program",
        )
    if held.core_dumps is None:
        remedy = "its crash reports are the system's: switch them off in the privacy settings"
        return Check(name, Verdict.OK, "asks the system for crash reports without memory", remedy)
    return Check(name, Verdict.OK, "no core dumps, no looking in, files for you alone")


def _computer(name: str) -> Check:
    cores = os.cpu_count() or 1
    memory_gb = total_memory_gb()
    known = "" if memory_gb is None else f", {memory_gb:.0f} GB of memory"
    finding = f"{cores} processor cores{known}"
    if cores < NEEDED_CORES or (memory_gb is not None and memory_gb < NEEDED_MEMORY_GB):
        remedy = "use the built-in recognizer (--engine sphinx) and close other programs in calls"
        return Check(name, Verdict.WARN, finding, remedy)
    return Check(name, Verdict.OK, finding)


def _disk(name: str) -> Check:
    folder = locations.speech_models()
    free_gb = shutil.disk_usage(_nearest_folder(folder)).free / 1e9
    finding = f"{free_gb:.1f} GB free where speech models go ({folder})"
    if free_gb < NEEDED_DISK_GB:
        remedy = "free some space before 'companion models download'; calls need none"
        return Check(name, Verdict.WARN, finding, remedy)
    return Check(name, Verdict.OK, finding)


def _network(name: str) -> Check:
    """What can be told without watching a call: that what would report or fetch is switched off."""
    from companion.asr.child import environment

    for_recognizer = environment(threads=1)
    left_on = [key for key in NO_NETWORK if for_recognizer.get(key) != "1"]
    if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        left_on.append("ORT_DISABLE_TELEMETRY")
    if left_on:
        return Check(
            name,
            Verdict.FAIL,
            f"a library may report or fetch in a call ({', '.join(left_on)})",
            "take these variables out of your environment and start companion again",
        )
    return Check(
        name,
        Verdict.OK,
        "calls use none: the model hub is switched off for the recognizer, and so are reports to "
        "the makers of libraries; only 'companion audit' watches whether it stays so",
    )


def _audit(name: str) -> Check:
    from companion import __version__
    from companion.audit.last_audit import OUTCOMES, read_last

    last = read_last()
    if last is None:
        return Check(
            name,
            Verdict.OK,
            "the promises were not checked on this computer yet; 'companion audit' does so",
        )
    finding = f"{'quick, ' if last.quick else ''}{last.made_at:%Y-%m-%d}: {OUTCOMES[last.outcome]}"
    if last.outcome == "found":
        return Check(
            name,
            Verdict.FAIL,
            finding,
            "run 'companion audit' again and read its receipt before the next call",
        )
    if last.version != __version__:
        finding += f"; that was version {last.version}, 'companion audit' checks this one"
    return Check(name, Verdict.OK, finding)


def _terminal(name: str) -> Check:
    encoding = (sys.stdout.encoding or "unknown").lower()
    if not sys.stdout.isatty():
        return Check(name, Verdict.OK, f"not a terminal here; calls print plain lines ({encoding})")
    columns, lines = shutil.get_terminal_size()
    finding = f"{columns} columns, {lines} lines, {encoding}"
    if columns < NEEDED_COLUMNS or lines < NEEDED_LINES:
        remedy = f"make the window {NEEDED_COLUMNS} by {NEEDED_LINES} or larger, or use --plain"
        return Check(name, Verdict.WARN, finding, remedy)
    if encoding.replace("-", "") != "utf8":
        remedy = "set the terminal to UTF-8 (on Windows: set PYTHONUTF8=1), or use --plain"
        return Check(name, Verdict.WARN, finding, remedy)
    return Check(name, Verdict.OK, finding)


def _usable_settings() -> Settings:
    """The user's settings; the defaults where they are damaged, which is a finding of its own."""
    try:
        return load_settings()
    except CompanionError:
        return Settings()


def _nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one around it that exists."""
    return next(p for p in (path, *path.parents) if p.is_dir())


def total_memory_gb() -> float | None:
    """Memory of this computer in GB (10⁹ bytes), or None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_memory_gb()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (OSError, ValueError):
        return None


def _windows_memory_gb() -> float | None:
    import ctypes

    kilobytes = ctypes.c_ulonglong(0)
    # https://learn.microsoft.com/windows/win32/api/sysinfoapi/nf-sysinfoapi-getphysicallyinstalledsystemmemory
    kernel: object = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    ask: Callable[[object], int] = getattr(kernel, "GetPhysicallyInstalledSystemMemory")  # noqa: B009
    return kilobytes.value * 1024 / 1e9 if ask(ctypes.byref(kilobytes)) else None


CHECKS: tuple[tuple[str, Callable[[str], Check]], ...] = (
    ("Python", _python),
    ("Shipped files", _shipped_files),
    ("Settings", _settings),
    ("Conversation", _rap),
    ("Microphone", _microphone),
    ("Headset", _headset),
    ("Built-in recognizer", _pocketsphinx),
    ("Recognizer in calls", _recognizer),
    ("Own process", _seclusion),
    ("Computer", _computer),
    ("Disk", _disk),
    ("Terminal", _terminal),
    ("Network", _network),
    ("Audit", _audit),
)
