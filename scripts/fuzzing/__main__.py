"""Fuzzes what reads other people's input, each target for so many seconds, and counts.

Coverage-guided, with Atheris (libFuzzer). A find is kept in tests/data/fuzz/TARGET, where
tests/test_fuzzing.py runs it from then on. Exit code 1: something broke.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.fuzzing.catalog import KEPT, TARGETS, kept_finds
from scripts.fuzzing.target import Target

SECONDS = 30
SLOWEST_S = 20
"""An input that takes longer is a find: somebody's file must not hang the program."""
MOST_MEMORY_MB = 3000
_DONE = re.compile(r"^(?:#|stat::number_of_executed_units:\s+|Done )(\d+)", re.MULTILINE)
_FIND = re.compile(r"(crash|timeout|oom|leak|slow-unit)-[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of fuzzing one target."""

    target: Target
    executions: int
    took_s: float
    finds: tuple[Path, ...]
    last_words: str
    """Of the worker, where it broke; inputs are made up, so they may be shown."""


def fuzz(target: Target, seconds: int, seed: int) -> Outcome:
    """Fuzz one target in a process of its own, from its seeds and the finds before."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus, found = Path(scratch) / "corpus", Path(scratch) / "found"
        corpus.mkdir()
        found.mkdir()
        known = [path.read_bytes() for path in kept_finds(target.name)]
        for i, content in enumerate([*target.seeds(), *known]):
            (corpus / f"{i:03}").write_bytes(content)
        words = Path(scratch) / "words"
        words.write_text("".join(f"{_quoted(word)}\n" for word in target.words), "utf-8")
        dictionary = (f"-dict={words}",) if target.words else ()
        began_s = time.monotonic()
        done = subprocess.run(
            (
                *(sys.executable, "-m", "scripts.fuzzing.worker", target.name, str(corpus)),
                *(f"-max_total_time={seconds}", f"-timeout={SLOWEST_S}", f"-seed={seed}"),
                *(f"-rss_limit_mb={MOST_MEMORY_MB}", f"-artifact_prefix={found}/"),
                *("-print_final_stats=1", "-max_len=60000", *dictionary),
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds + 300,
            check=False,
        )
        took_s = time.monotonic() - began_s
        said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
        executions = max((int(n) for n in _DONE.findall(said)), default=0)
        finds = tuple(_kept(path, target.name) for path in sorted(found.iterdir()))
        broke = bool(finds) or done.returncode != 0 or executions == 0
        return Outcome(target, executions, took_s, finds, said[-4000:] if broke else "")


def _kept(found: Path, name: str) -> Path:
    (KEPT / name).mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(found, KEPT / name / found.name))


def _quoted(word: str) -> str:
    """A word in the form of libFuzzer's dictionaries."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def main(arguments: list[str] | None = None) -> int:
    """Fuzz the targets that were named, or all."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument(
        "--seconds", type=int, default=SECONDS, help=f"for each target (default: {SECONDS})"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer's chance (default: 1)")
    parser.add_argument("--table", action="store_true", help="print rows for docs/trust.md")
    options = parser.parse_args(arguments)
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(
            f"no target is called {sorted(unknown)[0]!r}; choose from {', '.join(TARGETS)}"
        )
    if importlib.util.find_spec("atheris") is None:
        print("fuzz: Atheris has no build for this system; 'scripts/test tests/test_fuzzing.py' "
              "runs the same targets without it", file=sys.stderr)  # fmt: skip
        return 2
    outcomes = []
    for name in options.targets or TARGETS:
        print(f"fuzz: {name} for {options.seconds} s", file=sys.stderr, flush=True)
        outcome = fuzz(TARGETS[name], options.seconds, options.seed)
        outcomes.append(outcome)
        if outcome.last_words:
            print(outcome.last_words, file=sys.stderr)
        print(
            f"fuzz: {name}: {outcome.executions} inputs, {len(outcome.finds)} finds",
            file=sys.stderr,
            flush=True,
        )
    broke = [outcome for outcome in outcomes if outcome.last_words]
    _print(outcomes, options.table)
    return 1 if broke else 0


def _print(outcomes: list[Outcome], table: bool) -> None:
    total = sum(outcome.executions for outcome in outcomes)
    broke = sum(1 for outcome in outcomes if outcome.last_words)
    if table:
        seconds = sum(outcome.took_s for outcome in outcomes)
        how = f"`scripts/fuzz`: {len(outcomes)} readers and writers, {seconds / 60:.0f} min"
        print(f"| Hostile input: inputs tried | {how} | {total:,} | |")
        print(f"| Hostile input: open crashes, hangs and broken promises | {how} | {broke} | 0 |")
        return
    for outcome in outcomes:
        verdict = "broke" if outcome.last_words else "held"
        print(f"{outcome.target.name:<14} {outcome.executions:>9,} inputs  {verdict}")
    print(f"{'all':<14} {total:>9,} inputs  {broke} broke")


if __name__ == "__main__":
    sys.exit(main())
