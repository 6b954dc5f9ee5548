"""Is the computer up to a call: processor, memory, disk, terminal?"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from companion import locations
from companion.checks.check import Check, Verdict

NEEDED_CORES = 2
NEEDED_MEMORY_GB = 2.0
NEEDED_DISK_GB = 1.0
"""Room for a speech model of a usual size, and some to spare."""
NEEDED_COLUMNS, NEEDED_LINES = 80, 24


def cores_and_memory(name: str) -> Check:
    """Enough of a processor and of memory for recognition in real time."""
    cores = os.cpu_count() or 1
    memory_gb = total_memory_gb()
    known = "" if memory_gb is None else f", {memory_gb:.0f} GB of memory"
    finding = f"{cores} processor cores{known}"
    if cores < NEEDED_CORES or (memory_gb is not None and memory_gb < NEEDED_MEMORY_GB):
        remedy = "use the built-in recognizer (--engine sphinx) and close other programs in calls"
        return Check(name, Verdict.WARN, finding, remedy)
    return Check(name, Verdict.OK, finding)


def disk(name: str) -> Check:
    """Room for a speech model."""
    folder = locations.speech_models()
    free_gb = shutil.disk_usage(_nearest_folder(folder)).free / 1e9
    finding = f"{free_gb:.1f} GB free where speech models go ({folder})"
    if free_gb < NEEDED_DISK_GB:
        remedy = "free some space before 'companion models download'; calls need none"
        return Check(name, Verdict.WARN, finding, remedy)
    return Check(name, Verdict.OK, finding)


def terminal(name: str) -> Check:
    """Large enough for the board, and able to show its signs."""
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
