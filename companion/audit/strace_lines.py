"""Reads what strace prints: one system call a value, whatever was in between.

The form is that of `strace -f -q -yy -xx`: each line begins with the id of the thread, every
string is in hexadecimal digits, and a descriptor is followed by what it leads to. A call that
another thread's lines interrupt is printed in two parts ("unfinished", "resumed").
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)", re.S)
_BEGUN = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)", re.S)
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<arguments>.*)", re.S)
_DONE = re.compile(r"(?P<arguments>.*)\) += (?P<result>.*)", re.S)
_UNFINISHED = re.compile(r" ?<unfinished \.\.\.>(\) += \?)?$")
_STRING = re.compile(r'"(?P<hex>(?:\\x[0-9a-f]{2})*)"(?P<cut>\.\.\.)?')
# A device is followed by its numbers: </dev/null<char 1:3>>.
_DESCRIPTOR = re.compile(r"(?P<number>-?\d+|AT_FDCWD)<(?P<leads>(?:->|[^<>])*)(?:<[^<>]*>)?>")
_HEX = re.compile(r"(?:\\x[0-9a-f]{2})+")
_KILLED = re.compile(r"\+\+\+ killed by (?P<signal>\w+)(?P<dumped> \(core dumped\))? \+\+\+")
_ENDED = re.compile(r"\+\+\+ exited with (?P<code>\d+) \+\+\+")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A file descriptor and what it leads to: a path, 'pipe:[12]', 'TCP:[12]' …"""

    number: int
    """-100 for the working folder."""
    leads: str


@dataclass(frozen=True, slots=True)
class SystemCall:
    """One system call of one thread."""

    thread: int
    name: str
    arguments: str = field(repr=False)
    """As printed, without the closing bracket."""
    result: str = field(repr=False)
    """As printed behind the equals sign; empty where the process ended within the call."""

    @property
    def failed(self) -> bool:
        """Whether the system refused."""
        return self.result.startswith("-1 ")

    @property
    def strings(self) -> tuple[bytes, ...]:
        """Every string among the arguments, in order."""
        return tuple(read_hex(m["hex"]) for m in _STRING.finditer(self.arguments))

    @property
    def cut_short(self) -> bool:
        """Whether a string was longer than strace prints."""
        return any(m["cut"] for m in _STRING.finditer(self.arguments))

    @property
    def descriptors(self) -> tuple[Descriptor, ...]:
        """Every descriptor among the arguments, in order."""
        return tuple(_descriptors(self.arguments))

    @property
    def returned(self) -> Descriptor | None:
        """The descriptor that came back."""
        return next(_descriptors(self.result), None)

    @property
    def plain_arguments(self) -> str:
        """The arguments without strings and without what descriptors lead to: names of flags."""
        return _DESCRIPTOR.sub(lambda m: str(m["number"]), _STRING.sub('""', self.arguments))


@dataclass(frozen=True, slots=True)
class ProcessEnded:
    """A thread ended: with a code, or by a signal."""

    thread: int
    code: int | None = None
    signal: str | None = None
    dumped: bool = False
    """Whether the system wrote its memory to a core file."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is none of the known forms: it must not be passed over."""

    line: str = field(repr=False)


Traced: TypeAlias = SystemCall | ProcessEnded | Unread


def read_trace(lines: Iterable[str]) -> Iterator[Traced]:
    """Values for the lines; a call comes when it is complete, or when its thread is gone."""
    begun: dict[int, tuple[str, str]] = {}
    for line in lines:
        line = line.rstrip("\n")
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            yield Unread(line)
            continue
        thread, rest = int(found["thread"]), found["rest"]
        if rest.startswith("--- ") or rest.startswith("+++ superseded by execve"):
            continue
        ended = _ended(thread, rest)
        if ended is not None:
            if thread in begun:
                name, arguments = begun.pop(thread)
                yield SystemCall(thread, name, arguments, "")
            yield ended
            continue
        yield from _call(thread, rest, begun)
    for thread, (name, arguments) in begun.items():
        yield SystemCall(thread, name, arguments, "")


def _call(thread: int, rest: str, begun: dict[int, tuple[str, str]]) -> Iterator[Traced]:
    resumed = _RESUMED.fullmatch(rest)
    if resumed is not None:
        name, before = begun.pop(thread, (resumed["name"], ""))
        arguments = before + resumed["arguments"]
    else:
        found = _BEGUN.fullmatch(rest)
        if found is None:
            yield Unread(rest)
            return
        name, arguments = found["name"], found["arguments"]
    cut = _UNFINISHED.search(arguments)
    if cut is not None:
        begun[thread] = (name, arguments[: cut.start()])
        return
    done = _DONE.fullmatch(arguments)
    if done is None:
        yield Unread(rest)
        return
    yield SystemCall(thread, name, done["arguments"], done["result"].strip())


def _ended(thread: int, rest: str) -> ProcessEnded | None:
    if killed := _KILLED.fullmatch(rest):
        return ProcessEnded(thread, signal=killed["signal"], dumped=killed["dumped"] is not None)
    if ended := _ENDED.fullmatch(rest):
        return ProcessEnded(thread, code=int(ended["code"]))
    return None


def _descriptors(text: str) -> Iterator[Descriptor]:
    for found in _DESCRIPTOR.finditer(text):
        number = -100 if found["number"] == "AT_FDCWD" else int(found["number"])
        leads = _HEX.sub(lambda m: os.fsdecode(read_hex(m[0])), found["leads"])
        yield Descriptor(number, leads)


def read_hex(text: str) -> bytes:
    r"""`\x68\x69` as bytes."""
    return bytes.fromhex(text.replace("\\x", ""))
