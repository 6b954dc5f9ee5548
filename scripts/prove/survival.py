"""Injects every fault that a call must survive, some at random moments, and counts what came of it.

Microphone faults need PulseAudio, the full disk needs Linux; both are left out, and said to be,
where they cannot be had. Run by `scripts/prove_survival`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys

from scripts.bench.table import Figure, machine, progress
from scripts.prove.clock_faults import asleep, jumped, set_back
from scripts.prove.devices import device_faults
from scripts.prove.faults import Fault, as_values, totals_row
from scripts.prove.full_disk import full_disk
from scripts.prove.long_calls import figures
from scripts.prove.recognizers import hung, killed
from scripts.prove.two_calls import two_calls
from tests.fakes.pulse import missing_parts

PARTS = ("microphone", "recognizer", "clock", "disk", "two-calls", "long")
"""What `--only` takes."""
_EPILOG = """
examples:
  scripts/prove_survival                        everything, about ten minutes
  scripts/prove_survival --runs 1 --hours 1     everything once, a few minutes
  scripts/prove_survival --only disk clock      two parts
  scripts/prove_survival --table                rows for docs/trust.md
"""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove_survival",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="how often each slow fault is injected (default: 5)"
    )
    parser.add_argument("--hours", type=float, default=4.0, help="of the long call (default: 4)")
    parser.add_argument("--calls", type=int, default=100, help="in a row (default: 100)")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--table", action="store_true", help="rows of a Markdown table")
    form.add_argument("--json", action="store_true", help="one JSON object")
    return parser.parse_args(arguments)


def _faults(runs: int, parts: tuple[str, ...], rng: random.Random) -> list[Fault]:
    faults: list[Fault] = []
    if "microphone" in parts:
        missing = missing_parts()
        if missing:
            progress(f"the microphone's faults: left out, as {', '.join(missing)} is missing")
        else:
            faults += device_faults(runs, rng)
    if "recognizer" in parts:
        faults += [killed(runs, rng), hung(max(1, runs // 2), rng)]
    if "clock" in parts:
        faults += [asleep(runs * 10, rng), jumped(runs * 10, rng), set_back(runs * 10, rng)]
    if "disk" in parts:
        faults += full_disk(runs * 10, rng)
    if "two-calls" in parts:
        faults.append(two_calls(runs, rng))
    return faults


def _print_table(faults: list[Fault], measured: list[Figure]) -> None:
    if faults:
        print(totals_row(faults))
    for fault in faults:
        print(fault.row())
    for figure in measured:
        print(f"| {figure.name} | simulated | {figure.measured} | {figure.target} |")


def _print_for_people(faults: list[Fault], measured: list[Figure]) -> None:
    print(f"\nSurvival ({machine()})\n")
    for fault in faults:
        name, _, figure, target = fault.row().strip("| ").split(" | ")
        print(f"  {name}\n    {figure}  [{target}]  {'held' if fault.held else 'NOT HELD'}")
        for problem in sorted(set(fault.wrong)):
            print(f"    {fault.wrong.count(problem)} times: {problem}")
    for entry in measured:
        verdict = "held" if entry.met else "NOT HELD"
        print(f"  {entry.name}: {entry.measured}  [{entry.target}]  {verdict}")


def main(arguments: list[str] | None = None) -> int:
    """Inject, print; 1 where something did not hold."""
    options = _options(arguments)
    parts = tuple(options.only)
    faults = _faults(options.runs, parts, random.Random(options.seed))
    measured = figures(options.hours, options.calls) if "long" in parts else []
    if options.json:
        values = {
            "machine": machine(),
            "faults": [as_values(fault) for fault in faults],
            "figures": [{"name": f.name, "measured": f.measured, "met": f.met} for f in measured],
        }
        json.dump(values, sys.stdout)
        print()
    elif options.table:
        _print_table(faults, measured)
    else:
        _print_for_people(faults, measured)
    return 0 if all(f.held for f in faults) and all(f.met for f in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
