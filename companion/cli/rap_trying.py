"""Trying lines from the command line: given, from a file, piped, typed; and again after an edit."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from companion.cli.rap_try_view import as_changed, as_object, as_text, changes
from companion.errors import CompanionError, InputError, RapError
from companion.settings import load_settings
from companion.trainer.source import read_text
from companion.trainer.trying import TriedLine, Trier, lines_of
from companion.understanding import rap_library
from companion.understanding.rap import load_rap

LOOK_EVERY_S = 0.5
"""How often the rap's file is looked at while watching."""
_PROMPT = "> "
_HELP = "Type a line and press Enter. Empty: look at the rap again; 'new': a new call; 'quit': end."


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    words: tuple[str, ...] = field(repr=False)
    file: Path | None = None
    watch: bool = False
    as_json: bool = False


def try_lines(request: Request) -> None:
    """Try lines as asked; see `companion rap try --help`.

    Raises: RapError, DocumentError, InputError.
    """
    path, lines = _rap_and_lines(request.words)
    if request.file is not None:
        lines += lines_of(read_text(request.file))
    bench = Bench(path, request.as_json)
    for line in lines:
        bench.hear(line)
    typed = not lines and sys.stdin.isatty()
    if request.watch:
        _watch(bench, _lines_in_background() if not lines else None)
    elif typed:
        _converse(bench)
    elif not lines:
        heard = sum(1 for _ in map(bench.hear, _piped(sys.stdin)))
        if not heard:
            raise InputError("nothing came in; pipe lines, give them in quotes, or use --file")


def _rap_and_lines(words: tuple[str, ...]) -> tuple[Path, list[str]]:
    """The first word is a rap where it can be one; a line has blanks."""
    if not words:
        return rap_library.rap_path(load_settings().call.rap), []
    first, *rest = words
    is_line = any(char.isspace() for char in first.strip()) and not Path(first).is_file()
    if is_line:
        return rap_library.rap_path(load_settings().call.rap), _checked(words)
    try:
        return rap_library.given_rap(first), _checked(rest)
    except RapError as error:
        raise RapError(f"{error}; a line of one word needs the rap's name before it") from None


def _checked(lines: Iterable[str]) -> list[str]:
    return [line for line in (line.strip() for line in lines) if line]


class Bench:
    """Lines tried against the rap of one file, which may change meanwhile."""

    def __init__(
        self, path: Path, as_json: bool = False, say: Callable[[str], None] | None = None
    ) -> None:
        self._path = path
        self._as_json = as_json
        self._say = say or _print
        self._state = _state_of(path)
        self._settings = load_settings().call
        self._trier = self._new_trier()
        self._tried: list[TriedLine] = []

    def hear(self, line: str) -> None:
        """Try the next line, and print what came of it."""
        tried = self._trier.hear(line)
        self._tried.append(tried)
        self._show(tried)

    def begin(self) -> None:
        """Begin a new call; what was tried is forgotten."""
        self._trier.begin()
        self._tried = []

    def look(self) -> bool:
        """Where the rap's file has changed, hear the same lines again. Returns: whether it had.

        A rap with mistakes in it, as in the middle of an edit, is told of; the last good one stays.
        """
        state = _state_of(self._path)
        if state == self._state:
            return False
        self._state = state
        try:
            self._trier = self._new_trier()
        except CompanionError as error:
            print(f"companion: {error}", file=sys.stderr, flush=True)
            return True
        before = self._tried
        self._tried = [self._trier.hear(tried.text) for tried in before]
        self._tell(before)
        return True

    def _tell(self, before: list[TriedLine]) -> None:
        if self._as_json:
            for tried in self._tried:
                self._show(tried)
            return
        found = [changes(old, new) for old, new in zip(before, self._tried, strict=True)]
        count = sum(map(bool, found))
        heard = "no line is" if not count else "one line is" if count == 1 else f"{count} lines are"
        self._say(f"\nThe rap has changed; {heard} heard otherwise (of {len(found)}).\n")
        for tried, new in zip(self._tried, found, strict=True):
            if new:
                self._say(as_text(tried, mark="* "))
                self._say(as_changed(new) + "\n")
            else:
                self._say(f"  {tried.text}: as before\n")

    def _show(self, tried: TriedLine) -> None:
        self._say(as_object(tried) if self._as_json else as_text(tried) + "\n")

    def _new_trier(self) -> Trier:
        return Trier(load_rap(self._path), date.today(), self._settings)


def _state_of(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None  # an editor may take it away for a moment; reading it will tell
    return state.st_mtime_ns, state.st_size


def _print(text: str) -> None:
    print(text, flush=True)


def _piped(source: Iterable[str]) -> Iterator[str]:
    try:
        for line in source:
            if line.strip():
                yield line.strip()
    except UnicodeDecodeError:
        raise InputError("what came in is not UTF-8 text; save it as UTF-8") from None


def _converse(bench: Bench) -> None:
    print(_HELP, file=sys.stderr)
    while True:
        print(_PROMPT, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line or line.strip() == "quit":
            return
        _take(bench, line.strip())


def _take(bench: Bench, line: str) -> None:
    """One typed line: a command, a look at the rap, or words to try."""
    changed = bench.look()
    if line == "new":
        bench.begin()
        print("A new call begins.", file=sys.stderr)
    elif line:
        try:
            bench.hear(line)
        except InputError as error:
            print(f"companion: {error}", file=sys.stderr)
    elif not changed:
        print("The rap has not changed.", file=sys.stderr)


def _watch(bench: Bench, lines: queue.Queue[str | None] | None) -> None:
    """Look at the rap again and again; lines may come in meanwhile. Until Ctrl-C."""
    print("Watching the rap's file; Ctrl-C ends.", file=sys.stderr, flush=True)
    nothing = threading.Event()
    while True:
        bench.look()
        if lines is None:
            nothing.wait(LOOK_EVERY_S)
            continue
        try:
            line = lines.get(timeout=LOOK_EVERY_S)
        except queue.Empty:
            continue
        if line is None:
            lines = None
        elif line.strip() == "quit":
            return
        elif line.strip():
            _take(bench, line.strip())


def _lines_in_background() -> queue.Queue[str | None]:
    """Standard input, read beside the watching; None at its end."""
    lines: queue.Queue[str | None] = queue.Queue(maxsize=1000)

    def read() -> None:
        try:
            for line in _piped(sys.stdin):
                lines.put(line)
        except CompanionError as error:
            print(f"companion: {error}", file=sys.stderr, flush=True)
        lines.put(None)

    threading.Thread(target=read, name="lines", daemon=True).start()
    return lines
