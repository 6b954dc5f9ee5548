"""Where the processes of a call may write; everything else is a finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NAMED_DEVICE = re.compile(r"/dev/(?:null|tty|ptmx|pts/\d+)")
"""Devices that keep nothing: the null device and terminals."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Memory with a name that libraries share: no file on a disk, and no place for words."""

    pattern: re.Pattern[str]
    why: str


LOCKS = Shared(
    re.compile(r"/dev/shm/sem\.\w+"), "a lock of 32 bytes in memory, made by Python's libraries"
)
SOUND_SERVERS = Shared(
    re.compile(r"/memfd:pulseaudio|/memfd:pipewire[\w-]*|/dev/shm/jack[_-][\w./-]*"),
    "memory shared with the system's sound server, which the microphone's library opens",
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where the call's processes may write."""

    folders: tuple[Path, ...] = ()
    """Files below these may be opened for writing: the user's encrypted store."""
    sockets: tuple[str, ...] = ()
    """Local sockets by path that may be connected to: the audit's own line."""
    shared: tuple[Shared, ...] = ()
    """Shared memory that may be opened and mapped."""

    def memory(self, path: str) -> bool:
        """Whether it may be mapped writable."""
        return any(shared.pattern.fullmatch(path) for shared in self.shared)

    def file(self, path: str) -> bool:
        """Whether it may be opened for writing."""
        if NAMED_DEVICE.fullmatch(path) or self.memory(path):
            return True
        return any(folder == Path(path) or folder in Path(path).parents for folder in self.folders)
