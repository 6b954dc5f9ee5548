"""Judges what the processes of a call asked of the system: what was written, and to where.

The rule is a list of what is allowed; everything else is a finding. Planted words may pass only
through the pipe between the call's own two processes, and to the terminal.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from companion.audit.allowed import NAMED_DEVICE, Allowed
from companion.audit.findings import Breach, Finding
from companion.audit.needles import Needles
from companion.audit.strace_lines import (
    Descriptor,
    ProcessEnded,
    SystemCall,
    Traced,
    Unread,
    read_hex,
)

OPENS = ("open", "openat", "openat2", "creat", "open_by_handle_at")
WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
SENDS = ("sendto", "sendmsg", "sendmmsg")
COPIES = ("sendfile", "splice", "tee", "vmsplice", "copy_file_range")
NAMES = (
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("mkdir", "mkdirat", "mknod", "mknodat"),
    *("setxattr", "lsetxattr", "fsetxattr", "add_key", "execve", "execveat"),
)
UNSEEN = (
    *("io_uring_setup", "io_submit", "process_vm_writev"),
    *("shmget", "mq_open", "msgsnd"),
)
"""What is written through these does not pass through a call that shows it."""
TRACED = (*OPENS, *WRITES, *SENDS, *COPIES, *NAMES, *UNSEEN, "mmap", "connect", "memfd_create")

_FOR_WRITING = re.compile(r"\b(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE)\b")
_BETWEEN_PROCESSES = re.compile(r"pipe:\[\d+\]|UNIX-(?:STREAM|SEQPACKET):\[(?P<inode>\d+)->\d+\]")
_INODE = re.compile(r"\[(?P<inode>\d+)")
_ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"(?P<hex>[^"]*)"')
_FAMILY = re.compile(r"sa_family=(?P<family>\w+)")
_REMOTE = re.compile(r"(?:TCP|UDP)(?:v6)?:\[.*->\[?(?P<host>[0-9a-fA-F.:]+?)\]?:\d+\]")
_LOCAL_FAMILIES = ("AF_UNIX", "AF_NETLINK", "AF_UNSPEC")
_MEMORY_FILE = "/memfd:"


@dataclass(slots=True)
class Seen:
    """What was seen of a run, in figures and findings."""

    findings: list[Finding] = field(default_factory=list)
    opened: dict[str, int] = field(default_factory=dict)
    """Files opened for writing, allowed ones too, and how often."""
    connected: dict[str, int] = field(default_factory=dict)
    """Everything connected or sent to by address, local sockets too."""
    programs: dict[str, int] = field(default_factory=dict)
    """Programs that were started."""
    mapped: int = 0
    """Writable shared mappings of files."""
    memory: dict[str, int] = field(default_factory=dict)
    """Shared memory that may be mapped, and how often it was."""
    system_calls: int = 0
    bytes_searched: int = 0
    bytes_between: int = 0
    """Bytes that went through pipes between the call's processes, or to the terminal."""
    signals: list[str] = field(default_factory=list)
    """Signals that ended a process."""


class Judge:
    """Takes what was traced, in order."""

    def __init__(self, needles: Needles, allowed: Allowed) -> None:
        self.seen = Seen()
        self._needles = needles
        self._allowed = allowed
        self._tails: dict[tuple[str, int], bytes] = {}
        self._named_sockets: dict[str, str] = {}
        self._told: set[tuple[Breach, str]] = set()
        self._takers: dict[str, Callable[[SystemCall], None]] = {
            **dict.fromkeys(OPENS, self._open),
            **dict.fromkeys(WRITES, self._write),
            **dict.fromkeys(SENDS, self._send),
            **dict.fromkeys(COPIES, self._copy),
            **dict.fromkeys(NAMES, self._name),
            **dict.fromkeys(UNSEEN, self._unseen),
            "mmap": self._map,
            "connect": self._connect,
            "memfd_create": self._name,
        }

    def take(self, traced: Traced) -> None:
        """The next thing that happened."""
        if isinstance(traced, Unread):
            self._tell(Breach.MISSED, traced.line[:60])
        elif isinstance(traced, ProcessEnded):
            if traced.signal is not None:
                self.seen.signals.append(traced.signal)
            if traced.dumped:
                self._tell(Breach.CORE, f"thread {traced.thread}, {traced.signal}")
        else:
            self.seen.system_calls += 1
            taker = self._takers.get(traced.name)
            if taker is None:
                self._tell(Breach.MISSED, traced.name)
            else:
                taker(traced)

    # --- by kind of call ----------------------------------------------------------------------

    def _open(self, call: SystemCall) -> None:
        if call.name != "creat" and not _FOR_WRITING.search(call.plain_arguments):
            return
        path = _path_of(call)
        self._search(call, b"\0".join(call.strings), f"the name of {_shown(path)}")
        # One that the system refused counts too, unless it was only looked for.
        if call.failed and "O_CREAT" not in call.plain_arguments:
            return
        self.seen.opened[path] = self.seen.opened.get(path, 0) + 1
        if not self._allowed.file(path):
            self._tell(Breach.OPENED, path)

    def _write(self, call: SystemCall) -> None:
        target = _first(call)
        self._content(call, target, b"".join(call.strings))

    def _send(self, call: SystemCall) -> None:
        target = _first(call)
        addresses = [read_hex(m["hex"]) for m in _ADDRESS.finditer(call.arguments)]
        data = b"".join(text for text in call.strings if text not in addresses)
        self._content(call, target, data)
        self._reach(call, target)

    def _content(self, call: SystemCall, target: Descriptor, data: bytes) -> None:
        between = _BETWEEN_PROCESSES.fullmatch(target.leads)
        if between is not None and between["inode"] not in self._named_sockets:
            self.seen.bytes_between += len(data)
            return
        if NAMED_DEVICE.fullmatch(target.leads):
            return
        if call.cut_short:
            self._tell(Breach.UNSEEN, f"more than can be read at once into {target.leads}")
        where = self._named_sockets.get(between["inode"], target.leads) if between else target.leads
        # Words that are split over two calls are found too.
        place = (target.leads, target.number)
        data = self._tails.get(place, b"") + data
        self._tails[place] = data[-self._needles.longest_bytes :]
        self._search(call, data, where)

    def _copy(self, call: SystemCall) -> None:
        # Bytes go from one descriptor to another without being shown: only pipes may get them.
        for target in call.descriptors:
            if not target.leads.startswith("pipe:"):
                self._tell(Breach.UNSEEN, f"{call.name} with {_shown(target.leads)}")
                return

    def _name(self, call: SystemCall) -> None:
        # A shell knows several places for a program; those where it is not are no start.
        if call.name.startswith("execve") and not call.failed:
            program = os.fsdecode(call.strings[0]) if call.strings else "?"
            self.seen.programs[program] = self.seen.programs.get(program, 0) + 1
        self._search(call, b"\0".join(call.strings), f"the arguments of {call.name}")

    def _map(self, call: SystemCall) -> None:
        flags = call.plain_arguments
        shared = "MAP_SHARED" in flags and "MAP_ANONYMOUS" not in flags
        path = _first(call).leads
        if not shared or "PROT_WRITE" not in flags or call.failed:
            return
        if self._allowed.memory(path):
            self.seen.memory[path] = self.seen.memory.get(path, 0) + 1
            return
        self.seen.mapped += 1
        self._tell(Breach.MAPPED, path)

    def _connect(self, call: SystemCall) -> None:
        self._reach(call, _first(call))

    def _reach(self, call: SystemCall, target: Descriptor) -> None:
        """Who is connected to, or sent to: by address, or over what was connected before."""
        remote = _REMOTE.fullmatch(target.leads)
        if remote is not None and call.name != "connect":
            self._reached(remote["host"])
        family = _FAMILY.search(call.arguments)
        if family is None:
            return
        if family["family"] == "AF_UNIX":
            self._reached_socket(call, target)
        elif family["family"] in ("AF_INET", "AF_INET6"):
            found = _ADDRESS.search(call.arguments)
            self._reached(read_hex(found["hex"]).decode("ascii", "replace") if found else "?")
        elif family["family"] not in _LOCAL_FAMILIES:
            self._tell(Breach.CONNECTED, family["family"])

    def _reached_socket(self, call: SystemCall, target: Descriptor) -> None:
        path = call.strings[-1].decode("utf-8", "replace") if call.strings else "?"
        self._note(f"socket {path}")
        inode = _INODE.search(target.leads)
        if inode is not None and call.name == "connect" and path not in self._allowed.sockets:
            # What goes over it leaves the call's own processes.
            self._named_sockets[inode["inode"]] = f"socket {path}"

    def _reached(self, host: str) -> None:
        self._note(host)
        try:
            local = ipaddress.ip_address(host).is_loopback
        except ValueError:
            local = False
        if not local:
            self._tell(Breach.CONNECTED, host)

    def _unseen(self, call: SystemCall) -> None:
        self._tell(Breach.UNSEEN, call.name)

    # --- findings -----------------------------------------------------------------------------

    def _note(self, reached: str) -> None:
        self.seen.connected[reached] = self.seen.connected.get(reached, 0) + 1

    def _search(self, call: SystemCall, data: bytes, where: str) -> None:
        self.seen.bytes_searched += len(data)
        hits = self._needles.find(data)
        if hits:
            self._told.add((Breach.PLANTED, where))
            self.seen.findings.append(
                Finding(
                    Breach.PLANTED,
                    f"{where} ({call.name})",
                    frozenset(hit.number for hit in hits),
                    frozenset(hit.form for hit in hits),
                )
            )

    def _tell(self, breach: Breach, where: str) -> None:
        if (breach, where) not in self._told:
            self._told.add((breach, where))
            self.seen.findings.append(Finding(breach, where))


def _first(call: SystemCall) -> Descriptor:
    return next(iter(call.descriptors), Descriptor(-1, "?"))


def _path_of(call: SystemCall) -> str:
    """The whole path: as the system resolved it, or as far as the arguments tell."""
    if call.returned is not None:
        return call.returned.leads
    named = os.fsdecode(call.strings[0]) if call.strings else "?"
    return os.path.normpath(Path(_first(call).leads) / named)


def _shown(path: str) -> str:
    return path.removeprefix(_MEMORY_FILE)
